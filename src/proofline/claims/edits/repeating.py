"""Once in a period, add-ons beside their base, and units: over all claims of the patient.

What stands once, and beside what, is read from the pages of the packs that rule the day of service:
the ladders (`exclusive`), the base of an add-on, its period. Nothing is said of a code that no page
has on that day.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from msgspec import Struct

from proofline.claims.claim import Claim
from proofline.claims.edits.finding import Found, wrong
from proofline.claims.edits.setting import Billed, Setting
from proofline.packs import shelf
from proofline.packs.page import Code, Page

CYCLE_DAYS = 30
"""Length of a period of kind `cycle` (facts/periods.sql)."""
_PERIODS = {"cycle": "30 days", "month": "a calendar month", "setup": "an episode"}


class Ruled(Struct, frozen=True):
    """A code on the page that rules a day: which others share its period, and since when."""

    page: Page
    code: Code

    @property
    def ladder(self) -> tuple[str, ...]:
        """The codes of which one line stands in a period; of an add-on none, its base has it."""
        if self.code.base is not None:
            return ()
        ladders = self.page.exclusives.values()
        return next(
            (one.codes for one in ladders if self.code.code in one.codes), (self.code.code,)
        )

    @property
    def kind(self) -> str:
        """The kind of the period: management on either clock stands on the calendar month too."""
        return "month" if self.code.period == "clock" else self.code.period

    @property
    def cite(self) -> str:
        """Where the page says so: its ladder, else its requirement that it is billed once."""
        ladders = [one.cite for one in self.page.exclusives.values() if self.code.code in one.codes]
        once = [name for name in self.code.requires if name.endswith("_once")]
        cites = [*ladders, *(self.page.requirements[name].cite for name in once)]
        return ", ".join([self.page.name, *cites[:1]])

    def same_period(self, one: Billed, other: Billed) -> bool:
        """Whether two lines stand in one period, by their last days."""
        first, second = one.line.last_day, other.line.last_day
        if self.kind == "cycle":
            return abs((first - second).days) < CYCLE_DAYS
        if self.kind == "month":
            return _month(first) == _month(second)
        return one.enrollment == other.enrollment


@cache
def ruled(code: str, on: date) -> Ruled | None:
    """Find a code on Medicare's pages in effect on a day; None where no pack knows it then."""
    for pack in shelf.packs():
        if pack in shelf.payer_packs() or shelf.effective_dates(pack)[0] > on:
            continue
        page = shelf.on(pack, on)
        if code in page.codes:
            return Ruled(page, page.codes[code])
    return None


def repeating(claim: Claim, setting: Setting) -> Found:
    """Check units, repetition and add-ons of a claim, beside the patient's lines on other claims.

    A void takes lines back and is not checked.
    """
    if claim.frequency == "8":
        return
    own = [Billed(claim.patient_id, line) for line in claim.lines]
    others = setting.beside(claim)
    for number, one in enumerate(own):
        rule = ruled(one.line.code, one.line.last_day)
        if rule is None:
            continue
        place = f"line {number + 1}"
        yield from _units(rule, one, place)
        yield from _once(rule, one, place, [*own[:number], *others])
        yield from _base(rule, one, place, [*own, *others])


def _units(rule: Ruled, one: Billed, place: str) -> Found:
    if one.line.units != 1 and rule.code.units is None:
        yield wrong(
            "line.units_over",
            place,
            f"{one.line.code} has one unit in its period; more time is its add-on's (CARC 151).",
            "Draft the line again from its decision.",
        )


def _once(rule: Ruled, one: Billed, place: str, others: list[Billed]) -> Found:
    taken = [o for o in others if o.line.code in rule.ladder and rule.same_period(one, o)]
    if taken:
        named = " or ".join(sorted(rule.ladder))
        yield wrong(
            "line.repeated",
            place,
            f"There can be one line of {named} in {_PERIODS[rule.kind]}, and {taken[0].line.code}"
            f" of {taken[0].line.last_day} has it (CARC 119). {rule.cite}.",
            "Keep the line that the evidence proves; hold or void the other.",
        )


def _base(rule: Ruled, one: Billed, place: str, others: list[Billed]) -> Found:
    month, base = _month(one.line.last_day), rule.code.base
    beside = any(o.line.code == base and _month(o.line.last_day) == month for o in others)
    if base is not None and not beside:
        yield wrong(
            "line.base",
            place,
            f"{one.line.code} is paid only beside {base} (CARC B15). {rule.page.name}.",
            "Settle what holds the base code, and draft both together.",
        )


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
