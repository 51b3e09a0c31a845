"""What CMS's loaded tables say of lines: codes (PPRRVU), limits (MUE), pairs (PTP), add-ons (AOC).

They bind claims to Medicare fee for service and Medicaid; other payers mostly follow them, so for
these a finding warns. Source of all but the codes: CMS, NCCI Policy Manual, chapter 1.
"""

from __future__ import annotations

from datetime import date
from itertools import combinations

from msgspec import structs

from proofline.claims.claim import Claim
from proofline.claims.edit import Edit
from proofline.claims.edits.finding import Found, doubtful, wrong
from proofline.claims.edits.setting import Billed, Official, Setting
from proofline.claims.fees.trouble import FeesError

BOUND = frozenset({"medicare_ffs", "medicaid"})
_PARTING = "25 57 58 59 78 79 91 E1 E2 E3 E4 LT RT XE XP XS XU"
PARTING = frozenset(_PARTING.split())
"""Modifiers that can part a pair whose indicator allows it (those that these services may meet)."""
_BY_LINE, _FINAL = 1, 2
_CLOSED = 1


def official(claim: Claim, setting: Setting) -> Found:
    """Check that codes exist, units against the MUE, codes of a day for pairs, and add-ons."""
    tables = setting.official
    if tables is None or claim.frequency == "8":
        return
    kind = claim.coverages[0].payer.kind if claim.coverages else ""
    every = [*(Billed(claim.patient_id, line) for line in claim.lines), *setting.beside(claim)]
    for told_as, check in _CHECKS.items():
        try:
            for found in check(claim, every, tables):
                yield found if kind in BOUND else structs.replace(found, severity="warn")
        except FeesError as silent:
            yield doubtful(f"{told_as}_unchecked", "claim", silent.message, silent.remedy)


def _listed(claim: Claim, _every: list[Billed], tables: Official) -> Found:
    for number, line in enumerate(claim.lines, 1):
        if not tables.lists(line.code, line.last_day):
            yield wrong(
                "line.code_unknown",
                f"line {number}",
                f"The fee schedule of {line.last_day} has no {line.code}: it would be denied"
                " (CARC 181).",
                "See whether the code was in force on that day, or load the right schedule.",
            )


def _limits(claim: Claim, every: list[Billed], tables: Official) -> Found:
    for number, line in enumerate(claim.lines, 1):
        limit = tables.unit_limit(line.code, line.last_day)
        if limit is None:
            continue
        by_line, final = limit.indicator == _BY_LINE, limit.indicator == _FINAL
        same = [o.line for o in every if _day(o) == line.last_day and o.line.code == line.code]
        units = line.units if by_line else sum(one.units for one in same)
        if units > limit.units:
            yield wrong(
                "ncci.mue",
                f"line {number}",
                f"{line.code} is paid for at most {limit.units} units"
                f" {'a line' if by_line else 'a day'} (MUE, CARC 151).",
                "Cut the units to the limit."
                if final
                else "Cut the units to the limit, or keep the time log ready for an appeal.",
            )


def _pairs(claim: Claim, every: list[Billed], tables: Official) -> Found:
    places = {line.line_id: f"line {n}" for n, line in enumerate(claim.lines, 1)}
    for one, other in combinations(every, 2):
        ours = places.get(other.line.line_id) or places.get(one.line.line_id)
        if ours is None or _day(one) != _day(other):
            continue
        pair = tables.pair(one.line.code, other.line.code, _day(one))
        if pair is None:
            continue
        denied = one if one.line.code == pair.denied else other
        if not (pair.modifier_allowed and PARTING & set(denied.line.modifiers)):
            yield _pair(ours, (pair.paid, pair.denied), parted=pair.modifier_allowed)


def _pair(place: str, codes: tuple[str, str], *, parted: bool) -> Edit:
    cure = (
        "Keep one of them, or add a modifier such as 59 where they were truly distinct."
        if parted
        else "Keep one of them; no modifier parts this pair."
    )
    reason = f"{codes[1]} is bundled into {codes[0]} on one day (PTP, CARC 97 or 236)."
    return wrong("ncci.pair", place, reason, cure)


def _add_ons(claim: Claim, every: list[Billed], tables: Official) -> Found:
    """Check add-ons whose list of primaries is closed (type 1), within the month of the line."""
    for number, line in enumerate(claim.lines, 1):
        edits = tables.primaries(line.code, line.last_day)
        named = sorted({one.primary for one in edits if one.type == _CLOSED})
        month = line.last_day.replace(day=1)
        beside = {o.line.code for o in every if _day(o).replace(day=1) == month}
        if named and all(one.type == _CLOSED for one in edits) and not beside & set(named):
            yield wrong(
                "ncci.add_on",
                f"line {number}",
                f"{line.code} is an add-on, paid only beside {' or '.join(named)} (AOC, CARC B15).",
                "Settle what holds the code it is added to, and draft both together.",
            )


def _day(one: Billed) -> date:
    return one.line.last_day


_CHECKS = {
    "line.code": _listed,
    "ncci.mue": _limits,
    "ncci.pair": _pairs,
    "ncci.add_on": _add_ons,
}
"""What is asked of the tables, by what it is called where no table of the day was loaded."""
