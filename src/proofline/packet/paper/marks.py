"""The five marks of a day or an entry: told apart by shape, so that black and white is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WORDS = {
    "counts": "counts",
    "unsettled": "to be settled",
    "refused": "does not count",
    "nothing": "nothing sent",
    "to_come": "still to come",
    "met": "met",
    "unmet": "unmet",
    "unproven": "unproven",
}
_SHAPE = {"met": "counts", "unmet": "refused", "unproven": "unsettled"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark by its word: a standing of `explain`, or the status of a finding."""

    word: str

    def draw(self, canvas: Canvas, x: float, y: float, size: float = 5.0) -> None:
        """Draw the mark into a square whose lower left corner is given."""
        shape = _SHAPE.get(self.word, self.word)
        canvas.setStrokeGray(0.08)
        canvas.setFillGray(0.08)
        canvas.setLineWidth(0.6)
        _SHAPES[shape](canvas, x, y, size)


def _counts(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.rect(x, y, size, size, stroke=0, fill=1)


def _unsettled(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.rect(x, y, size, size, stroke=1, fill=0)
    canvas.line(x, y, x + size, y + size)


def _refused(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.line(x, y, x + size, y + size)
    canvas.line(x, y + size, x + size, y)


def _nothing(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.circle(x + size / 2, y + size / 2, size / 7, stroke=0, fill=1)


def _to_come(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.line(x + size / 4, y + size / 2, x + size * 3 / 4, y + size / 2)


_SHAPES = {
    "counts": _counts,
    "unsettled": _unsettled,
    "refused": _refused,
    "nothing": _nothing,
    "to_come": _to_come,
}
