"""An explanation on a terminal: the lines and their reasons, the days, the minutes, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from proofline.evidence.tables import BY_DEVICE
from proofline.explain.explanation import (
    against,
    grounds,
    standing,
    standing_in,
    warnings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from proofline.explain.explanation import (
        DayMark,
        Decision,
        Explanation,
        Finding,
        Ladder,
        Left,
        Period,
    )

MARK = {"counts": "■", "unsettled": "?", "refused": "x", "nothing": "·", "to_come": "_"}
STYLE = {
    "counts": "green",
    "unsettled": "yellow",
    "refused": "red",
    "nothing": "dim",
    "to_come": "cyan",
}
OUTCOME_STYLE = {"billable": "green", "held": "yellow", "not_billable": "dim", "open": "cyan"}
STATUS_MARK = {"met": "■", "unmet": "x", "unproven": "?"}
IDS_SHOWN = 3
ELSEWHERE = {"inpatient", "snf", "hospice"}
"""Stays of which nobody asks whose they are."""


def told(explanation: Explanation) -> Iterator[RenderableType]:
    """Yield the parts of an explanation in the order in which they are read."""
    yield heading(explanation)
    cites = list(explanation.cited)
    for line in explanation.lines:
        yield Text()
        yield from line_told(line, cites)
    yield Text()
    yield from warnings_told(explanation, cites)
    yield from ladders_told(explanation)
    if explanation.chart.program in BY_DEVICE:
        yield from days_told(explanation)
        yield Text()
    yield from work_told(explanation)
    if explanation.left:
        yield Text()
        yield Text("Did not count", style="bold")
        for left in explanation.left:
            yield from left_told(left)
    yield Text()
    yield from beside_told(explanation)
    yield from sources_told(explanation)
    yield Text()
    yield from others_told(explanation)


def heading(explanation: Explanation) -> Text:
    """Say whose period it is, and in which zone its days are counted."""
    chart = explanation.chart
    head = Text(f"{chart.enrollment_id}", style="bold")
    head.append(f"  {name_of(explanation.period)}", style="bold")
    head.append(f"\n{chart.program}, days of {chart.time_zone}, day 1 is {chart.anchor}", "dim")
    head.append(f", as of {explanation.as_of}", "dim")
    return head


def name_of(period: Period) -> str:
    """Name a period with its first and last day."""
    number = "" if period.number is None else f" {period.number}"
    return f"{period.kind}{number}: {period.start} to {period.end}"


def line_told(line: Decision, cites: list[str]) -> Iterator[Text]:
    """Say what becomes of a code, on what grounds, and what stands against it."""
    outcome = line["outcome"]
    head = Text(f"{line['code']}  ", style="bold")
    head.append(outcome.replace("_", " "), style=OUTCOME_STYLE[outcome])
    if outcome in {"billable", "held"}:
        units = "1 unit" if line["units"] == 1 else f"{line['units']} units"
        head.append(f"  {units}, date of service {line['service_date']}")
    yield head
    for finding in grounds(line):
        yield finding_told(finding, cites)
    for finding in against(line):
        yield finding_told(finding, cites)
        yield Text(f"         {finding['text']}")
        if finding["cure"]:
            yield Text(f"         What to do: {finding['cure']}", style="italic")


def warnings_told(explanation: Explanation, cites: list[str]) -> Iterator[Text]:
    """Say once what is to be known and stands in nobody's way."""
    found = warnings(explanation.lines).values()
    if found:
        yield Text("To know, though it stops nothing", style="bold")
    for finding in found:
        yield finding_told(finding, cites)
        yield Text(f"         {finding['text']}")
    if found:
        yield Text()


