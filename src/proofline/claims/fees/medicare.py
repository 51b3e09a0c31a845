"""What Medicare's own rules add to a price: shares, cuts and statuses, read from `data`."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

DATA = Path(__file__).parent / "data"


class Sequestration(Struct, frozen=True, forbid_unknown_fields=True):
    """So much of Medicare's share is kept back for services from a day on."""

    first: date
    rate: Decimal
    cite: str


class FactorChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A law that changed the conversion factor within a quarter, from the day `on`."""

    on: date
    before: Decimal
    after: Decimal
    cite: str


class Status(Struct, frozen=True, forbid_unknown_fields=True):
    """What a status of the relative value file means for the price, in our words."""

    text: str
    priced: bool = False


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """All of `medicare.toml`; the coinsurance is the patient's part of what is allowed."""

    coinsurance: Decimal
    sequestration: tuple[Sequestration, ...]
    factor_change: tuple[FactorChange, ...]
    status: dict[str, Status]
    codes: tuple[str, ...]


@cache
def rules() -> Rules:
    """Read the rules that come with the product."""
    told = tomllib.loads((DATA / "medicare.toml").read_text("utf-8"))
    return msgspec.convert(told, Rules, strict=True)


def sequestration(on: date) -> Decimal:
    """Give the rate kept back of Medicare's share of a service on a day; 0 before there was one."""
    known = [one for one in rules().sequestration if one.first <= on]
    return known[-1].rate if known else Decimal(0)


def factor_changes() -> tuple[FactorChange, ...]:
    """Give the changes of the conversion factor that fell within a quarter."""
    return rules().factor_change


CODES = frozenset(rules().codes)
"""The codes whose facts are kept; a test holds them to the codes of all rule pages."""
