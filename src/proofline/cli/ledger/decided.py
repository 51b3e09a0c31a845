"""What was decided and claimed, as the ledger keeps it: records of decisions, steps of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.claims.drawing import identity
from proofline.cli.claims.keeping import book_at
from proofline.decide.records.keeping import BadRecords, broken_seal, files, leaves
from proofline.ledger.kept.keeping import SentRow, SentText
from proofline.packet.entering import DECISIONS, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def sent_records(place: Path) -> Iterator[SentText]:
    """Give every record that `decide --keep` made in a folder, or in one file, byte for byte.

    Raises BadRecords before the first record of a file that is not as it was written.
    """
    for path in files(place):
        trouble = broken_seal(path)
        if trouble:
            message = f"Nothing of {path.name} was kept: {trouble}."
            raise BadRecords("records.altered", message, "Put the file back from a backup.")
        for leaf in leaves(path):
            for record, content in zip(leaf.records, leaf.contents, strict=True):
                line_id, _ = identity(dict(record.decision))
                yield SentText(
                    DECISIONS,
                    (line_id,),
                    content,
                    patient=record.decision["patient_id"],
                    engine=record.decision["engine"],
                    pack=record.decision["pack_digest"] or "",
                )


def sent_steps(folder: Path) -> Iterator[SentRow]:
    """Give every step of every line of the book in a folder, each line's in their order."""
    book = book_at(folder)
    for line_id in book.lines:
        for place, told in enumerate(book.story(line_id), start=1):
            yield SentRow(
                STEPS,
                (line_id, str(place)),
                {
                    "line_id": line_id,
                    "number": str(told.number),
                    "kind": told.kind,
                    "state": told.change.to or "",
                    "who": told.act.who,
                    "at": told.act.at.isoformat(),
                    "why": told.act.why,
                    "detail": dict(told.change.detail),
                },
                occurred_at=told.act.at,
            )
