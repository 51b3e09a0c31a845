"""Pages of paper as PDF: letter size, uncompressed, the same bytes for the same claims.

Nothing in the file tells when or where it was made (reportlab's invariant mode), and streams stay
uncompressed, for compressed ones differ from one build of zlib to the next. A character that a font
has no glyph for is refused, never drawn as a box.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache

from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from proofline.claims.trouble import ClaimsError

WIDTH: float = letter[0]
HEIGHT: float = letter[1]
"""Of a page, in points of 1/72 inch."""

PLAIN, BOLD = "Proofline-Vera", "Proofline-Vera-Bold"
"""Bitstream Vera, an open font that reportlab carries: Latin letters with most of their marks."""

_FILES = {PLAIN: "Vera.ttf", BOLD: "VeraBd.ttf"}


def sheet(title: str) -> tuple[Canvas, io.BytesIO]:
    """Open a PDF; `title` is no patient's. The caller draws, then calls `finished`."""
    out = io.BytesIO()
    for font in _FILES:
        glyphs(font)  # reportlab must know them before they are set
    canvas = Canvas(out, pagesize=letter, invariant=1, pageCompression=0, initialFontName="Courier")
    canvas.setTitle(title)
    canvas.setAuthor("Proofline")
    canvas.setCreator("Proofline")
    canvas.setProducer("Proofline, reportlab")
    canvas.setSubject("")
    return canvas, out


def finished(canvas: Canvas, out: io.BytesIO) -> bytes:
    """Close a PDF and give its bytes."""
    canvas.save()
    return out.getvalue()


@cache
def glyphs(font: str) -> frozenset[str]:
    """Make one of the two fonts known to reportlab and give the characters that it can draw."""
    made = TTFont(font, _FILES[font])
    registerFont(made)
    return frozenset(
        chr(code)
        for code in made.face.charToGlyph
        if unicodedata.category(chr(code))[0] not in "CZ" or code == ord(" ")
    )


def drawable(text: str, place: str) -> str:
    """Give a text as it will be drawn: composed, with plain spaces.

    Raises `ClaimsError`, naming `place` and not the text, where the font lacks a character.
    """
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    if not glyphs(PLAIN).issuperset(composed) or not glyphs(BOLD).issuperset(composed):
        raise ClaimsError(
            "claims.form_characters",
            f"{place} holds characters that the font of the page does not have.",
            "Write it in Latin letters, exactly as the insurance card has it.",
        )
    return composed
