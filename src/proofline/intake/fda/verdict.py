"""What a device is by the FDA's files, step by step, and what to write for it.

In order: the DI on the label leads to the labeler's record; its product code to class and
regulation. A code that is exempt from 510(k) needs no number. Otherwise the submission counts: a
510(k) that was granted before the device was used, or a De Novo. Nothing is filled in that a file
does not say, and where a file contradicts what stands in evidence, that is said and nothing filled.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from proofline.intake.fda.udi import udi

if TYPE_CHECKING:
    from datetime import date

    from proofline.intake.fda.register import Labeled, Register

_KINDS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "regulations.toml").read_text(encoding="utf-8")
)

Basis = Literal["cleared", "exempt", "de_novo", ""]
Standing = Literal["holds", "found", "contradicted", "not_found"]
"""What evidence says holds; it was blank and was found; a file says otherwise; no file says it."""


class Verdict(Struct):
    """What was found of one device: `steps` as sentences, and basis and reference to write."""

    device_id: str
    standing: Standing = "not_found"
    basis: Basis = ""
    reference: str = ""
    steps: list[str] = field(default_factory=list)


def verdict(device: dict[str, str], first_used: date | None, register: Register) -> Verdict:
    """Judge one row of `devices`; `first_used` is the first day it was given to anybody."""
    found = Verdict(device["device_id"])
    labeled = _labeled(device, register, found)
    _judge(labeled, device, first_used=first_used, register=register, found=found)
    _compare(device, found)
    return found


def di_of(device: dict[str, str]) -> str:
    """Give the device identifier in `udi_di`, which may hold the whole UDI; blank if none."""
    sent = device.get("udi_di", "").strip()
    read = udi(sent) if sent else None
    return read.di if read else sent


def _labeled(device: dict[str, str], register: Register, found: Verdict) -> Labeled | None:
    di = di_of(device)
    if not di:
        found.steps.append("Its row carries no UDI, so no record of its labeler can be looked up.")
        return None
    labeled = register.labeled.get(di)
    if labeled is None:
        found.steps.append(f"The GUDID files do not know the DI {di}.")
        return None
    found.steps.append(f"The DI {di} belongs to the GUDID record {labeled.primary_di}.")
    if labeled.taken_back:
        found.steps.append(f"That record no longer stands: it is {labeled.taken_back.lower()}.")
        return None
    return labeled


def _judge(
    labeled: Labeled | None,
    device: dict[str, str],
    *,
    first_used: date | None,
    register: Register,
    found: Verdict,
) -> None:
    stated = device.get("fda_reference", "").strip().upper()
    codes = labeled.product_codes if labeled else ()
    numbers = labeled.submissions if labeled else ()
    kind = device.get("kind", "")
    for code in dict.fromkeys((*codes, *_as_code(stated, register))):
        exempt = _is_exempt(code, labeled, register, found)
        if exempt and _measures(kind, code, register, found):
            found.basis, found.reference = "exempt", code
            return
    for number in dict.fromkeys((*numbers, *_as_number(stated))):
        granted = _is_granted(number, first_used, register, found)
        if granted and _measures(kind, register.clearances[number].product_code, register, found):
            found.basis = "de_novo" if number.startswith("DEN") else "cleared"
            found.reference = number
            return


def _as_code(stated: str, register: Register) -> tuple[str, ...]:
    return (stated,) if stated in register.classes else ()


def _as_number(stated: str) -> tuple[str, ...]:
    return (stated,) if stated.startswith(("K", "DEN", "P")) and stated[-1:].isdigit() else ()


def _is_exempt(code: str, labeled: Labeled | None, register: Register, found: Verdict) -> bool:
    known = register.classes.get(code)
    if known is None:
        found.steps.append(f"The classification file does not know the product code {code}.")
        return False
    exempt = "exempt from 510(k)" if known.exempt else "not exempt from 510(k)"
    found.steps.append(
        f"Product code {code} is class {known.device_class}, 21 CFR {known.regulation}, {exempt}."
    )
    if labeled and labeled.premarket_exempt and not known.exempt:
        found.steps.append("The labeler calls it exempt; the classification does not.")
    return known.exempt


def _measures(kind: str, code: str, register: Register, found: Verdict) -> bool:
    """Whether a product code can be that of a device of this kind, as far as its regulation says.

    A code or a regulation that is not known contradicts nothing.
    """
    known = register.classes.get(code)
    regulated = _KINDS.get(known.regulation) if known else None
    if regulated in {None, kind}:
        return True
    found.steps.append(
        f"Product code {code} is of a device that measures {regulated}, not of one for {kind}."
    )
    return False


def _is_granted(number: str, first_used: date | None, register: Register, found: Verdict) -> bool:
    if number.startswith("P"):
        found.steps.append(
            f"{number} is a premarket approval, which the evidence contract has no word for; "
            "write `cleared` and the number by hand if the letter is on file."
        )
        return False
    decision = register.clearances.get(number)
    if decision is None:
        found.steps.append(f"The 510(k) files do not know {number}.")
        return False
    day = decision.decided_on.isoformat() if decision.decided_on else "an unknown day"
    granted = "granted" if decision.granted else "did not grant"
    found.steps.append(f"{number}: decision {decision.decision_code} of {day} {granted} it.")
    if not decision.granted or decision.decided_on is None:
        return False
    if first_used and decision.decided_on > first_used:
        found.steps.append(f"It was in use from {first_used.isoformat()} on, before that decision.")
        return False
    return True


def _compare(device: dict[str, str], found: Verdict) -> None:
    """Set what the finding means beside what evidence says already."""
    stated = device.get("fda_basis", ""), device.get("fda_reference", "").strip().upper()
    if not found.basis:
        found.standing = "not_found"
    elif stated[0] not in {"", found.basis} or stated[1] not in {"", found.reference.upper()}:
        found.standing = "contradicted"
        found.steps.append(f"Evidence says {' '.join(filter(None, stated))} instead.")
    elif all(stated):
        found.standing = "holds"
    else:
        found.standing = "found"
