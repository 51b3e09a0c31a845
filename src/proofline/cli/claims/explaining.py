"""`proofline remits explain`: from a refusal to the requirement, and to what is on file for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from proofline.cli.asking import EVIDENCE, KNOWN_AS_OF, clock_option, today
from proofline.cli.claims.checking import directory_option, read_directory_at
from proofline.cli.claims.incoming import dollars
from proofline.cli.claims.keeping import book_at, book_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rich.console import RenderableType

    from proofline.claims.answers.explaining import Cause, Explained
    from proofline.claims.book import Book
    from proofline.decide.chart import Chart


@click.command()
@click.argument("line_id", metavar="LINE")
@book_option
@click.option("--evidence", type=EVIDENCE, required=True, help="Folder or DuckDB file.")
@KNOWN_AS_OF
@clock_option
@directory_option
def explain(
    line_id: str,
    folder: Path,
    evidence: Path,
    as_of: date | None,
    clock: Literal["cycle", "month"],
    directory: Path | None,
) -> None:
    """Explain what a payer refused of a LINE, what that questions, and what answers it.

    The decision that the line was drawn from is made anew on the evidence as of the day.
    """
    from proofline.claims.answers import explaining  # noqa: PLC0415
    from proofline.cli.screen import console  # noqa: PLC0415

    book, day = book_at(folder), as_of or today()
    explaining.explain(book, line_id, None)  # refuses a line without an answer before deciding
    decision, chart = decided_anew(book, line_id, evidence, (day, clock))
    found = explaining.explain(book, line_id, decision, read_directory_at(directory))
    for text in told(found):
        click.echo(text)
    out = console()
    for part in shown(found, chart, day):
        out.print(part)


def decided_anew(
    book: Book, line_id: str, evidence: Path, asked: tuple[date, Literal["cycle", "month"]]
) -> tuple[dict[str, Any] | None, Chart | None]:
    """Decide the enrollment of a line anew; gives its decision, None where none, and the chart."""
    from proofline.claims.drawing import identity  # noqa: PLC0415
    from proofline.decide import Asked, chart, opened  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    carried = book.claims[book.lines[line_id].claim_id]
    line = next(one for one in carried.lines if one.line_id == line_id)
    enrollment = line.decision_key.rsplit(" ", 3)[0]
    as_of, clock = asked
    with opened(evidence, Asked(as_of, clock, enrollment_id=enrollment)) as (run, _):
        found = next((one for one in decisions(run) if identity(one)[0] == line_id), None)
        return found, None if found is None else chart(run, enrollment)


def shown(one: Explained, chart: Chart | None, as_of: date) -> Iterator[RenderableType]:
    """Show the days and the work of the period where the questioned requirements rest on them."""
    from proofline.explain import choosing, explanation, terminal  # noqa: PLC0415

    tables = {table for cause in one.causes if cause.questioned for table in cause.evidence}
    if chart is None or not tables & {"readings", "time_entries", "interactions"}:
        return
    _, kind, start, _ = one.line.decision_key.rsplit(" ", 3)
    asked = start[:7] if kind == "month" else start
    period = choosing.chosen(asked, list(explanation.periods(chart)), as_of=as_of)
    found = explanation.explain(chart, period, as_of=as_of)
    if "readings" in tables:
        yield from terminal.days_told(found)
    if tables & {"time_entries", "interactions"}:
        yield from terminal.work_told(found)


def told(one: Explained) -> Iterator[str]:
    """Say it all, the requirement with value, bound and citation."""
    days = f"{one.line.first_day} to {one.line.last_day}"
    day = f"{one.line.last_day}" if one.line.first_day == one.line.last_day else days
    yield f"{one.line.line_id}  {one.line.decision_key}"
    yield (
        f"{one.line.code} on {day}: {one.state}, paid {dollars(one.paid)}"
        f" of {dollars(one.line.charge)}, remitted {one.remitted_on}"
    )
    if one.overtaken:
        yield "Decided anew, this line is no longer billable: amend it before anything is answered."
    if one.changed:
        yield "Decided anew, it says otherwise than the decision that the line was drawn from."
    if one.short is not None:
        yield (
            f"expected {dollars(one.short.expected)}, allowed {dollars(one.short.allowed)}:"
            f" {dollars(one.short.short)} short"
        )
    if one.taken_back:
        yield "The payer took back what it answered, and nothing has come since."
    yield from (text[:1].upper() + text[1:] + "." for text in one.differs)
    for cause in one.causes:
        yield from _cause(cause)
    for each in one.agreed:
        yield f"{each.group}-{each.code} {dollars(each.amount)}, not refused: {each.means}"
    for code, means in one.remarks:
        yield f"remark {code}: {means or 'not on file here'}"
    yield _deadline(one)


def _cause(cause: Cause) -> Iterator[str]:
    whole = " of the whole claim" if cause.of_claim else ""
    yield f"{cause.group}-{cause.code} {dollars(cause.amount)}{whole}: {cause.means}"
    if cause.cause:
        yield f"  cause: {cause.cause} (grade {cause.grade})"
    for asked in cause.questioned:
        yield f"  questioned: {asked.requirement} is {asked.status}: {asked.text}"
        yield f"    {asked.fact} is {asked.value}, needed {asked.needs}; {asked.cite}"
    if cause.on_file:
        yield f"  {cause.on_file}"
    if cause.evidence:
        yield f"  evidence: {', '.join(cause.evidence)}"
    if cause.answer:
        yield f"  to do ({cause.do}): {cause.answer}"


def _deadline(one: Explained) -> str:
    if one.final:
        return "deadline: no appeal is open; a new claim must arrive in time for filing"
    if one.taken_back:
        return "deadline: none; no answer stands that could be appealed"
    if one.last_day is None and one.causes:
        return "deadline: not known; see the payer's letter or contract, put it into the directory"
    if one.last_day is None:
        return "deadline: none; nothing was refused"
    terms = one.terms
    return (
        f"deadline: {one.last_day}, {terms.appeal_days} days for {terms.appeal_to};"
        f" {terms.said('appeal_days')}"
    )
