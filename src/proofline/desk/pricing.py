"""What lines would bring by the practice's own papers: fees, contracts, and who pays on the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from proofline.claims.sheets.people import read_people
from proofline.insight import fees_of
from proofline.store.decided import Line, line_of
from proofline.store.work.worth import WORTH

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.claims.expecting import Expecting
    from proofline.claims.sheets.directory import Directory
    from proofline.claims.sheets.people import People
    from proofline.decide.run import Run
    from proofline.evidence import Evidence
    from proofline.store.book import Book


@dataclass(frozen=True, slots=True)
class Prices:
    """What lines are priced by: the loaded fees and contracts, the people, the payers' terms."""

    expected: Expecting
    people: People
    directory: Directory


def prices(
    book: Book, done: tuple[Run, Evidence], decisions: Iterable[dict[str, Any]]
) -> Prices | None:
    """Read what decided lines are priced by; None where papers that lines need are missing."""
    from proofline.desk.billing.papers import (  # noqa: PLC0415 - billing decides as well
        missing,
        papers_of,
    )

    run, evidence = done
    now = datetime.combine(run.asked.as_of + timedelta(days=2), time.min, UTC)  # all that is kept
    papers = None if missing(book, now) else papers_of(book, now)
    if papers is None or papers.expected is None:
        return None
    enrolled = sorted({one["enrollment_id"] for one in decisions})
    people = read_people(evidence.connection, enrolled)
    return Prices(papers.expected, people, papers.directory)


def worth_of(decisions: Iterable[dict[str, Any]], by: Prices | None) -> dict[Line, Cents | None]:
    """Say in cents what each billable or held line is worth, all its units.

    None: no fee on file says it.

    Asked is the fee of its own day of service: what is past has one, or is not known.
    """
    priced = [one for one in decisions if one["outcome"] in WORTH]
    if by is None:
        return dict.fromkeys(map(line_of, priced))
    fee = fees_of(by.expected, by.people, by.directory)
    found: dict[Line, Cents | None] = {}
    for one in priced:
        on = date.fromisoformat(one["service_date"] or one["period"]["end"])
        each = fee(one["enrollment_id"], one["code"], on)
        found[line_of(one)] = None if each is None else each * one["units"]
    return found
