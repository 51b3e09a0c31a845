"""ER7, the writing of HL7 v2 with bars: delimiters, fields, components, escapes.

Read as chapter 2 of the standard tells it. A message is free to choose its delimiters, but not
letters, digits or the signs of numbers: those would let one value be read as another. What an
escape stands for is put in after the splitting, so that no escape can make a delimiter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_FIELDS = 256
"""Fields of one segment; the longest segments of 2.8 have about 60."""
MOST_REPETITIONS = 1_000
"""Repetitions of one field that we read."""
NULL = '""'
"""What is sent to say that a value is to be deleted."""

_ENCODING_LENGTHS = (4, 5)  # the fifth, since 2.7, marks what was cut off
_NO_DELIMITERS = frozenset("+-.\"' \t")
_BREAKS = frozenset({"br", "sp", "ce"})
_FORMATS = frozenset({"fi", "nf", "in", "ti", "sk"})
_LONGEST_REMEMBERED = 256
_MOST_REMEMBERED = 4096
_Read = TypeVar("_Read")


class Delimiters(NamedTuple):
    """The marks by which one message separates its parts."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


_USUAL = "MSH|^~\\&|"
USUAL = Delimiters("|", "^", "~", "\\", "&")
ABSENT = "\ufdd0"
"""Stands for a mark that the message does not have; Unicode keeps it out of all text."""
_SHORT = {
    "MSH|^~|": USUAL._replace(escape=ABSENT, subcomponent=ABSENT),
    "MSH|^~\\|": USUAL._replace(subcomponent=ABSENT),
    "MSH|^~&|": USUAL._replace(escape=ABSENT, subcomponent=ABSENT),
}
"""Who has no subcomponents may leave out their mark, and who escapes nothing that of escapes. What
stands third is the mark of escapes (2.5.4); an ampersand there may as well be that of subcomponents
whose backslash was lost on the way, so it is neither and stays as it was sent."""


def delimiters(header: str) -> Delimiters | None:
    """Read MSH-1 and MSH-2; None where they cannot separate anything."""
    if header.startswith(_USUAL):
        return USUAL
    for start, marks in _SHORT.items():
        if header.startswith(start):
            return marks
    mark = header[3:4]
    encoding = header[4:].partition(mark)[0] if mark else ""
    sent = [mark, *encoding]
    if len(encoding) not in _ENCODING_LENGTHS or len(set(sent)) < len(sent):
        return None
    if any(one.isalnum() or not one.isascii() or one in _NO_DELIMITERS for one in sent):
        return None
    return Delimiters(*sent[:5])


def fields(segment: str, marks: Delimiters) -> list[str] | None:
    """Split a segment so that entry 3 is its third field; None if there are too many.

    In MSH entry 3 is MSH-4: its first field is the delimiter itself.
    """
    found = segment.split(marks.field, MOST_FIELDS)
    return None if len(found) > MOST_FIELDS else found


def remembered(
    read: Callable[[str, Delimiters], _Read],
) -> Callable[[str, Delimiters], _Read]:
    """Keep what short fields came to: senders say the same codes and units in every message."""
    kept = lru_cache(maxsize=_MOST_REMEMBERED)(read)

    def of(field: str, marks: Delimiters) -> _Read:
        """Read a field, or give what it came to before."""
        return kept(field, marks) if len(field) <= _LONGEST_REMEMBERED else read(field, marks)

    return of


@remembered
def components(field: str, marks: Delimiters) -> tuple[str, ...]:
    """Give the components of one repetition, unescaped; of each the first subcomponent."""
    return tuple(plain(part, marks) for part in field.split(marks.component, MOST_FIELDS))


def component(field: str, number: int, marks: Delimiters) -> str:
    """Give one component, counted from 1; blank if it is not there."""
    found = components(field, marks)
    return found[number - 1] if number <= len(found) else ""


def repetitions(field: str, marks: Delimiters) -> list[str] | None:
    """Give the repetitions of a field; None if there are too many to be meant."""
    found = field.split(marks.repetition, MOST_REPETITIONS)
    return None if len(found) > MOST_REPETITIONS else found


def plain(part: str, marks: Delimiters) -> str:
    """Give the first subcomponent of a component, unescaped and without blanks around it."""
    if marks.subcomponent in part:
        part = part.partition(marks.subcomponent)[0]
    return (unescaped(part, marks) if marks.escape in part else part).strip()


def unescaped(text: str, marks: Delimiters) -> str:
    r"""Put in what the escapes stand for: `\F\` the field mark, `\X0D\` bytes, `\.br\` a line end.

    An escape that we do not know stays as it was sent, so that no number grows out of it.
    """
    pieces = text.split(marks.escape)
    read = [pieces[0]]
    place = 1
    while place < len(pieces):
        meaning = _meaning(pieces[place], marks) if place + 1 < len(pieces) else None
        if meaning is None:
            read.append(marks.escape + pieces[place])
            place += 1
        else:
            read.append(meaning + pieces[place + 1])
            place += 2
    return "".join(read)


def _meaning(escape: str, marks: Delimiters) -> str | None:
    """What stands between two escape marks means; None if we do not know it."""
    if len(escape) == 1:
        named = {
            "F": marks.field,
            "S": marks.component,
            "T": marks.subcomponent,
            "R": marks.repetition,
            "E": marks.escape,
            "H": "",
            "N": "",
        }
        meaning = named.get(escape)
        return None if meaning == ABSENT else meaning
    if escape.startswith("X"):
        return _hexadecimal(escape[1:])
    if escape.startswith("."):
        word = escape[1:3]
        return "\n" if word in _BREAKS else "" if word in _FORMATS else None
    return None


def _hexadecimal(digits: str) -> str | None:
    if not digits.isascii() or not digits.isalnum():
        return None
    try:
        return bytes.fromhex(digits).decode()
    except ValueError:
        return None


def escaped(text: str, marks: Delimiters) -> str:
    """Write text so that the delimiters and line ends in it separate nothing."""
    named = zip((marks.escape, *marks[:3], marks.subcomponent), "EFSRT", strict=True)
    words = {mark: f"{marks.escape}{name}{marks.escape}" for mark, name in named}
    return "".join(words.get(mark) or _safe(mark, marks) for mark in text)


def _safe(mark: str, marks: Delimiters) -> str:
    if mark.isprintable():
        return mark
    return f"{marks.escape}X{mark.encode('utf-8', 'replace').hex().upper()}{marks.escape}"
