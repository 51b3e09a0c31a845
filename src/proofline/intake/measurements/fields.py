"""Fields as senders write them: ids as text or number, numbers as text or number, offsets."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache

from msgspec import MsgspecError, Raw

from proofline.intake.measurements.bounds import bound
from proofline.intake.measurements.measurement import Quantity
from proofline.intake.measurements.numbers import exact
from proofline.intake.measurements.once import Once

_NOTHING = b"null"
_MAY_BE_BLANK = frozenset({b"n", b'"'})
NULL = Raw(_NOTHING)
"""What stands in a field of any kind that is not sent, so that it reads as null does."""
UNREADABLE = (MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading hostile JSON raises: msgspec lets bytes that are no UTF-8 out as they are."""

_FURTHEST = range(-12 * 60, 14 * 60 + 1)
_STEP_MINUTES = 15
_LONGEST_OFFSET = 8
_DIGEST_LENGTH = 32  # hex digits: 128 bits


def text(sent: str | int | None) -> str:
    """Give an id that may come as text or as a number; blank if it is absent."""
    return "" if sent is None else str(sent).strip()


def as_sent(raw: Raw | bytes) -> str:
    """Give the text of a JSON number or string as it was sent; blank for null."""
    return "" if raw is NULL else _TEXTS[bytes(raw)]


def is_blank(raw: Raw) -> bool:
    """Say whether a field of any kind is null or blank text."""
    return raw is NULL or (bytes(raw)[:1] in _MAY_BE_BLANK and not as_sent(raw))


def _text(sent: bytes) -> str:
    told = sent.decode("utf-8", "replace")
    return "" if told == "null" else told.strip('"').strip()


def quantity(raw: Raw, unit: str, unit_sent: str = "") -> Quantity | None:
    """Read a value that may come as a number or as text; blank for null, None for no number."""
    return _QUANTITIES[_NOTHING if raw is NULL else bytes(raw), unit, unit_sent]


def _quantity(told: tuple[bytes, str, str]) -> Quantity | None:
    raw, unit, unit_sent = told
    sent = _text(raw)
    if not sent:
        return Quantity("", unit, "", unit_sent)
    value = exact(sent)
    if value is None and (found := bound(sent, unit)):
        value = exact(found.limit) if found.limit else ""
        return None if value is None else Quantity(value, unit, sent, unit_sent, found.by)
    return None if value is None else Quantity(value, unit, sent, unit_sent)


# Bodies measure the same again and again, so fields are read once.
_TEXTS = Once(_text)
_QUANTITIES = Once(_quantity)


def offset_in_minutes(sent: str) -> int | None:
    """Give an offset from UTC whose unit nobody documents, if it makes sense as minutes.

    Every zone of the world lies a whole number of quarter hours between 12 hours west and 14 east;
    a number from 1 to 14 could be hours, and is not taken.
    """
    try:
        minutes = int(sent)
    except ValueError:
        return None
    return minutes if minutes in _FURTHEST and minutes % _STEP_MINUTES == 0 else None


def offset_in_hours(sent: str) -> int | None:
    """Give in minutes an offset from UTC that comes in hours, `-5`, `"5.5"` or `-3.50`.

    None for what is blank, no number, or the offset of no place on earth.
    """
    return _in_minutes(sent) if len(sent) <= _LONGEST_OFFSET else None


@lru_cache(maxsize=256)
def _in_minutes(hours: str) -> int | None:
    sent = exact(hours)
    minutes = None if sent is None else Decimal(sent) * 60
    if minutes is None or minutes % _STEP_MINUTES or int(minutes) not in _FURTHEST:
        return None
    return int(minutes)


def digest_key(*parts: str) -> str:
    """Make the id of a reading that has none of its own from what tells it from all others."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[
        :_DIGEST_LENGTH
    ]
