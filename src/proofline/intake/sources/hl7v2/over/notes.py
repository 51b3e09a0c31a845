"""NTE: whether a note says that somebody typed a value in, or names a control solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.sources.hl7v2.er7 import unescaped

if TYPE_CHECKING:
    from proofline.intake.sources.hl7v2.er7 import Delimiters

_TEXT, _LONGEST = 3, 10_000  # NTE-3, characters
_STEMS = ("manual", "entered", "entry", "typed", "keyed", "nput", "transcr", "control")
"""One of them is in all words that say either. Most notes have none and are looked through once."""


def note_of(segment: str, marks: Delimiters) -> str:
    """Give the text of a note that may say either; blank for any other.

    All of NTE-3 is one text: marks that part a field are read as blanks, as line ends are.
    """
    if marks.escape not in segment and not _may_say(segment):
        return ""
    text = "".join(segment.split(marks.field, _TEXT + 1)[_TEXT : _TEXT + 1])[:_LONGEST]
    for mark in (marks.component, marks.repetition, marks.subcomponent):
        text = text.replace(mark, " ")
    text = unescaped(text, marks)
    return " ".join(text.split()) if _may_say(text) else ""


def _may_say(text: str) -> bool:
    folded = text.casefold()
    return any(stem in folded for stem in _STEMS)
