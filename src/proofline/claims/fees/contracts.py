"""What payers agreed to: a small file that the practice keeps, in TOML.

[[rate]]
payer = "made-up-plan"             # the payer's id, as in the evidence
codes = ["99454", "99445"]
from = 2026-01-01
to = 2026-12-31                    # left out: until further notice
percent = "112.5"                  # of Medicare's amount, or instead of it:
# cents = 5000                     # so many cents for one unit
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

from proofline.claims.claim import Cents
from proofline.claims.fees.pricing import Asked, Price, dollars, price
from proofline.claims.fees.trouble import FeesError, bad_file

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.claims.fees.shelf import Shelf

_CURE = "Mend the file: payer, codes, from, and either percent or cents."
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_MOST_PERCENT = 10_000


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """One agreement: for these codes and days a percentage of Medicare, or fixed cents a unit."""

    payer: str
    codes: tuple[str, ...]
    first: date = field(name="from")
    last: date | None = field(name="to", default=None)
    percent: str | int | None = None
    cents: Cents | None = None

    def holds(self, payer: str, code: str, on: date) -> bool:
        """Say whether the rate is for this payer, code and day of service."""
        ended = self.last is not None and on > self.last
        return payer == self.payer and code in self.codes and on >= self.first and not ended


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    rate: tuple[Rate, ...] = ()


class Contracts(Struct, frozen=True):
    """The rates of one file."""

    file: str
    rates: tuple[Rate, ...]

    def price(self, shelf: Shelf, payer: str, asked: Asked) -> Price:
        """Say what a payer allows under its contract.

        Errors: FeesError, if no rate is for that payer, code and day, or a percentage is of an
        amount that Medicare's files do not give.
        """
        held = [one for one in self.rates if one.holds(payer, asked.code, asked.on)]
        if not held:
            why = f"{self.file} has no rate of {payer} for {asked.code} on {asked.on}."
            cure = "Add the rate that was agreed; Medicare's amount is not taken in its place."
            raise FeesError("fees.no_rate", why, cure)
        if asked.units < 1:
            raise FeesError("fees.units", f"There are {asked.units} units.", "Give 1 or more.")
        rate = held[0]
        if rate.cents is not None:
            agreed = f"{dollars(rate.cents)} a unit, as agreed with {payer}"
            return _price(asked, rate.cents, (agreed,))
        medicare = price(shelf, asked)
        with localcontext(_EXACT):
            unit = int((medicare.unit * Decimal(rate.percent or 0) / 100).quantize(Decimal(1)))
        told = (*medicare.working, f"x {rate.percent} % as agreed with {payer} = {dollars(unit)}")
        return msgspec.structs.replace(_price(asked, unit, told), sources=medicare.sources)


def read(path: Path) -> Contracts:
    """Read the file of agreements.

    Errors: FeesError, if it is no such TOML, a rate has both or neither of percent and cents, ends
    before it begins, or two speak for one payer, code and day.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        rates = msgspec.convert(told, _File, strict=True).rate
    except OSError as error:
        raise bad_file(path.name, "it cannot be read.", "Check path and rights.") from error
    except UnicodeDecodeError as error:
        raise bad_file(path.name, "it is no text in UTF-8.", _CURE) from error
    except (ValueError, msgspec.ValidationError) as error:
        raise bad_file(path.name, f"{error}.", _CURE) from error
    for number, rate in enumerate(rates, 1):
        if why := _fault(rate, rates[: number - 1]):
            raise bad_file(path.name, f"rate {number} {why}.", _CURE)
    return Contracts(path.name, rates)


def _fault(rate: Rate, before: tuple[Rate, ...]) -> str:
    """Say what is wrong with a rate, or nothing."""
    if (rate.percent is None) == (rate.cents is None):
        return "has not just one of percent and cents"
    if not rate.codes or (rate.last is not None and rate.last < rate.first):
        return "names no codes, or ends before it begins"
    if not _sound(rate):
        return "has an amount that cannot be"
    for number, other in enumerate(before, 1):
        same = other.payer == rate.payer and set(other.codes) & set(rate.codes)
        starts = rate.last is None or other.first <= rate.last
        if same and starts and (other.last is None or rate.first <= other.last):
            return f"and rate {number} speak for the same payer, code and day"
    return ""


def _sound(rate: Rate) -> bool:
    if rate.percent is None:
        return rate.cents is not None and rate.cents >= 0
    try:
        percent = Decimal(rate.percent)
    except InvalidOperation:
        return False
    return percent.is_finite() and 0 <= percent <= _MOST_PERCENT


def _price(asked: Asked, unit: Cents, working: tuple[str, ...]) -> Price:
    allowed = unit * asked.units
    return Price(asked.code, asked.on, asked.units, unit, allowed, working, ())
