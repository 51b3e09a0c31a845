"""One page of the law: the rules of one program from one date, as written in its TOML file.

Plain frozen data, in the words of the file. What a page may say is fixed in `grammar`; reading one
from its file is `reading`; finding the right one is `shelf`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

Level = Literal["gate", "hold", "warn"]
PeriodKind = Literal["cycle", "month", "clock", "setup"]
ServiceDate = Literal["period_end", "last_minutes", "setup"]


class Policy(Struct, frozen=True):
    """A choice on a point that no source settles; `cite` is None where no hint was found."""

    name: str
    choice: str
    text: str
    cite: str | None
    unsourced: bool


class Requirement(Struct, frozen=True):
    """One bound on one fact, with what it means, what would cure it and where the law says so.

    Of `min` and `max` (both inclusive, in the fact's unit), `is_` and `one_of`, those that the page
    leaves out are None or empty. `grade` is None unless the page grades this requirement otherwise
    than its source.
    """

    name: str
    text: str
    cure: str
    fact: str
    level: Level
    cite: str
    min: int | None = None
    max: int | None = None
    is_: bool | None = None
    one_of: tuple[str, ...] = ()
    grade: str | None = None

    @property
    def needs(self) -> str:
        """Say the bound as a finding shows it: `>= 16`, `>= 2 and <= 15`, `yes`, `one of a, b`."""
        if self.is_ is not None:
            return "yes" if self.is_ else "no"
        if self.one_of:
            return "one of " + ", ".join(self.one_of)
        low = [f">= {self.min}"] if self.min is not None else []
        high = [f"<= {self.max}"] if self.max is not None else []
        return " and ".join(low + high)


class Units(Struct, frozen=True):
    """How many units are earned: one per complete `each` of `fact` beyond `after`, up to `cap`."""

    fact: str
    after: int
    each: int
    cap: int

    def __str__(self) -> str:
        """Say it: `one per 20 of treatment_minutes after 20, at most 3`."""
        return f"one per {self.each} of {self.fact} after {self.after}, at most {self.cap}"


class Code(Struct, frozen=True):
    """A billing code: its period, its service date and the names of the requirements it needs.

    `month_requires` is the second test of a code with period "clock", applied on the cycle clock
    only. `base` is the code beside which alone an add-on is billed. Without `units` it earns one.
    """

    code: str
    title: str
    period: PeriodKind
    service_date: ServiceDate
    requires: tuple[str, ...]
    month_requires: tuple[str, ...] = ()
    base: str | None = None
    units: Units | None = None


class Exclusive(Struct, frozen=True):
    """A ladder of codes, the highest first; at most one of a period is billable or held."""

    name: str
    codes: tuple[str, ...]
    text: str
    cite: str


class Absent(Struct, frozen=True):
    """A code known on other pages of the pack and not on this one, and why."""

    code: str
    text: str
    cite: str


class Change(Struct, frozen=True):
    """One difference from the superseded page: what (`code.99445`, `title`), why and on what."""

    what: str
    why: str
    cite: str


class Page(Struct, frozen=True):
    """The law of one program from one date.

    `digest` is "sha256:" and the hash of the file's bytes; a decision pins it. The last five
    fields belong to the pages of payers: the Medicare page that the page was written from, the
    payer ids it stands for, when it was announced and published, and whether it is enforced.
    """

    pack: str
    title: str
    program: str
    payer: str
    effective: date
    supersedes: date | None
    digest: str
    policies: Mapping[str, Policy]
    requirements: Mapping[str, Requirement]
    codes: Mapping[str, Code]
    exclusives: Mapping[str, Exclusive]
    absents: Mapping[str, Absent]
    changes: tuple[Change, ...]
    base: str | None = None
    payer_ids: tuple[str, ...] = ()
    announced: date | None = None
    published: date | None = None
    enforced: bool = True

    @property
    def name(self) -> str:
        """Give pack and date as decisions print them: `medicare-rpm/2026-01-01`."""
        return f"{self.pack}/{self.effective.isoformat()}"

    def cites(self) -> Iterator[tuple[str, str]]:
        """Give every citation of what the page asks, with the key under which it stands."""
        for policy in self.policies.values():
            if policy.cite is not None:
                yield f"policy.{policy.name}", policy.cite
        for requirement in self.requirements.values():
            yield f"requirement.{requirement.name}", requirement.cite
        for ladder in self.exclusives.values():
            yield f"exclusive.{ladder.name}", ladder.cite
        for absent in self.absents.values():
            yield f"absent.{absent.code}", absent.cite

    def cites_of_changes(self) -> Iterator[tuple[str, str]]:
        """Give every citation of why the page differs from the one before it, with its key."""
        for change in self.changes:
            yield f"change {change.what}", change.cite
