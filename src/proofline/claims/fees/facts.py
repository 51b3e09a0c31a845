"""The facts that are kept of the official files; nothing of the AMA's words is among them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Kind = Literal["rvu", "gpci", "counties", "mue", "ptp", "add_on"]


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a file of facts comes from and for which days of service it speaks, both included.

    `sha256` is of the official file as it was read; it is empty where the facts were typed from a
    file that did not lie here. `qp` is whether the conversion factor is that of qualifying
    participants (None: one factor for all). `part` counts NCCI's procedure-to-procedure files.
    `codes` are those looked for: of others the file says nothing. `rows` is how many facts follow.
    """

    kind: Kind
    file: str
    sha256: str
    first: date
    last: date
    rows: int
    qp: bool | None = None
    conversion_factor: Decimal | None = None
    part: int | None = None
    codes: tuple[str, ...] = ()
    note: str = ""


class RelativeValue(Struct, frozen=True, forbid_unknown_fields=True):
    """One code of the relative value file (PPRRVU): its units of work, practice and malpractice.

    `office` and `facility` are the practice expense outside and inside a facility, None where the
    file has NA. `status` is its one-letter status, `modifier` empty, 26, TC or 53.
    """

    code: str
    status: str
    work: Decimal
    office: Decimal | None
    facility: Decimal | None
    malpractice: Decimal
    modifier: str = ""


class Locality(Struct, frozen=True, forbid_unknown_fields=True):
    """The geographic indices (GPCI) of one locality, which has its number from its contractor.

    `work` is the index as paid under the floor of 1.0 for work, `work_without_floor` the other;
    a year's file has one of the two, or both.
    """

    mac: str
    state: str
    number: str
    name: str
    practice: Decimal
    malpractice: Decimal
    work: Decimal | None = None
    work_without_floor: Decimal | None = None


class Area(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the list of localities and counties, as printed."""

    mac: str
    number: str
    state: str
    name: str
    counties: str


class UnitLimit(Struct, frozen=True, forbid_unknown_fields=True):
    """A medically unlikely edit: so many units of a code for one patient on one day are paid.

    `indicator`: 1 is counted by line, 2 by day and absolute, 3 by day and open to appeal.
    """

    code: str
    units: int
    indicator: int


class CodePair(Struct, frozen=True, forbid_unknown_fields=True):
    """A procedure-to-procedure edit: with `paid` on the same day, `denied` is not paid.

    In force from `first` to `last`, both included; `modifier_allowed` says whether a modifier may
    tell the two apart.
    """

    paid: str
    denied: str
    first: date
    modifier_allowed: bool
    last: date | None = None


class AddOn(Struct, frozen=True, forbid_unknown_fields=True):
    """An add-on edit: `code` is paid only beside a primary code.

    `type` 1 closes the list of primaries, 2 leaves it to the contractor (`primary` is then empty),
    3 does both.
    """

    code: str
    primary: str
    type: int
    first: date
    last: date | None = None


Fact = RelativeValue | Locality | Area | UnitLimit | CodePair | AddOn
