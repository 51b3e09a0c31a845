"""Rows of CSV files as exports of devices write them: any delimiter, quotes, BOM, line ending.

A file is read row by row, twice if a source needs to; never is a table of it in memory. A quote
that is never closed, a row of another width and a file without end are told of and end nothing
before them.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from proofline.intake.payloads.payload import LONGEST_LINE, text_of
from proofline.intake.report import Place, Trouble
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from proofline.intake.payloads.payload import Payload

MOST_ROWS = 2_000_000
MOST_COLUMNS = 500
_HEADER_WITHIN = 10
_DELIMITERS = ",;\t"
_NAMED = re.compile(r'\ufeff?"?sep=([,;\t])"?[\r\n]', re.IGNORECASE)
_Layout = TypeVar("_Layout")


class Row(NamedTuple):
    """The cells of one row, trimmed, and the line in which it begins."""

    place: Place
    cells: list[str]


class _Endless(Exception):
    """A line longer than any row of a device's export."""


def rows(
    sent: Payload, text: str, delimiter: str = "", *, skip: int = 0
) -> Iterator[Row | Trouble]:
    """Give the rows of a CSV file that hold anything, but those of the first `skip` lines.

    Without a `delimiter` the file shows it. A first line in which Excel names it is no row.
    """
    named = delimiter_named(text)
    skip = skip or len(named)
    lines = itertools.islice(io.StringIO(text, newline=""), skip, None)
    dialect = delimiter or named or delimiter_of(text)
    found = csv.reader(_bounded(lines), delimiter=dialect, strict=True)
    for count in itertools.count():
        place = Place(sent.name, f"line {sent.first_line + skip + found.line_num}")
        try:
            cells = next(found, None)
        except csv.Error:
            yield trouble(place, "csv_broken", "", "a quote is not closed, or within a cell")
            return
        except _Endless:
            yield trouble(place, "too_long", "")
            return
        if cells is None:
            return
        if count >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            many = f"{MOST_COLUMNS} columns" if count < MOST_ROWS else f"{MOST_ROWS} rows"
            yield trouble(place, "csv_large", "", many)
            return
        trimmed = [cell.strip() for cell in cells]
        if any(trimmed):
            yield Row(place, trimmed)


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise _Endless
        yield line


def delimiter_named(beginning: str) -> str:
    """Give the delimiter that a first line `sep=;` names, as Excel writes it; blank without one."""
    found = _NAMED.match(beginning)
    return found[1] if found else ""


def delimiter_of(text: str) -> str:
    """Tell which of comma, semicolon and tab the first lines use most; the comma if none."""
    beginning = "".join(itertools.islice(io.StringIO(text), _HEADER_WITHIN))
    return max(_DELIMITERS, key=beginning.count)


def first_rows(found: Iterator[Row | Trouble]) -> list[Row]:
    """Give the rows among which an export's header must be."""
    return [one for one in itertools.islice(found, _HEADER_WITHIN) if isinstance(one, Row)]


def exported(
    sent: Payload, layout_of: Callable[[Row], _Layout | None], wanted: str
) -> tuple[_Layout, Callable[[], Iterator[Row | Trouble]]] | Trouble:
    """Find the header of an export: what its columns are, and the rows below, as often as asked.

    `wanted` are the columns that are missed where no row is a header.
    """
    text = text_of(sent)
    if isinstance(text, Trouble):
        return text
    for header in first_rows(rows(sent, text)):
        if (layout := layout_of(header)) is not None:
            return layout, partial(_below, header, sent, text)
    return trouble(Place(sent.name), "columns", "", wanted)


def _below(header: Row, sent: Payload, text: str) -> Iterator[Row | Trouble]:
    return after(header, rows(sent, text))


def after(header: Row, found: Iterator[Row | Trouble]) -> Iterator[Row | Trouble]:
    """Give the rows below a header; one of another width is told of instead.

    Blank cells beyond the header's width are nothing: exports end their rows with a delimiter. That
    there are no rows at all is told of too.
    """
    below = is_empty = False
    for one in found:
        if not isinstance(one, Row):
            yield one
        elif below:
            is_empty = False
            yield _of_width(one, len(header.cells))
        else:
            below = is_empty = one.place == header.place
    if is_empty:
        yield trouble(header.place, "nothing_there", "")


def _of_width(row: Row, width: int) -> Row | Trouble:
    if len(row.cells) == width or (len(row.cells) > width and not any(row.cells[width:])):
        return row
    wide = f"{len(row.cells)} cells where the header has {width}"
    return trouble(row.place, "row_width", "", wide)


def columns(header: Row, wanted: Mapping[str, str]) -> dict[str, int]:
    """Find columns by the names that a header may have for them, in any case.

    `wanted` is name -> what we call it; of two columns of one name the first is taken.
    """
    found: dict[str, int] = {}
    for index, name in enumerate(header.cells):
        if called := wanted.get(name.lower().replace("\u2019", "'")):
            found.setdefault(called, index)
    return found
