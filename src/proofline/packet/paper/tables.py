"""Tables that run over pages: cells wrap, heads are said again, hairlines part the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from proofline.packet.paper.marks import Mark
from proofline.packet.paper.sheet import BOTTOM, LABEL, LEFT, RIGHT, SMALL, TOP, Sheet, Style, rows

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from proofline.packet.paper.sheet import Draw

Cell: TypeAlias = "str | Mark"
NOT_ON_FILE = "not on file"
_GAP = 7.0
_MOST = 48
"""Rows of text that a page can hold below the heads; a longer cell goes on to the next page."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: heads, and widths in parts of the width of the page.

    Those whose head begins with `>` are set to the right.
    """

    heads: tuple[str, ...]
    parts: tuple[float, ...]

    def places(self) -> list[tuple[float, float]]:
        """Give left and right edge of each column in points."""
        whole, x, found = sum(self.parts), LEFT, []
        for part in self.parts:
            wide = (RIGHT - LEFT) * part / whole
            found.append((x, x + wide - _GAP))
            x += wide
        return found


def table(
    sheet: Sheet, columns: Columns, body: Iterable[Sequence[Cell]], style: Style = SMALL
) -> None:
    """Draw a table; a row too high for the rest of a page goes on to the next."""
    places = columns.places()
    if sheet.y < TOP:
        sheet.space(4)
    _heads(sheet, columns, places)
    for cells in body:
        split = [
            [] if isinstance(cell, Mark) else _wrapped(sheet, cell, style, place)
            for cell, place in zip(cells, places, strict=True)
        ]
        most = max(1, *map(len, split))
        for first in range(0, most, _MOST):
            part = [lines[first : first + _MOST] for lines in split]
            height = style.leading * max(1, *map(len, part)) + 3.4
            if sheet.y - height < BOTTOM:
                sheet.turn()
                _heads(sheet, columns, places)
            _cells(sheet, columns, list(zip(cells, part, places, strict=True)), style)
            sheet.y -= height
        sheet.rule()


def pairs(sheet: Sheet, body: Iterable[tuple[str, str]], wide: float = 118.0) -> None:
    """Draw labels with their texts beside them; an empty text is not on file."""
    for label, text in body:
        lines = list(rows(sheet.written_lines(text or NOT_ON_FILE), SMALL, RIGHT - LEFT - wide))
        sheet.need(SMALL.leading * len(lines))
        for number, line in enumerate(lines):
            sheet.y -= SMALL.leading
            if number == 0:
                sheet.put(LEFT, label, LABEL)
            sheet.put(LEFT + wide, line, SMALL)


def _heads(sheet: Sheet, columns: Columns, places: list[tuple[float, float]]) -> None:
    sheet.need(LABEL.leading + SMALL.leading * 4)
    sheet.y -= LABEL.leading
    for head, (left, right) in zip(columns.heads, places, strict=True):
        if head.startswith(">"):
            sheet.put(right, head[1:], LABEL, right=True)
        else:
            sheet.put(left, head, LABEL)
    sheet.y -= 3.2
    sheet.rule(0.45, 0.5)


def _wrapped(sheet: Sheet, text: str, style: Style, place: tuple[float, float]) -> list[str]:
    return list(rows(sheet.written_lines(text), style, place[1] - place[0]))


def _cells(
    sheet: Sheet,
    columns: Columns,
    body: list[tuple[Cell, list[str], tuple[float, float]]],
    style: Style,
) -> None:
    top = sheet.y
    for head, (cell, lines, (left, right)) in zip(columns.heads, body, strict=True):
        sheet.y = top - style.leading
        if isinstance(cell, Mark):
            sheet.draw(_marked(cell, left + 1, sheet.y))
        for line in lines:
            to_right = head.startswith(">")
            sheet.put(right if to_right else left, line, style, right=to_right)
            sheet.y -= style.leading
    sheet.y = top


def _marked(mark: Mark, x: float, y: float) -> Draw:
    def _how(canvas: Canvas) -> None:
        mark.draw(canvas, x, y)

    return _how
