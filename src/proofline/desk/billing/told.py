"""Telling other systems what became of lines in the book of lines, with ids only."""

from __future__ import annotations

from collections.abc import Collection

from proofline.claims.book import Book as Lines
from proofline.desk.telling import events
from proofline.desk.telling.events import Kind
from proofline.store.act import Act
from proofline.store.book import Book


def tell_lines(
    book: Book, act: Act, lines: Lines, kind: Kind, *, line_ids: Collection[str]
) -> None:
    """Tell in an act that lines are ready, held or denied now."""
    events.tell(book, [(kind, _ids(lines, one)) for one in dict.fromkeys(line_ids)], act.at)


def _ids(lines: Lines, line_id: str) -> dict[str, str]:
    claim_id = lines.lines[line_id].claim_id
    line = next(one for one in lines.claims[claim_id].lines if one.line_id == line_id)
    enrollment_id, period_kind, period_start, code = line.decision_key.rsplit(" ", 3)
    return {
        "enrollment_id": enrollment_id,
        "period_kind": period_kind,
        "period_start": period_start,
        "code": code,
        "claim_id": claim_id,
        "line_id": line_id,
    }
