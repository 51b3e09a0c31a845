"""A stack of pages that is written from the top down, and drawn once their number is known.

Every page carries what Noridian asks for on each: patient, date of service, practitioner; and the
digest of the packet, so that no page can be put into another one unseen. Streams stay uncompressed,
for compressed ones differ from one build of zlib to the next.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from proofline.packet.paper import fonts
from proofline.packet.paper.fonts import BOLD, PLAIN

WIDTH: float = letter[0]
HEIGHT: float = letter[1]
LEFT, RIGHT = 50.0, WIDTH - 50.0
TOP, BOTTOM = HEIGHT - 86.0, 62.0
_HEAD_PARTS = (0.44, 0.2, 0.36)
"""How patient, date of service and practitioner share the width of the page."""
INK, GREY, RULE = 0.08, 0.42, 0.82
"""Shades from black (0) to white (1)."""

Draw = Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: font, size and line distance in points, shade."""

    font: str = PLAIN
    size: float = 8.4
    leading: float = 11.6
    ink: float = INK


BODY = Style()
QUIET = Style(ink=GREY)
STRONG = Style(BOLD)
SMALL = Style(size=7.0, leading=9.6)
SMALL_QUIET = Style(size=7.0, leading=9.6, ink=GREY)
LABEL = Style(size=6.6, leading=9.0, ink=GREY)
HEAD = Style(BOLD, 13.0, 17.0)
NUMBER = Style(BOLD, 13.0, 17.0, GREY)
LARGE = Style(BOLD, 21.0, 26.0)
MINOR = Style(BOLD, 8.8, 12.0)


@dataclass(frozen=True, slots=True)
class Running:
    """What stands on every page: pairs of label and text above, the digest below."""

    title: str
    heads: tuple[tuple[str, str], ...]
    foot: str


@dataclass(slots=True)
class Sheet:
    """Pages on the way: `y` is the height below which the next thing is drawn."""

    running: Running
    pages: list[list[Draw]] = field(default_factory=lambda: [[]])
    y: float = TOP
    undrawn: int = 0

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append([])
        self.y = TOP

    def need(self, height: float) -> None:
        """Begin a new page unless so much height is left on this one."""
        if self.y - height < BOTTOM:
            self.turn()

    def space(self, height: float) -> None:
        """Leave some height free."""
        self.y -= height

    def draw(self, how: Draw) -> None:
        """Keep something to draw on this page."""
        self.pages[-1].append(how)

    def put(self, x: float, text: str, style: Style = BODY, *, right: bool = False) -> None:
        """Write one row of text at `x` on the present height; `right` ends it there."""
        drawn = self.written(text)
        left = x - fonts.width(drawn, style.font, style.size) if right else x
        self.draw(_row(left, self.y, drawn, style))

    def put_at(self, x: float, y: float, text: str, *, left: bool = False) -> None:
        """Write a label at a place of its own: ending at `x`, or beginning there."""
        here, self.y = self.y, y
        self.put(x, text, LABEL, right=not left)
        self.y = here

    def written(self, text: str) -> str:
        """Give a text as it will be drawn, and count it if characters have no glyph."""
        drawn = fonts.shown(text)
        self.undrawn += drawn != text and fonts.NAMED in drawn
        return drawn

    def paragraph(
        self, text: str, style: Style = BODY, *, x: float = LEFT, to: float = RIGHT
    ) -> None:
        """Write a text in rows between `x` and `to`; line breaks in it are kept."""
        for row in rows(self.written_lines(text), style, to - x):
            self.need(style.leading)
            self.y -= style.leading
            self.draw(_row(x, self.y, row, style))

    def written_lines(self, text: str) -> list[str]:
        """Give the lines of a text as they will be drawn."""
        return [self.written(line) for line in text.splitlines() or [""]]

    def rule(self, shade: float = RULE, thick: float = 0.4) -> None:
        """Draw a line across the page at the present height."""
        self.draw(_line((LEFT, self.y, RIGHT, self.y), shade, thick))

    def finished(self) -> bytes:
        """Draw all pages, each with its number, into a PDF."""
        for font in (PLAIN, BOLD):
            fonts.face(font)
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=letter, invariant=1, pageCompression=0, initialFontName=PLAIN)
        canvas.setTitle(self.running.title)
        canvas.setAuthor("Proofline")
        canvas.setCreator("Proofline")
        canvas.setProducer("Proofline, reportlab")
        canvas.setSubject("")
        for number, page in enumerate(self.pages, start=1):
            for how in page:
                how(canvas)
            _frame(canvas, self.running, f"Page {number} of {len(self.pages)}")
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def rows(lines: Sequence[str], style: Style, wide: float) -> Iterator[str]:
    """Part lines into rows of at most so many points, between words where there are any."""
    for line in lines:
        if fonts.width(line, style.font, style.size) <= wide:
            yield line
        else:
            yield from _broken(line, style, wide)


def _broken(line: str, style: Style, wide: float) -> Iterator[str]:
    row = ""
    for word in line.split(" "):
        longer = f"{row} {word}" if row else word
        if fonts.width(longer, style.font, style.size) <= wide:
            row = longer
            continue
        if row:
            yield row
        row = word
        while fonts.width(row, style.font, style.size) > wide and len(row) > 1:
            fits = _fitting(row, style, wide)
            yield row[:fits]
            row = row[fits:]
    yield row


def _fitting(word: str, style: Style, wide: float) -> int:
    """Count how many characters of a long word fit, one at least."""
    for count in range(len(word) - 1, 1, -1):
        if fonts.width(word[:count], style.font, style.size) <= wide:
            return count
    return 1


def _row(x: float, y: float, text: str, style: Style) -> Draw:
    def _how(canvas: Canvas) -> None:
        canvas.setFont(style.font, style.size)
        canvas.setFillGray(style.ink)
        canvas.drawString(x, y, text)

    return _how


def _line(ends: tuple[float, float, float, float], shade: float, thick: float) -> Draw:
    def _how(canvas: Canvas) -> None:
        canvas.setStrokeGray(shade)
        canvas.setLineWidth(thick)
        canvas.line(*ends)

    return _how


def _frame(canvas: Canvas, running: Running, page: str) -> None:
    """Draw what stands on every page."""
    x = LEFT
    for part, (label, text) in zip(_HEAD_PARTS, running.heads, strict=True):
        wide = (RIGHT - LEFT) * part
        _row(x, HEIGHT - 38, label, LABEL)(canvas)
        lines = list(rows([fonts.shown(text)], SMALL, wide - 8))
        lines[1:] = [" ".join(lines[1:])] if lines[1:] else []
        for number, line in enumerate(lines):
            y = HEIGHT - 48 - 9 * number
            _row(x, y, _cut(line, SMALL, wide - 8), SMALL)(canvas)
        x += wide
    _line((LEFT, HEIGHT - 62, RIGHT, HEIGHT - 62), RULE, 0.4)(canvas)
    _line((LEFT, 46, RIGHT, 46), RULE, 0.4)(canvas)
    _row(LEFT, 35, running.foot, LABEL)(canvas)
    _row(RIGHT - fonts.width(page, PLAIN, LABEL.size), 35, page, LABEL)(canvas)


def _cut(text: str, style: Style, wide: float) -> str:
    """Give a text that fits one row; what is cut off is marked so."""
    if fonts.width(text, style.font, style.size) <= wide:
        return text
    kept = text
    while kept and fonts.width(kept + "…", style.font, style.size) > wide:
        kept = kept[:-1]
    return kept + "…"
