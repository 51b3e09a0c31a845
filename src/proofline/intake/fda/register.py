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
    """A device as its labeler registered it in GUDID, by its primary DI."""

    primary_di: str
    product_codes: tuple[str, ...] = ()
    submissions: tuple[str, ...] = ()
    premarket_exempt: bool = False


class Register(Struct):
    """All that the files say of the DIs, product codes and submissions asked for.

    `labeled` is by every DI of a device, that of a package too. `read` names the files.
    """

    labeled: dict[str, Labeled] = field(default_factory=dict)
    clearances: dict[str, Clearance] = field(default_factory=dict)
    classes: dict[str, ProductClass] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
