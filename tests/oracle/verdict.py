"""From an evidence folder to decisions: periods, pages, ladders and the two clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from . import law
from .book import FAR_AHEAD, ONE_DAY, Book, Case, Row, day, month_of, read
from .minutes import in_period, last_day_worked
from .papers import payer_id
from .span import begins, cycles, died_before, months

if TYPE_CHECKING:
    from pathlib import Path

Span = tuple[date, date]
Period = tuple[str, int, date, date]
Taken = dict[Span, date]
Decision = dict[str, Any]

REACHED_BY = {"transmission_days", "phe_transmission_days", "transmission_days_in_force"}


@dataclass
class Line:
    """One code of one period: the page, the facts and the findings, and what came of them."""

    code: str
    case: Case
    page: law.Page
    findings: list[law.Finding]
    month: Span | None = None
    measures: tuple[str, ...] = ()
    closed: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """Give what the page says of the code, nothing where it is absent."""
        return dict(self.page.get("code", {}).get(self.code, {}))

    def supports(self) -> bool:
        """Say whether the calendar month carries the code (E13)."""
        names = self.entry.get("month_requires", [])
        said = law.findings(self.page, names, self.case.facts)
        return bool(self.entry) and all(status == "met" for _, status, _ in said)

    def conclude(self) -> None:
        """Draw the outcome from the findings."""
        self.closed = law.outcome(self.findings)

    def is_late(self, taken: Taken) -> bool:
        """Say whether a cycle that began earlier took the calendar month."""
        return self.month in taken and taken[self.month] < self.case.start

    def took_month(self) -> bool:
        """Say whether the second test gave the line its month."""
        said = {name: status for name, status, _ in self.findings}
        return said.get("month_free") == "met" and self.supports()

    @property
    def claims(self) -> bool:
        """Say whether the line stands, now or once somebody has settled something."""
        return self.closed in {"billable", "held"}


def decide(folder: Path, as_of: date, clock: str = "cycle") -> list[Decision]:
    """Decide every code of every period of every enrollment in a folder of CSV files."""
    return decide_book(read(folder, as_of), clock)


def decide_book(book: Book, clock: str = "cycle") -> list[Decision]:
    """Decide a book; one dictionary for each enrollment, period and code, in the fixed order."""
    taken: dict[tuple[str | None, str | None], Taken] = {}
    found = []
    for enrollment, period in periods(book):
        runs = {"month"} if period[0] == "month" else set()
        runs |= {"clock"} if period[0] == clock else set()
        if period[0] == "cycle":
            found += supply(book, enrollment, period)
        whose = enrollment["patient_id"], enrollment["program"]
        found += management(book, enrollment, (period, runs), taken.setdefault(whose, {}))
    return sorted(found, key=place)


def place(line: Decision) -> tuple[str, str, str]:
    """Give what decisions are ordered by: enrollment, period start, code."""
    return line["enrollment_id"], line["period"]["start"], line["code"]


def periods(book: Book) -> list[tuple[Row, Period]]:
    """Give all periods of all enrollments that have a pack, the earliest first."""
    found: list[tuple[Row, Period]] = []
    for row in book.tables.get("enrollments", []):
        if law.decides(row["program"]):
            found += [(row, ("cycle", *period)) for period in cycles(book, row)]
            found += [(row, ("month", *period)) for period in months(book, row)]
    return sorted(found, key=lambda entry: (entry[1][2], entry[0]["enrollment_id"]))


def supply(book: Book, enrollment: Row, period: Period) -> list[Decision]:
    """Decide the supply codes of a cycle, and set-up if this is the cycle for it."""
    _, _, first, last = period
    lines = []
    for code, entry in law.codes_of(enrollment["program"]).items():
        if entry["period"] == "cycle":
            lines += judge(book, enrollment, code, (first, last, last))
        if entry["period"] == "setup":
            setup = setup_line(book, enrollment, code)
            lines += [line for line in setup if line.case.start == first]
    return finish(period, lines, {})


def setup_line(book: Book, enrollment: Row, code: str) -> list[Line]:
    """Decide set-up once: in the first cycle that reaches its days, else could, else the first."""
    taught = day(enrollment, "setup_date") or begins(enrollment) or FAR_AHEAD
    lines = [
        line
        for _, first, last in cycles(book, enrollment)
        for line in judge(book, enrollment, code, (first, last, taught))
    ]
    return [max(lines, key=reached)] if lines else []


def reached(line: Line) -> int:
    """Rank how the days that set-up waits for stand: met, could be met, or not."""
    bounds = line.page["requirement"]
    days = [name for name in line.entry.get("requires", []) if bounds[name]["fact"] in REACHED_BY]
    said = {status for _, status, _ in law.findings(line.page, days, line.case.facts)}
    if not days or "unmet" in said:
        return 0
    return 1 if "unproven" in said else 2


def management(
    book: Book, enrollment: Row, where: tuple[Period, set[str]], taken: Taken
) -> list[Decision]:
    """Decide the codes that run on one of these clocks, for a cycle or a calendar month."""
    period, runs = where
    kind, _, first, last = period
    options = [
        candidates(book, enrollment, code, (first, last))
        for code, entry in law.codes_of(enrollment["program"]).items()
        if entry["period"] in runs
    ]
    if kind == "month":
        return finish(period, [lines[-1] for lines in options if lines], {})
    month = choose(options, taken)
    chosen = [line for lines in options for line in lines if line.month == month]
    for line in chosen:
        test_again(line, taken)
    return finish(period, chosen, taken)


def judge(book: Book, enrollment: Row, code: str, dates: tuple[date, date, date]) -> list[Line]:
    """Judge one code of a period, by the page of its service date.

    The dates are the period's first and last and the service date; a date without law has no line.
    """
    first, last, service_date = dates
    case = Case(book, enrollment, first, last, service_date, service_date)
    page = law.page_on(enrollment["program"], payer_id(case), service_date)
    if page is None or not (code in page["code"] or code in page.get("absent", {})):
        return []
    case.in_force = page["effective"]
    key = (enrollment["enrollment_id"], dates, case.in_force)
    case.facts = book.memory.setdefault(key, {})  # type: ignore[assignment]
    if not case.facts:
        case.facts.update(law.measure(case))
    line = Line(code, case, page, [("absent." + code, "unmet", "gate")])
    if line.entry:
        line.findings = law.findings(page, line.entry["requires"], case.facts)
    line.conclude()
    return [line]


def candidates(book: Book, enrollment: Row, code: str, span: Span) -> list[Line]:
    """Judge the code once for each calendar month in which the span has work, in their order."""
    first, last = span
    case = Case(book, enrollment, first, last, last, last)
    alive = last
    while died_before(book, enrollment["patient_id"], alive):
        alive -= ONE_DAY
    worked = {month: last_day_worked(case, *month) for month in months_worked(case)}
    if not worked or law.codes_of(enrollment["program"])[code]["service_date"] == "period_end":
        worked = {month_of(alive): alive}
    found = []
    for month, service_date in worked.items():
        for line in judge(book, enrollment, code, (first, last, service_date)):
            line.month = month
            found.append(line)
    return found


def months_worked(case: Case) -> list[Span]:
    """Give the calendar months in which the period has work that counts or could."""
    return sorted({month_of(piece[0]) for piece in in_period(case)})


def choose(options: list[list[Line]], taken: Taken) -> Span | None:
    """Choose the calendar month of a cycle's management lines.

    It is the month of the highest code that stands: the first free month that supports it, and of
    several the one that gives its add-ons most; else one that is taken. Where no month supports
    any, it is the last with work.
    """
    for lines in sorted(filter(None, options), key=lambda found: ladder_place(found[0])):
        able = [line for line in lines if line.claims and line.supports()]
        free = [line for line in able if not line.is_late(taken)]
        if able:
            return max(free, key=add_ons, default=able[0]).month
    return max((line.month for lines in options for line in lines if line.month), default=None)


def ladder_place(line: Line) -> int:
    """Give the place of a code in its ladder, the highest first; add-ons come after."""
    for ladder in line.page.get("exclusive", {}).values():
        if line.code in ladder["codes"]:
            return int(ladder["codes"].index(line.code))
    return len(line.page["code"])


def test_again(line: Line, taken: Taken) -> None:
    """Put a line to the second test of the cycle clock (E13)."""
    if line.entry:
        names = line.entry.get("month_requires", [])
        line.measures = ("month_minutes",)
        line.findings += law.findings(line.page, names, line.case.facts)
        late = line.is_late(taken)
        line.findings.append(("month_free", "unmet" if late else "met", "hold"))
        line.conclude()


def add_ons(line: Line) -> int:
    """Count the add-on units that the line's calendar month supports beside it."""
    found = 0
    for code, entry in line.page["code"].items():
        beside = Line(code, line.case, line.page, [], line.month)
        if entry.get("base") == line.code and beside.supports():
            found += law.units(entry, line.case.facts, "month_minutes")[0]
    return found


