"""The type of the pages: IBM Plex Sans, which lies beside this room under the Open Font License.

A character without a glyph is never a box: it is written as its code point in angle quotes, and the
page says that it was. Marks that would have to be placed by shaping are treated the same.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parents[1] / "fonts"
PLAIN, BOLD = "Proofline-Plex", "Proofline-Plex-SemiBold"
NAMED = "\u2039U+"
"""How the name of a character without a glyph begins."""
_FILES = {PLAIN: "IBMPlexSans-Regular.ttf", BOLD: "IBMPlexSans-SemiBold.ttf"}


@cache
def face(font: str) -> TTFont:
    """Make one of the two fonts known to reportlab and give it."""
    made = TTFont(font, str(FOLDER / _FILES[font]), shapable=False)
    registerFont(made)
    return made


@cache
def glyphs() -> frozenset[str]:
    """Give the characters that both fonts can draw one after the other, without shaping."""
    both = set(face(PLAIN).face.charToGlyph) & set(face(BOLD).face.charToGlyph)
    return frozenset(
        chr(code) for code in both if unicodedata.category(chr(code))[0] not in "CMZ"
    ) | {" "}


@lru_cache(maxsize=20_000)
def width(text: str, font: str, size: float) -> float:
    """Measure a text in points."""
    wide: float = face(font).stringWidth(text, size)
    return wide


def shown(text: str) -> str:
    """Give a text as it will be drawn; what has no glyph stands as its code point."""
    known = glyphs()
    if known.issuperset(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(one if one in known else _named(one) for one in composed)


def _named(one: str) -> str:
    return " " if one in "\t\xa0" else f"{NAMED}{ord(one):04X}\u203a"
