"""Files that somebody brings by hand: a vendor's sample to be judged, or an export to be taken in.

Of a sample nothing is kept. An export is taken in as if it lay in the folder of a feed: its bytes
are the message, so the same file again adds nothing and is told the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.desk.arriving.messages import Outcome, Sent, id_of
from proofline.desk.arriving.taking import take
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.intake import source as source_of
from proofline.intake.conformance import ASKED, Conformance, judged
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.store.book import Book

LARGEST = 8 << 20
"""Bytes of a file that is brought by hand; larger ones are put into the folder of a feed."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that evidence asks of a reading: how many said it, and what the others should."""

    asked: str
    said: int
    should: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What came of one payload of a sample, point by point."""

    found: Conformance
    points: tuple[Point, ...]


def hold_against(book: Book, source: str, data: bytes, options: Options) -> list[Sample]:
    """Judge a sample of a source by what evidence asks.

    Errors: NotAllowed; WrongUse for a source there is not; DeskError for a blank or too large one.
    """
    permit(book, "message.release")
    _refuse_size(data)
    return [_sample(one) for one in judged(source, payload("sample", data), options)]


def bring(book: Book, source: str, data: bytes, at: datetime) -> Outcome:
    """Take in a file of a source, and say what became of it.

    Errors: NotAllowed; WrongUse for a source there is not; DeskError for a blank or too large one.
    """
    permit(book, "reading.take")
    source_of(source)
    _refuse_size(data)
    (outcome,) = take(book, [Sent(source, id_of(data), data, "file", at)], at)
    return outcome


def _refuse_size(data: bytes) -> None:
    if not data.strip() or len(data) > LARGEST:
        raise DeskError(
            "desk.file_size",
            f"The file is empty, or larger than {LARGEST >> 20} MiB.",
            "Choose the file again; put larger ones into the folder of a feed for files.",
        )


def _sample(found: Conformance) -> Sample:
    points = (
        Point(asked, found.said[asked], "" if found.said[asked] == found.readings else should)
        for asked, (_, should) in ASKED.items()
    )
    return Sample(found, tuple(points) if found.readings else ())
