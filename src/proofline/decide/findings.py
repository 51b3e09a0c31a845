"""Findings: what each requirement says to the facts. A decision is but their conjunction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from proofline.decide.asked import Clock, day_of
from proofline.decide.held import Bound, bounds_of
from proofline.decide.outcomes import BILLABLE, HELD, NOT_BILLABLE
from proofline.facts import catalog

if TYPE_CHECKING:
    from proofline.packs.page import Code, Exclusive, Page, Requirement

Row = Mapping[str, Any]
MET, UNMET, UNPROVEN = "met", "unmet", "unproven"


class Finding(Struct, frozen=True):
    """One requirement held against one fact.

    `status` is `met`, `unmet` or `unproven`; `level` says what that does: a `gate` that is unmet
    refuses, a `hold` waits for a person, a `warn` is shown. `value` is what the fact is, `needs`
    the bound in words, `text` the requirement, `cure` what would mend it and
    `cite` where the law says so.
    """

    requirement: str
    status: str
    level: str
    fact: str
    value: object
    needs: str
    text: str
    cure: str
    cite: str

    @property
    def stands_against(self) -> bool:
        """Say whether the finding keeps the line from being billed."""
        return self.status != MET and self.level != "warn"


def findings(row: Row, page: Page, clock: Clock) -> Iterator[Finding]:
    """Yield the findings of a decided line in the order of its page, those between codes last.

    `row` is a line of `decided` with its facts beside it.
    """
    absent = page.absents.get(row["code"])
    if absent is not None:
        yield Finding(
            f"absent.{absent.code}",
            UNMET,
            "gate",
            "service_date",
            day_of(row["service_day"]).isoformat(),
            "a code in force",
            absent.text,
            "",
            absent.cite,
        )
        return
    code = page.codes[row["code"]]
    own, on_month = bounds_of(page, clock, code.code)
    for bound in own:
        yield _while_open(_bounded(bound, row), bound, row)
    for bound in on_month:
        yield _on_month(_bounded(bound, row), row)
    if on_month:
        yield _month_free(row)
    if code.units is not None and row["units_unsettled"] and row["standing"] != NOT_BILLABLE:
        yield _units(code, row)
    yield from _between_codes(code, row, page)


def _bounded(bound: Bound, row: Row) -> Finding:
    requirement, bit = bound.requirement, bound.bit
    status = UNMET if row["unmet"] & bit else UNPROVEN if row["unproven"] & bit else MET
    return Finding(
        requirement.name,
        status,
        requirement.level,
        requirement.fact,
        _shown(row[bound.fact.name], row[bound.highest]),
        bound.needs,
        requirement.text,
        requirement.cure,
        requirement.cite,
    )


def shown(fact: str, row: Row) -> object:
    """Give a fact as a finding shows it: `18 to 24` where evidence in doubt could raise it."""
    return _shown(row[fact], row[catalog()[fact].highest])


def _shown(value: object, highest: object) -> object:
    return value if highest == value else f"{value} to {highest}"


class Lack(Struct, frozen=True):
    """What a count of a running period lacks: its bounds, and what it is and could be by now.

    `certain` is the count for certain and `highest` the most that evidence in doubt could make it;
    None where it is unknown. A `daily` count grows by one a day; any other can jump on the last.
    """

    least: int | None
    most: int | None
    certain: int | None
    highest: int | None
    daily: bool

    def told(self, days_left: int) -> str:
        """Say what is missing and whether it can be reached; blank if nothing can be said."""
        if self.most is not None and self.certain is not None and self.certain > self.most:
            return " It can no longer be reached."
        if self.least is None or self.certain is None or self.certain >= self.least:
            return ""
        within = not self.daily or (self.highest or 0) + days_left >= self.least
        reach = "can still" if within else "can no longer"
        missing = f"{self.least - self.certain} more needed, {days_left} days left"
        return f" {missing}: it {reach} be reached."


def lack(requirement: Requirement, certain: int | None, highest: int | None) -> Lack:
    """Hold a count against the bounds of a requirement.

    Of devices, papers and whatever else does not come with the days of a period nothing is said:
    whoever finds the paper cures it, also when the period is over.
    """
    fact = catalog()[requirement.fact]
    if not fact.rises:
        return Lack(None, None, certain, highest, daily=False)
    return Lack(requirement.min, requirement.max, certain, highest, fact.grows == "daily")


def _while_open(finding: Finding, bound: Bound, row: Row) -> Finding:
    """Add to a finding of a period still running what is missing, and whether it can be reached."""
    fact = bound.fact
    if row["closed"] or finding.status == MET or fact.kind != "count":
        return finding
    days_left = row["last_day"] - row["as_of_day"]
    told = lack(bound.requirement, row[fact.name], row[bound.highest]).told(days_left)
    return replace(finding, text=f"{finding.text}{told}")


def _on_month(finding: Finding, row: Row) -> Finding:
    """Add to a finding of the second clock which minutes lie where and what both clocks support."""
    if finding.status == MET:
        return finding
    code = row["supported"]
    support = f"both clocks support {code}" if code else "no code stands on both clocks"
    return replace(finding, text=f"{finding.text} {row['months_told']}; {support}.")


def _month_free(row: Row) -> Finding:
    return Finding(
        "month_free",
        UNMET if row["month_taken"] else MET,
        "hold",
        "calendar_month",
        _month_name(row["month"]),
        "a month of its own",
        "No earlier cycle's management line has its service date in this calendar month.",
        "Leave the line unbilled, or settle which of the two cycles the month belongs to.",
        "policy management_clock",
    )


def _month_name(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _units(code: Code, row: Row) -> Finding:
    assert code.units is not None
    return Finding(
        "units_settled",
        UNPROVEN,
        "hold",
        code.units.fact,
        shown(code.units.fact, row),
        f"one unit for each complete {code.units.each} beyond {code.units.after}",
        "Evidence that somebody must still settle could change the number of units.",
        "Settle the minutes in doubt: name the activity, or say whose a minute claimed twice is.",
        "policy contested_minutes",
    )


def _between_codes(code: Code, row: Row, page: Page) -> Iterator[Finding]:
    for ladder in page.exclusives.values():
        if code.code in ladder.codes:
            yield _exclusive(code, ladder, row)
    if code.base is not None:
        status = {BILLABLE: MET, HELD: UNPROVEN}.get(row["base_standing"], UNMET)
        yield Finding(
            f"base.{code.base}",
            status,
            "gate",
            "base_code",
            code.base,
            f"beside {code.base}",
            f"{code.code} is reported beside {code.base} only.",
            f"See what {code.base} of the same period is missing.",
            "",
        )


def _exclusive(code: Code, ladder: Exclusive, row: Row) -> Finding:
    taker = row["taken_by"]
    lost = taker is not None and taker != code.code
    others = " or ".join(other for other in ladder.codes if other != code.code)
    text = f"{ladder.text} {taker} took this period." if lost else ladder.text
    return Finding(
        f"exclusive.{ladder.name}",
        UNMET if lost else MET,
        "gate",
        "period_taken_by",
        taker,
        f"not beside {others}",
        text,
        "",
        ladder.cite,
    )
