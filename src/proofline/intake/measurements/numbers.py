"""Numbers as they were sent: exact decimal text, never a float.

What the evidence does not take is not taken: more than 18 digits before the point or after it. A
number that a sender kept as a float of 64 bits has up to 17: iHealth sends 77.56438446044922 kg.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache

_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?", re.ASCII)
_SCIENTIFIC = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?[eE][+-]?[0-9]{1,2}", re.ASCII)
_LARGEST_EXPONENT = 12
_LONGEST = 40  # characters; more have more digits than any number that is taken
_EXACT = Context(prec=_LONGEST)
_NO_NUMBERS = frozenset(
    f"{code}{point}" for code in range(8_388_606, 8_388_611) for point in ("", ".0")
)
"""What ISO/IEEE 11073-20601 writes where a device has no number (none, too large, too small), in
the numbers of 32 bits that devices send; gateways pass these on as if they had been measured."""
_LOW = frozenset("-0")  # how a number begins that is zero, or below, or close to it


def exact(sent: str) -> str | None:
    """Give a number as plain decimal text with the precision it was sent with.

    None for what is no number we take: words, NaN, infinity, a thousands separator, a decimal
    comma, too many digits.
    """
    if _PLAIN.fullmatch(sent):
        return sent
    if not _SCIENTIFIC.fullmatch(sent):
        return None
    value = Decimal(sent)
    if abs(value.adjusted()) > _LARGEST_EXPONENT:
        return None
    written = f"{value:f}"
    return written if _PLAIN.fullmatch(written) else None


def with_comma(sent: str) -> str | None:
    """Read a number whose decimal mark is a comma; None as for `exact`, and if it has a point."""
    return None if "." in sent else exact(sent.replace(",", ".", 1))


def scaled(whole: str, exponent: int) -> str | None:
    """Give `whole` times ten to `exponent` exactly: (74126, -3) is 74.126; None as for `exact`."""
    if len(whole) > _LONGEST or abs(exponent) > _LARGEST_EXPONENT:
        return None
    return _scaled(whole, exponent)


@lru_cache(maxsize=4096)
def _scaled(whole: str, exponent: int) -> str | None:
    number = exact(whole)
    return None if number is None else exact(f"{Decimal(number).scaleb(exponent, _EXACT):f}")


def is_living(number: str) -> bool:
    """Whether a number is above zero, as every value that is taken here is in a living body.

    What a device writes for having no number is none either.
    """
    return (number[:1] not in _LOW or Decimal(number) > 0) and number not in _NO_NUMBERS
