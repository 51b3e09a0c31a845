"""Fees of the demonstration: Medicare's files for the days of which the product brings none.

They are made up, and each says so: the values of the nearest release that the product brings are
taken to hold for a quarter that has no file, so that a year of made-up work has a price. The other
tables that a practice loads are there too, and empty: nothing is said against a made-up claim. A
practice loads CMS's own files instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from proofline.claims.fees.facts import Kind, RelativeValue, Source
from proofline.claims.fees.medicare import CODES, DATA
from proofline.claims.fees.shelf import PAIR_PARTS, FeeFile, Shelf, files_in

NOTE = "Made up for the demonstration: {of} is taken to hold for these days."
EMPTY: tuple[tuple[Kind, int | None], ...] = (
    *(("mue", None), ("add_on", None)),
    *(("ptp", part) for part in sorted(PAIR_PARTS)),
)
"""The tables that the demonstration has no row of: kind, and which of its parts."""


def made_up(first: date, last: date) -> Iterator[bytes]:
    """Give files of facts, as `fees load` writes them, so that every day of a span has a price."""
    brought = [one for one in files_in(DATA) if one.source.kind == "rvu" and not one.source.qp]
    there = Shelf()
    for begins, ends in _quarters(first, last):
        if not there.speaks(begins):
            yield _as_of(min(brought, key=lambda one: _distance(one, begins)), begins, ends)
    for kind, part in EMPTY:
        note = "Made up for the demonstration: an empty table."
        codes = tuple(sorted(CODES))
        yield _written(
            Source(kind, "made up", "", first, last, 0, part=part, codes=codes, note=note)
        )


def _quarters(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each quarter of the year that a span touches."""
    begins = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    while begins <= last:
        after = (begins.replace(day=28) + timedelta(days=70)).replace(day=1)
        yield begins, after - timedelta(days=1)
        begins = after


def _distance(file: FeeFile, begins: date) -> tuple[bool, int]:
    """Say how far a release is from a quarter: another year's is farther than any of its own.

    Payment amounts are set for a calendar year (Social Security Act, section 1848(b)(1)).
    """
    return file.source.first.year != begins.year, abs((file.source.first - begins).days)


def _as_of(file: FeeFile, begins: date, ends: date) -> bytes:
    note = NOTE.format(of=file.source.file)
    source = msgspec.structs.replace(
        file.source, file="made up", sha256="", first=begins, last=ends, note=note
    )
    return _written(source, file.facts(RelativeValue))


def _written(source: Source, facts: Iterable[RelativeValue] = ()) -> bytes:
    encode = msgspec.json.encode
    return b"\n".join([encode(source), *map(encode, facts)]) + b"\n"
