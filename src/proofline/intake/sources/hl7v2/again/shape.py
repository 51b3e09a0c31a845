"""The shape of a message: all of its text but the fields that are others in the next one.

These are MSH-7 and 10, PID-3, OBR-7, OBX-14 and 18, and OBX-5 where it is a number (NM). What no
reading takes anything from may be anything: MSH-3 to 6, OBR-2 and 3, and PID from its fourth field
on. A field that is blank
is part of the shape, and so is one with an escape or a repetition in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.sources.hl7v2.times import zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TIME, NUMBER, WORD, PERSON, DEVICE = "time", "number", "word", "person", "device"
_ZONE = "-0500"
MOST_FIELDS = 50
"""Fields that are others in each message; more are no measurement of a body."""

_PATTERNS = {
    TIME: r"([0-9.+\-]++)",
    NUMBER: r"([0-9.+\-]++)",
    WORD: r"([!-%'-\[\]_-{}]++)",
    PERSON: r"([!-\[\]-{}]++)",
    DEVICE: r"([!-\[\]-{}]++)",
}
"""No blanks, bars, escapes, repetitions, and in a word no components either."""

_KINDS = {
    ("MSH", 6): TIME,
    ("MSH", 9): WORD,
    ("PID", 3): PERSON,
    ("OBR", 7): TIME,
    ("OBX", 14): TIME,
    ("OBX", 18): DEVICE,
}
_VALUE_TYPE, _VALUE = 2, 5
_UNREAD = {*(("MSH", number) for number in range(2, 6)), ("OBR", 2), ("OBR", 3)}
_ANY, _ANY_FIELDS = r"[ -{}~]*+", r"[ -~]*+"
_PERSON_END = 4
_ENDED = 7  # OBR-8; how long after OBR-7 it was decides what the rows are


class Shape(Struct, frozen=True):
    """A pattern with a group for each such field, and the kinds of these in their order.

    `sent`, `control_id` and `patient` say which of them MSH-7, MSH-10 and PID-3 are, -1 if none.
    """

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    sent: int
    control_id: int
    patient: int

    def of(self, kind: str) -> list[int]:
        """Give which fields are of a kind."""
        return [at for at, one in enumerate(self.kinds) if one == kind]

    @property
    def times(self) -> list[int]:
        """Give which fields can be the time of a reading."""
        return [at for at in self.of(TIME) if at != self.sent]

    def made_up(self, fields: Sequence[str]) -> list[str]:
        """Give other fields of the same kinds, each unlike all others."""
        return [
            _made_up(kind, number, sent)
            for number, (kind, sent) in enumerate(zip(self.kinds, fields, strict=True))
        ]

    @staticmethod
    def filled(match: re.Match[str], fields: Sequence[str]) -> str:
        """Give the text of a match with other fields in it."""
        pieces: list[str] = []
        at = 0
        for number, field in enumerate(fields, 1):
            start, end = match.span(number)
            pieces += (match.string[at:start], field)
            at = end
        return "".join([*pieces, match.string[at:]])


def _made_up(kind: str, number: int, sent: str) -> str:
    """Give a sound field, whatever was sent; a time has an offset if that one had."""
    if kind == TIME:
        return f"2001020304{number:02}{zone_of(sent) and _ZONE}"
    made = {
        NUMBER: f"1{number:02}.25",
        WORD: f"MADE-UP-{number}",
        PERSON: f"MADE-UP-{number}^^^A^PI",
        DEVICE: f"{number:016X}^MADE-UP^{number:016X}^EUI-64",
    }
    return made[kind]


def shape_of(text: str) -> Shape | None:
    """Give the shape of a message with the usual delimiters, as text without the last line end."""
    kinds: list[tuple[tuple[str, int], str]] = []
    segments = []
    for segment in text.split("\r"):
        name, *cells = segment.split("|")
        if name == "OBR" and any(cells[_ENDED:][:1]):
            return None
        written = [re.escape(name)]
        for number, cell in enumerate(cells, 1):
            if name == "PID" and number == _PERSON_END:
                written.append(_ANY_FIELDS)
                break
            place = name, number
            kind = _KINDS.get(place) or _number(place, cells)
            if kind and re.fullmatch(_PATTERNS[kind], cell):
                kinds.append((place, kind))
                written.append(_PATTERNS[kind])
            else:
                written.append(_ANY if place in _UNREAD else re.escape(cell))
        segments.append(r"\|".join(written))
    places = [place for place, _ in kinds]
    if ("MSH", 6) not in places or ("MSH", 9) not in places or len(places) > MOST_FIELDS:
        return None
    return Shape(
        re.compile(r"\r".join(segments), re.ASCII),
        tuple(kind for _, kind in kinds),
        places.index(("MSH", 6)),
        places.index(("MSH", 9)),
        places.index(("PID", 3)) if places.count(("PID", 3)) == 1 else -1,
    )


def _number(place: tuple[str, int], cells: list[str]) -> str:
    is_value = place == ("OBX", _VALUE) and cells[_VALUE_TYPE - 1] == "NM"
    return NUMBER if is_value else ""
