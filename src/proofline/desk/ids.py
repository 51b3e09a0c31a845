"""Ids of new rows: what they name, then chance that sorts by time and that nobody can guess."""

from __future__ import annotations

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's, without letters that are taken for digits."""

_TIME_DIGITS, _CHANCE_DIGITS = 9, 16


def new_id(kind: str, at: datetime) -> str:
    """Make an id such as `csn_01hq…`: the milliseconds of an instant, then 80 bits of chance."""
    millis = int(at.timestamp() * 1000)
    return f"{kind}_{_digits(millis, _TIME_DIGITS)}{_digits(secrets.randbits(80), _CHANCE_DIGITS)}"


def _digits(number: int, length: int) -> str:
    found = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        found.append(_ALPHABET[digit])
    return "".join(reversed(found))