def finish(period: Period, lines: list[Line], taken: Taken) -> list[Decision]:
    """Apply ladders and bases to the lines of one period, and write them out."""
    for line in lines:
        climb(line, lines)
    for line in lines:
        if "base" in line.entry:
            base = next((other for other in lines if other.code == line.entry["base"]), None)
            said = {"billable": "met", "held": "unproven"}.get(base.closed if base else "", "unmet")
            line.findings.append(("base." + line.entry["base"], said, "gate"))
            line.conclude()
        sure, could = law.units(line.entry, line.case.facts, *line.measures)
        if 0 < sure != could and line.claims:
            line.findings.append(("units_settled", "unproven", "hold"))
            line.conclude()
    for line in lines:
        if line.claims and line.month and line.took_month() and period[3] < line.case.book.as_of:
            taken.setdefault(line.month, period[2])
    return [written(line, period) for line in lines]


def climb(line: Line, lines: list[Line]) -> None:
    """Let a code stand only if no higher one of its ladder does."""
    for name, ladder in line.page.get("exclusive", {}).items():
        standing = [other for other in lines if other.code in ladder["codes"] and other.claims]
        taker = min(standing, key=lambda other: ladder["codes"].index(other.code), default=line)
        if line.code in ladder["codes"] and line.entry:
            said = "met" if taker is line else "unmet"
            line.findings.append(("exclusive." + name, said, "gate"))
            line.conclude()


def written(line: Line, period: Period) -> Decision:
    """Write a line as the contract has it, with every fact."""
    kind, number, first, last = period
    case = line.case
    outcome = "open" if line.entry and last >= case.book.as_of else line.closed
    earned = law.units(line.entry, case.facts, *line.measures)[1]
    earned = max(1, earned or law.units(line.entry, case.facts)[1])
    return {
        "enrollment_id": case.enrollment["enrollment_id"],
        "patient_id": case.patient_id,
        "program": case.program,
        "period": {
            "kind": kind,
            "start": first.isoformat(),
            "end": last.isoformat(),
            "number": number,
        },
        "code": line.code,
        "units": 0 if outcome == "not_billable" else earned,
        "outcome": outcome,
        "service_date": case.service_date.isoformat(),
        "facts": case.facts,
        "findings": [
            {"requirement": name, "status": status, "level": level}
            for name, status, level in line.findings
        ],
    }
