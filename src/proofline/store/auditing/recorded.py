"""How rows that came together stand in the payload of the entry that vouches for them.

Machines send many rows at a time that fill the same columns, most of these with the same cell. Such
rows are written by columns: what is the same in all of them once (`each`), what is not by the names
of the columns (`columns`) and the cells of each row (`cells`). Few rows, and rows of which one says
what another does not, stand one by one (`rows`), as all of them did once.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from proofline.ledger.entry import Value

Row = Mapping[str, str | None]
Key = tuple[str, ...]

_FEW = 8
"""Below so many rows there is next to nothing to be gained."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows that fill the same columns, none with a blank, in their order.

    `each` are the cells that are the same in all rows, `columns` the names of the others.
    """

    each: dict[str, str]
    columns: tuple[str, ...]
    cells: Sequence[tuple[str, ...]]

    @property
    def names(self) -> set[str]:
        """All columns that are filled."""
        return {*self.each, *self.columns}


def alike(rows: Sequence[Row]) -> Alike | None:
    """Part rows into what is the same in all of them and what is not; None if they are not alike.

    Two rows at least are not the same, or there is nothing to write by columns.
    """
    names = sorted(rows[0]) if len(rows) >= _FEW else []
    if len(names) < 2 or {*map(len, rows)} != {len(names)}:  # noqa: PLR2004 - one is no table
        return None
    try:
        by_column = zip(*map(itemgetter(*names), rows), strict=True)
        columns: dict[str, tuple[str, ...]] = dict(zip(names, by_column, strict=True))
    except KeyError:
        return None
    if not all(map(all, columns.values())):
        return None
    each = {name: cells[0] for name, cells in columns.items() if _is_one(cells)}
    others = [name for name in names if name not in each]
    cells = [*zip(*map(columns.__getitem__, others), strict=True)]
    return Alike(each, (*others,), cells) if others else None


def _is_one(cells: tuple[str, ...]) -> bool:
    return cells[0] == cells[-1] and cells.count(cells[0]) == len(cells)


def said_in(rows: Sequence[Row], parted: Alike | None, column: str) -> set[str]:
    """Give what rows say in a column, each cell once; `parted` are the same rows, if alike."""
    if parted is None:
        return {cell for row in rows if (cell := row.get(column))}
    if column in parted.columns:
        return {*map(itemgetter(parted.columns.index(column)), parted.cells)}
    return {parted.each[column]} if column in parted.each else set()


def recorded(rows: Sequence[Row], parted: Alike | None) -> dict[str, Value]:
    """Give what a payload says of rows; of a cell that is unknown, nothing."""
    if parted is None:
        return {"rows": [_said(row) for row in rows]}
    return {"each": parted.each, "columns": parted.columns, "cells": (*parted.cells,)}


def records_rows(payload: Mapping[str, Any]) -> bool:
    """Whether a payload is about rows at all."""
    if "cells" not in payload:
        return isinstance(payload.get("rows"), list)
    forms = (("each", dict), ("columns", list), ("cells", list))
    return all(isinstance(payload.get(name), form) for name, form in forms)


def rows_in(payload: Mapping[str, Any]) -> list[Mapping[str, str]] | None:
    """Give the rows that a payload records, in their order; None if it is about no rows.

    A payload that somebody changed may be anything: what is then no row is not given.
    """
    if not records_rows(payload):
        return None
    if "cells" not in payload:
        return [row for row in payload["rows"] if isinstance(row, dict)]
    cells = (row for row in payload["cells"] if type(row) is list)
    return [_row(payload, row) for row in cells]


def rows_under(
    payload: Mapping[str, Any], key: Sequence[str], wanted: Container[Key]
) -> Iterator[tuple[Key, Mapping[str, str]]]:
    """Give those rows of a payload that stand under a wanted key, each with that key.

    Of the thousands of a batch a page shows a few; the others are not made into rows.
    """
    if not records_rows(payload):
        return
    if "cells" not in payload:
        for row in rows_in(payload) or ():
            if (under := key_of(row, key)) in wanted:
                yield under, row
        return
    each = key_of(payload["each"], key)
    columns = payload["columns"]
    places = [(n, columns.index(name)) for n, name in enumerate(key) if name in columns]
    for cells in payload["cells"]:
        if type(cells) is not list or len(cells) < len(columns):
            continue
        found = [*each]
        for n, place in places:
            found[n] = str(cells[place])
        if (under := (*found,)) in wanted:
            yield under, _row(payload, cells)


def key_of(row: Mapping[str, str | None], key: Sequence[str]) -> Key:
    """Give the cells under which a row stands; what is unknown there is a blank."""
    return tuple(str(row.get(name) or "") for name in key)


def _row(payload: Mapping[str, Any], cells: Sequence[str]) -> Mapping[str, str]:
    return {**payload["each"], **dict(zip(payload["columns"], cells, strict=False))}


def _said(row: Row) -> Mapping[str, Value]:
    """The cells that say something; an unknown one is not there."""
    return row if all(row.values()) else {name: cell for name, cell in row.items() if cell}
