"""How rows that came together stand in the payload of the entry that vouches for them.

Machines send many rows at a time that fill the same columns, most of these with the same cell. Such
rows are written by columns: what is the same in all of them once (`each`), what is not by the names
of the columns (`columns`) and the cells of each row (`cells`). Few rows, and rows of which one says
what another does not, stand one by one (`rows`), as all of them did once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from proofline.ledger.entry import Value

Row = Mapping[str, str | None]

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


def rows_in(payload: Mapping[str, Any]) -> list[Mapping[str, str]] | None:
    """Give the rows that a payload records, in their order; None if it is about no rows.

    A payload that somebody changed may be anything: what is then no row is not given.
    """
    if "cells" not in payload:
        return _only_rows(payload.get("rows"))
    each, columns, cells = payload.get("each"), payload.get("columns"), payload["cells"]
    if not (isinstance(each, dict) and isinstance(columns, list) and isinstance(cells, list)):
        return None
    return [{**each, **dict(zip(columns, row, strict=False))} for row in cells if type(row) is list]


def _only_rows(rows: object) -> list[Mapping[str, str]] | None:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


def _said(row: Row) -> Mapping[str, Value]:
    """The cells that say something; an unknown one is not there."""
    return row if all(row.values()) else {name: cell for name, cell in row.items() if cell}
