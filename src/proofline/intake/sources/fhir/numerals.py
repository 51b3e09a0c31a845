"""What a value comes to, by all of its text but the numerals in it.

Bodies measure ever new pairs of values, but all around them stays what it is. So where the long
way, `measured`, read such a text before, a new one that differs only in its numerals is read by
putting them where the others went. Which went where is not guessed: the long way is asked a second
time, of the same text with other numerals, and has to give just these back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from proofline.intake.measurements.metrics import is_shown
from proofline.intake.measurements.numbers import is_living
from proofline.intake.measurements.once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from proofline.intake.sources.fhir.words import Why

# Written as JSON has it, positive or zero, and short.
_NUMERAL = re.compile(rb'("value": ?)((?:0|[1-9]\d{0,5})(?:\.\d{1,6})?)(?=[,}])')
_STEP, _AT = 3, 2  # what `split` gives of each: the text before, the name, the numeral
_MOST = 6
_MAY_ASK = (b"xtension", b"\\")
"""Where one of these is in a text, a numeral that is no value may be the answer to a question."""
_DEPENDS = "unlikely"
"""The only note that hangs on how large a value is."""


class Numbers(NamedTuple):
    """A sound value, or a pair of them: each as kept and as sent, and what is to be said of them.

    `frame` tells metric, unit, unit as sent and whether it is a pair; `unit` is in it too.
    """

    frame: str
    unit: str
    value: str
    value_2: str
    value_sent: str
    value_2_sent: str
    notes: tuple[Why, ...] = ()


class _Around(Struct, frozen=True, gc=False):
    """What holds for all texts that differ only in their numerals: where value and second go."""

    frame: str
    unit: str
    notes: tuple[Why, ...]
    places: tuple[int, ...]


class Numerals:
    """Reads values as `long_way` does, which gives None for what is not one sound value or pair."""

    def __init__(self, long_way: Callable[[bytes], Numbers | None]) -> None:
        self._long_way = long_way
        self._around: Once[tuple[bytes, ...], list[_Around | None]] = Once(lambda _: [], 3)

    def __call__(self, sent: bytes) -> Numbers | None:
        """Read one text."""
        pieces = _NUMERAL.split(sent)
        numerals = pieces[_AT::_STEP]
        del pieces[_AT::_STEP]
        texts = tuple(pieces)
        if not 0 < len(numerals) <= _MOST:
            return self._long_way(sent)
        known = self._around[texts]
        around = known[0] if known else None
        if around is not None:
            told = [numerals[place].decode() for place in around.places]
            value, value_2 = told[0], told[1] if len(told) > 1 else ""
            living = is_living(value) and (not value_2 or is_living(value_2))
            if living and is_shown(value, value_2, around.unit):
                values = (value, value_2, value, value_2)
                return Numbers(around.frame, around.unit, *values, around.notes)
        found = self._long_way(sent)
        if not known and found is not None and not _hangs_on_size(found):
            known.append(self._learnt(found, texts, numerals))
        return found

    def _learnt(
        self, found: Numbers, texts: tuple[bytes, ...], numerals: list[bytes]
    ) -> _Around | None:
        """Ask the long way where numerals go; None if it does not simply hand them on."""
        # With further digits they are others, each in its own way, and as likely as before.
        others = [
            one + (b"" if b"." in one else b".") + b"5" * more
            for more, one in enumerate(numerals, 1)
        ]
        again = self._long_way(_joined(texts, others))
        if again is None or (again.frame, again.notes) != (found.frame, found.notes):
            return None
        values = filter(None, (again.value, again.value_2))
        places = tuple(others.index(one.encode()) for one in values if one.encode() in others)
        given = ((found, numerals), (again, others))
        went = all(_went(told, sent, places) for told, sent in given)
        if len(places) < len(numerals) and any(sign in one for one in texts for sign in _MAY_ASK):
            return None
        return _Around(found.frame, found.unit, found.notes, places) if went else None


def _hangs_on_size(found: Numbers) -> bool:
    return any(why[0] == _DEPENDS for why in found.notes)


def _went(told: Numbers, sent: list[bytes], places: tuple[int, ...]) -> bool:
    """Whether the numerals in these places are the values, kept as they were sent."""
    pair = (*(sent[place].decode() for place in places), "", "")[:2]
    kept = told.value, told.value_2
    return kept == (told.value_sent, told.value_2_sent) == pair


def _joined(texts: tuple[bytes, ...], numerals: list[bytes]) -> bytes:
    """Put numerals after the names, which are every second text."""
    named = zip(texts[::2], texts[1::2], numerals, strict=False)
    return b"".join([*(piece for one in named for piece in one), texts[-1]])
