"""What the FDA's files say, as far as the devices at hand need it.

`openfda` and `gudid` fill it from files that the user has downloaded; nothing is ever fetched.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field

SUBSTANTIALLY_EQUIVALENT = frozenset(
    # The decision codes of 510(k) letters that let a device be marketed, as openFDA lists them.
    {"KD", "PR", "PT", "SD", "SE", "SI", "SK", "SN", "SP", "ST", "SU"}
)
"""Codes that wait for another approval (SA, SF, SW) or rescind one (RN, RE) are not among them."""


class Clearance(Struct, frozen=True):
    """A 510(k) or De Novo decision."""

    number: str
    decision_code: str
    decided_on: date | None
    product_code: str
    device_name: str = ""

    @property
    def granted(self) -> bool:
        """Whether the letter lets the device be marketed.

        openFDA writes SESE for the plain SE of FDA's own list, SEKD for KD and so on, and DENG for
        a De Novo that was granted.
        """
        if self.number.startswith("DEN"):
            return self.decision_code == "DENG"
        code = self.decision_code
        return (code[2:] if len(code) == len("SESE") else code) in SUBSTANTIALLY_EQUIVALENT


class ProductClass(Struct, frozen=True):
    """A product code: its class and regulation, and whether it is exempt from 510(k)."""

    code: str
    device_class: str
    regulation: str
    exempt: bool
    name: str = ""


class Labeled(Struct, frozen=True):
    """A device as its labeler registered it in GUDID, by its primary DI.

    `record_key` is what its record keeps even if that DI changes, `version` the number of this
    state of it, 0 if nobody says. `taken_back` is the word, such as `Deactivated`, by which the
    record no longer stands.
    """

    primary_di: str
    product_codes: tuple[str, ...] = ()
    submissions: tuple[str, ...] = ()
    premarket_exempt: bool = False
    record_key: str = ""
    version: int = 0
    taken_back: str = ""


_LONGEST_VERSION = 9  # digits
_TAKEN_BACK = frozenset({"delete", "deleted", "deactivated", "unpublished"})


def taken_back(*states: str) -> str:
    """Give the first of the states of a record by which it no longer stands; blank if it does."""
    return next((one for one in states if one.lower() in _TAKEN_BACK), "")


def version_of(sent: str) -> int:
    """Read a `publicVersionNumber`; 0 for what is no number."""
    is_number = sent.isascii() and sent.isdecimal() and len(sent) <= _LONGEST_VERSION
    return int(sent) if is_number else 0


class Register(Struct):
    """All that the files say of the DIs, product codes and submissions asked for.

    `labeled` is by every DI of a device, that of a package too. `read` names the files.
    """

    labeled: dict[str, Labeled] = field(default_factory=dict)
    clearances: dict[str, Clearance] = field(default_factory=dict)
    classes: dict[str, ProductClass] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def enter(self, di: str, labeled: Labeled) -> None:
        """Enter a record for one DI, beside what other files say of it.

        Of the versions of one record the latest holds; of two records the one that still stands.
        """
        before = self.labeled.get(di)
        if before is not None and before.record_key == labeled.record_key:
            holds = labeled.version >= before.version
        else:
            holds = before is None or (bool(before.taken_back) and not labeled.taken_back)
        if holds:
            self.labeled[di] = labeled
