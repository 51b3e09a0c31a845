"""Reading CSV as it comes from people: exact lines, and nothing lost.

A row begins at a physical line, may hold quoted line ends, and is either taken as sent or told of
as a `BadRow`. A quote that is never closed spoils its own line only: reading goes on with the next.
"""

from __future__ import annotations

import csv
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter, deque
from typing import TYPE_CHECKING

from proofline.evidence.folder import plainly
from proofline.evidence.trouble import BadRow, EvidenceUnreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

Row = tuple[int, list[str | None]]
"""The physical line on which a row begins, and its cells as sent; None where nothing is written."""

Problem = tuple[str, str | None, str, str]
"""Column, value, what was expected, and the cure."""


def csv_header(path: Path) -> list[str]:
    """The names in the first row; none for an empty file. Refuses a file that is UTF-16."""
    with path.open("rb") as file:
        if file.read(2) in {BOM_UTF16_LE, BOM_UTF16_BE}:
            raise EvidenceUnreadable(
                "evidence.not_utf8",
                f"{path.name} is UTF-16.",
                "Save it as UTF-8 and read the folder again.",
            )
    first = next(_records(path), None)
    if first is None:
        return []
    if isinstance(first, BadRow):
        raise _bad_header(path, first.expected)
    if any("\0" in name or _shown(name) != name for name in first[1]):
        raise _bad_header(path, "text in UTF-8")
    return first[1]


def table_header(path: Path, known: Collection[str]) -> list[str]:
    """The names in the first row of a table; refuses one of which none is known, in any case.

    Such a row is data, or something else than commas parts its names. What it holds may be a
    patient's and is not told, nor may it be taken for names: it would be neither read nor rejected.
    """
    header = csv_header(path)
    if not header or {plainly(name) for name in header} & set(known):
        return header
    if set(re.split(r"[;|\t]", header[0])) & set(known):
        raise _bad_header(path, "commas between them")
    raise _bad_header(path, f"column of the table {path.stem}")


def _bad_header(path: Path, expected: str) -> EvidenceUnreadable:
    return EvidenceUnreadable(
        "evidence.bad_header",
        f"The first line of {path.name} is no list of column names: no {expected}.",
        "Write the column names there, with commas between them, and read the folder again.",
    )


def csv_rows(path: Path, header: list[str], known: Collection[str]) -> Iterator[Row | BadRow]:
    """Every row after the header, in the order of the file, as cells or as the reason why not.

    The cells of a `Row` are complete, valid UTF-8 and without NUL; blank lines are no rows. None is
    a row where one of the `known` names stands twice in the header; other names say nothing here.
    """
    records = _records(path)
    next(records, None)
    twice = next((name for name in header if name in known and header.count(name) > 1), None)
    for record in records:
        if isinstance(record, BadRow):
            yield record
            continue
        line, cells, plain = record
        sure = plain and twice is None and len(cells) == len(header)
        problem = None if sure else _problem(header, cells, twice)
        if problem is None:
            yield line, [cell or None for cell in cells]
        else:
            yield BadRow(line, *problem, row=_row_as_sent(header, cells))


def _records(path: Path) -> Iterator[tuple[int, list[str], bool] | BadRow]:
    """Line, cells and whether all is plain ASCII without NUL, for each record, the header too."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        ahead: deque[str] = deque()
        held: list[str] = []

        def lines() -> Iterator[str]:
            """The physical lines, each also held until its record is complete."""
            while (text := ahead.popleft() if ahead else next(file, None)) is not None:
                held.append(text)
                yield text

        line, reader = 1, csv.reader(lines(), strict=True)
        while True:
            held.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                expected = f"row of CSV ({error})"
                sent = json.dumps({"": _shown(held[0])})
                yield BadRow(
                    line, "", _shown(held[0]), expected, "close or double its quotes", sent
                )
                ahead.extendleft(reversed(held[1:]))
                line, reader = line + 1, csv.reader(lines(), strict=True)
                continue
            if cells:
                yield line, cells, all(text.isascii() and "\0" not in text for text in held)
            line += len(held)


def _problem(header: list[str], cells: list[str], twice: str | None) -> Problem | None:
    """Why the row cannot be taken as it stands, if it cannot."""
    if twice is not None:
        return (
            twice,
            None,
            "each column name once in the first line",
            "rename or remove one of them",
        )
    if len(cells) != len(header):
        expected = f"{len(header)} cells, as many as column names, not {len(cells)}"
        return "", None, expected, "add or remove commas, or quote a cell that holds one"
    for name, cell in zip(header, cells, strict=True):
        if "\0" in cell:
            return name, _shown(cell), "text without NUL bytes", "remove the NUL bytes"
        if not cell.isascii() and _shown(cell) != cell:
            return name, _shown(cell), "text in UTF-8", "save the file as UTF-8"
    return None


def told_apart(header: list[str]) -> list[str]:
    """The names of a header, the second of one name with its number: `note`, `note (2)`.

    So a row that is shown as it was sent shows every cell of it.
    """
    counts: Counter[str] = Counter()
    names: list[str] = []
    for name in header:
        counts[name] += 1
        names.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return names


def _row_as_sent(header: list[str], cells: list[str]) -> str:
    names = told_apart(header)
    row: dict[str, object] = {name: _shown(cell) for name, cell in zip(names, cells, strict=False)}
    if len(cells) > len(header):
        row["(beyond the last column)"] = [_shown(cell) for cell in cells[len(header) :]]
    return json.dumps(row, ensure_ascii=False)


def _shown(text: str) -> str:
    """The text with bytes that are no UTF-8 written as escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
