"""What Medicare allows for a code on a day and in a place, and what of it arrives.

The amount of one unit is ((work x GPCI) + (practice x GPCI) + (malpractice x GPCI)) x conversion
factor, rounded to cents at the very end (42 CFR 414.20; CMS's relative value file documentation).
Contractors pay from a schedule of such amounts, which holds cents (Pub. 100-04, chapter 23, record
layout of the physician fee schedule): so units multiply the rounded amount. The deductible is taken
as met. Half a cent is rounded up.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from proofline.claims.claim import Cents
from proofline.claims.fees.medicare import rules, sequestration
from proofline.claims.fees.trouble import FeesError
from proofline.claims.fees.where import locality_named

if TYPE_CHECKING:
    from proofline.claims.fees.facts import Locality, RelativeValue, Source
    from proofline.claims.fees.shelf import Shelf

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CENT = Decimal("0.01")


class Asked(Struct, frozen=True):
    """What is to be priced. Without a locality the amount is the national one.

    `locality` is as in "AL 00", "10112 00" or "1011200". `qp` asks for the conversion factor of
    qualifying participants. `work_floor` chooses where a file has the index of work both with and
    without its floor.
    """

    code: str
    on: date
    units: int = 1
    locality: str = ""
    facility: bool = False
    qp: bool = False
    work_floor: Literal["", "with", "without"] = ""


class Price(Struct, frozen=True):
    """What to expect, in cents. `allowed` is `unit` times the units.

    For Medicare `coinsurance` is the patient's part of it, `sequestrated` what is kept back of
    Medicare's part, and `paid` what Medicare pays; under a contract the three are not known here.
    `working` tells the steps, `sources` the official files.
    """

    code: str
    on: date
    units: int
    unit: Cents
    allowed: Cents
    working: tuple[str, ...]
    sources: tuple[Source, ...]
    coinsurance: Cents | None = None
    sequestrated: Cents | None = None
    paid: Cents | None = None


def price(shelf: Shelf, asked: Asked) -> Price:
    """Say what Medicare allows and pays.

    Errors: FeesError, if no loaded file speaks for the day, the code is not priced or not paid in
    that setting, the locality is unknown or not the only one of that name, or the units are none.
    """
    if asked.units < 1:
        raise FeesError("fees.units", f"There are {asked.units} units.", "Give 1 or more.")
    value, source = shelf.relative_value(asked.code, asked.on, qp=asked.qp)
    place: Locality | None = None
    sources: tuple[Source, ...] = (source,)
    if asked.locality:
        localities, indices = shelf.localities(asked.on)
        place, sources = locality_named(asked.locality, localities), (source, indices)
    practice = _practice(value, facility=asked.facility)
    indices_of = _indices(place, asked.work_floor)
    factor = _factor(source)
    unit = unit_amount((value.work, practice, value.malpractice), indices_of, factor)
    allowed = unit * asked.units
    coinsurance = _share(allowed, rules().coinsurance)
    kept = _share(allowed - coinsurance, sequestration(asked.on))
    work, practice_index, malpractice_index = indices_of
    return Price(
        code=asked.code,
        on=asked.on,
        units=asked.units,
        unit=unit,
        allowed=allowed,
        working=(
            f"work {value.work} x {work}",
            f"+ practice {practice} x {practice_index}",
            f"+ malpractice {value.malpractice} x {malpractice_index}",
            f"x conversion factor {factor} = {dollars(unit)}, rounded to cents",
        ),
        sources=sources,
        coinsurance=coinsurance,
        sequestrated=kept,
        paid=allowed - coinsurance - kept,
    )


def unit_amount(
    values: tuple[Decimal, Decimal, Decimal],
    indices: tuple[Decimal, Decimal, Decimal],
    factor: Decimal,
) -> Cents:
    """Give the amount of one unit in cents from work, practice, malpractice and their indices."""
    with localcontext(_EXACT):
        total = sum((a * b for a, b in zip(values, indices, strict=True)), Decimal(0))
        return int((total * factor).quantize(_CENT) * 100)


def dollars(cents: Cents) -> str:
    """Write cents as dollars, without a sign of currency: 5211 is 52.11."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def _share(cents: Cents, rate: Decimal) -> Cents:
    with localcontext(_EXACT):
        return int((cents * rate).quantize(Decimal(1)))


def _practice(value: RelativeValue, *, facility: bool) -> Decimal:
    """Give the practice expense of the setting, for a status that is priced."""
    status = rules().status.get(value.status)
    if status is None or not status.priced:
        meaning = status.text if status else "unknown to Proofline"
        why = f"{value.code} has no amount: its status {value.status} is {meaning}."
        cure = "Ask the contractor for its amount, or take the line out."
        raise FeesError("fees.not_priced", why, cure)
    practice = value.facility if facility else value.office
    if practice is None:
        setting = "in a facility" if facility else "outside a facility"
        why = f"{value.code} has no amount {setting}: the file has NA there."
        cure = "Check the place of service; the practice expense falls to somebody else."
        raise FeesError("fees.not_here", why, cure)
    return practice


def _indices(
    place: Locality | None, floor: Literal["", "with", "without"]
) -> tuple[Decimal, Decimal, Decimal]:
    if place is None:
        return Decimal(1), Decimal(1), Decimal(1)
    known = {"with": place.work, "without": place.work_without_floor}
    choices = {index for name, index in known.items() if index is not None and floor in {"", name}}
    if len(choices) != 1:
        name = f"{place.state} {place.number}"
        why = f"The file does not have one work index for {name}: {known}."
        if not choices:
            why = f"The file has no work index {floor} the floor for {name}."
        cure = "Say with --work-floor with or without which of them holds on that day."
        raise FeesError("fees.work_floor", why, cure)
    return choices.pop(), place.practice, place.malpractice


def _factor(source: Source) -> Decimal:
    if source.conversion_factor is None:
        cure = "Load the official file again: proofline fees load FILE --into DIR."
        raise FeesError("fees.file", f"{source.file} has no conversion factor.", cure)
    return source.conversion_factor