def ladders_told(explanation: Explanation) -> Iterator[RenderableType]:
    """Show what each count can earn, and how far it got."""
    outcomes = {line["code"]: line["outcome"] for line in explanation.lines}
    yield Text("Ladders", style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=6)
    for ladder in explanation.ladders:
        rungs = Text()
        for least, code in ladder.rungs:
            rungs.append(f"from {least} ").append(f"{code}   ", style=OUTCOME_STYLE[outcomes[code]])
        table.add_row(*literally("", ladder.fact.replace("_", " "), reach_told(ladder), rungs))
    yield table
    yield Text()


def finding_told(finding: Finding, cites: list[str]) -> Text:
    """Say one finding in a line: the fact, its value, the bound, the level and the citation."""
    status = finding["status"]
    style = {"met": "green", "unmet": "red", "unproven": "yellow"}[status]
    told_of = Text(f"      {STATUS_MARK[status]}  ", style=style)
    told_of.append(
        f"{finding['fact'].replace('_', ' ')}: {value_told(finding['value'])},"
        f" needs {finding['needs']}"
    )
    if status != "met":
        told_of.append(f"  ({finding['level']}, {status})", style=style)
    if finding["cite"] in cites:
        told_of.append(f"  [{cites.index(finding['cite']) + 1}]", style="dim")
    return told_of


