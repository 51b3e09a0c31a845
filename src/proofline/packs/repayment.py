"""The law on money paid and not owed: how long it may be kept, by the day it was identified."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache

import msgspec

from proofline.packs import reading
from proofline.packs.errors import PackError
from proofline.packs.page import Policy
from proofline.packs.shelf import ROOT


class RepaymentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds from a day on: calendar days to return, most days of suspension, look-back.

    `suspension_days` count from the day identified; 0 is none. Each number has its citation.
    """

    effective: date
    title: str
    identified: str
    identified_cite: str
    return_days: int
    return_cite: str
    suspension_days: int
    suspension_cite: str
    lookback_years: int
    lookback_cite: str

    def due(self, identified: date, suspended: int = 0) -> date:
        """Give the last day to report and return, after so many days of suspension."""
        return identified + timedelta(days=self.return_days + suspended)

    def last_suspended(self, identified: date) -> date | None:
        """Give the last day that a suspension may reach; None where there is no suspension."""
        if not self.suspension_days:
            return None
        return identified + timedelta(days=self.suspension_days)

    def last_lookback(self, paid_on: date) -> date:
        """Give the last day on which money received then must still be returned if identified."""
        year = paid_on.year + self.lookback_years
        last = calendar.monthrange(year, paid_on.month)[1]
        return date(year, paid_on.month, min(paid_on.day, last))


@cache
def rules() -> tuple[RepaymentRule, ...]:
    """Read the rules, oldest first."""
    found = msgspec.convert(_raw()["rule"], list[RepaymentRule])
    return tuple(sorted(found, key=lambda one: one.effective))


CHOICES = {"paid_and_held": ("clock_runs", "told")}
"""The policies of which more than one choice is carried out."""


@cache
def policies() -> tuple[Policy, ...]:
    """Read what the sources leave open, and what is done here.

    Raises PackError for a choice that nothing carries out.
    """
    found = tuple(
        Policy(name, one["choice"], one["text"], one.get("cite"), bool(one.get("unsourced")))
        for name, one in _raw()["policy"].items()
    )
    for one in found:
        known = CHOICES.get(one.name, (one.choice,))
        if one.choice not in known:
            message = f"repayment.toml: policy.{one.name}.choice: there is no {one.choice!r}."
            raise PackError("pack.page_broken", message, f"Write {' or '.join(known)}.")
    return found


def policy(name: str) -> Policy:
    """Give one of `policies` by its name."""
    return next(one for one in policies() if one.name == name)


def rule_on(identified: date) -> RepaymentRule:
    """Give the rule for money identified on a day; raises `PackError` before the first."""
    known = [one for one in rules() if one.effective <= identified]
    if not known:
        raise PackError(
            "pack.before_first_page",
            f"No rule on repayment is on file for {identified.isoformat()}.",
            f"The first is of {rules()[0].effective.isoformat()}; ask counsel about earlier days.",
        )
    return known[-1]


@cache
def _raw() -> dict[str, dict[str, dict[str, str]]]:
    return reading.parse((ROOT / "repayment.toml").read_bytes(), "repayment.toml")