def value_told(value: object) -> str:
    """Write the value of a fact; what is not known is said to be unknown."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def reach_told(ladder: Ladder) -> str:
    """Say how far a count got, and how far it could get."""
    if ladder.highest == ladder.value:
        return value_told(ladder.value)
    return f"{value_told(ladder.value)} to {value_told(ladder.highest)}"


def days_told(explanation: Explanation) -> Iterator[Text]:
    """Show the days of the period as a strip, and the count by UTC beside it where it differs."""
    cells = explanation.strip
    count = sum(cell.standing == "counts" for cell in cells)
    by_utc = sum(cell.utc_counts for cell in cells)
    yield Text(f"Days   {cells[0].day:%d %b} to {cells[-1].day:%d %b}", style="bold")
    coming = sum(cell.standing == "to_come" for cell in cells)
    left = f", {coming} days still to come" if coming else ""
    yield strip_told("       ", cells).append(f"  {count} count{left}")
    if by_utc != count:
        marks = "".join(MARK["counts" if cell.utc_counts else "nothing"] for cell in cells)
        yield Text(f"  UTC  {marks}  {by_utc} by UTC, which is not the patient's day", style="dim")
    yield Text(
        "       ■ counts  ? to be settled  x does not count  · nothing sent  _ to come", style="dim"
    )


def strip_told(lead: str, cells: tuple[DayMark, ...]) -> Text:
    """Draw one mark for each day."""
    drawn = Text(lead)
    for cell in cells:
        drawn.append(MARK[cell.standing], style=STYLE[cell.standing])
    return drawn


def work_told(explanation: Explanation) -> Iterator[RenderableType]:
    """Show the minutes on both clocks, then each piece of work and each call."""
    yield Text("Management", style="bold")
    facts = explanation.lines[0]["facts"]
    yield Text(f"       {explanation.period.kind}: {minutes_told(facts)}")
    for month in explanation.months:
        some = f"{month.minutes} min, {month.live_calls} live"
        if month.possible_minutes != month.minutes:
            some += f" (up to {month.possible_minutes} min if settled)"
        yield Text(f"       {month.first_day:%B %Y}: {some}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=6)
    for one in explanation.work:
        length = int((one.ended_at - one.started_at).total_seconds())
        said = standing_in(explanation.chart, one)
        row = literally(
            "",
            Text(MARK[said], style=STYLE[said]),
            f"{one.started_at:%d %b %H:%M:%S}",
            f"{length // 60}:{length % 60:02}",
            one.activity or "not named",
            one.performer_id,
        )
        table.add_row(*row)
    for call in explanation.calls:
        row = literally(
            "",
            Text(MARK[standing(call)], style=STYLE[standing(call)]),
            f"{call.started_at:%d %b %H:%M:%S}",
            "",
            f"{call.channel}, reached {call.reached or 'unknown'}",
            call.performer_id or "unknown",
        )
        table.add_row(*row)
    yield table


def literally(*told: str | Text) -> Iterator[Text]:
    """Give the cells of a row, drawn letter by letter: what was sent is no markup and no emoji."""
    return (Text(cell) if isinstance(cell, str) else cell for cell in told)


def minutes_told(facts: dict[str, object]) -> str:
    """Say the minutes and live calls of the period itself."""
    minutes, live = facts["treatment_minutes"], facts["live_calls"]
    highest = facts.get("treatment_minutes_possible")
    settled = "" if highest is None else f" (up to {highest} min if settled)"
    return f"{minutes} min, {live} live{settled}"


def left_told(left: Left) -> Iterator[Text]:
    """Say what did not count for one reason, and what would cure it."""
    style = STYLE["unsettled" if left.unsettled else "refused"]
    days = ", ".join(f"{day:%d %b}" for day in left.days[:IDS_SHOWN])
    more = f" and {len(left.days) - IDS_SHOWN} days more" if len(left.days) > IDS_SHOWN else ""
    said = Text(f"      {MARK['unsettled' if left.unsettled else 'refused']}  ", style=style)
    said.append(f"{len(left.ids)} {left.what} ({days}{more}): {left.words}")
    said.append(f"  {', '.join(left.ids[:IDS_SHOWN])}", style="dim")
    yield said
    if left.cure:
        yield Text(f"         What to do: {left.cure}", style="italic")


def beside_told(explanation: Explanation) -> Iterator[RenderableType]:
    """List what is reported and where the patient stayed, in the period and the months around."""
    if not explanation.beside:
        return
    yield Text("Beside it", style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=6)
    for one in explanation.beside:
        last = "open" if one.last_day is None else f"{one.last_day}"
        days = f"{one.first_day}" if one.last_day == one.first_day else f"{one.first_day} to {last}"
        whose = {True: "our practice", False: "another practice", None: "not known whose"}
        sure = "" if one.certain else "planned, or nobody knows"
        told_of = (
            one.what.replace("_", " "),
            days,
            "" if one.what in ELSEWHERE else whose[one.ours],
            sure,
            one.row_id,
        )
        table.add_row(*literally("", *told_of))
    yield table
    yield Text()


def sources_told(explanation: Explanation) -> Iterator[RenderableType]:
    """List what is cited, what was read of it, and what the decision rests on."""
    yield Text("On whose word", style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", width=6)
    table.add_column()
    for number, (cite, source) in enumerate(explanation.cited.items(), start=1):
        said = Text(f"{cite}: ")
        if source is None:
            said.append("a choice of this page on what no source settles")
        else:
            said.append(f"{source.title}, {source.publisher}, {source.date}")
            said.append(f"  grade {source.grade}  {source.url or ''}", style="dim")
        table.add_row(*literally(f"[{number}]", said))
    yield table
    ruled: dict[tuple[str, str], list[str]] = {}
    for line in explanation.lines:
        ruled.setdefault((line["pack"], line["pack_digest"]), []).append(line["code"])
    for (page, digest), codes in ruled.items():
        of = "" if len(ruled) == 1 else f"  of {' '.join(codes)}"
        yield Text(f"       law {page}  {digest}{of}", style="dim")
    yield Text(f"       evidence {explanation.lines[0]['evidence_digest']}", style="dim")


def others_told(explanation: Explanation) -> Iterator[Text]:
    """Say in a line each what becomes of the other periods."""
    if explanation.others:
        yield Text("Other periods", style="bold")
    for period, lines in explanation.others.items():
        said = Text(f"       {name_of(period)}  ")
        for line in lines:
            if line["outcome"] in {"billable", "held", "open"}:
                units = f"x{line['units']}" if line["units"] > 1 else ""
                said.append(f"{line['code']}{units} ", style=OUTCOME_STYLE[line["outcome"]])
        yield said
