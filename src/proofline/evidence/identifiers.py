"""Numbers of people and organisations whose form can be checked without asking anybody.

That a number is well formed does not show that it was ever given out. One that is not stays in
evidence and is only told of: a payer will refuse it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proofline.evidence.database import Database

_NPI = re.compile(r"[12]\d{9}", re.ASCII)
_ISSUER = "80840"  # prefix of health care providers in the United States, for the check digit

_LETTER = "[AC-HJKMNP-RT-Y]"  # no S, L, O, I, B or Z
_EITHER = "[0-9AC-HJKMNP-RT-Y]"
_MBI = re.compile(
    f"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_LETTER}[0-9][0-9]", re.ASCII
)


def is_npi(text: str) -> bool:
    """Whether this is a National Provider Identifier: ten digits, and Luhn's check holds.

    Source: CMS, Requirements for National Provider Identifier and NPI Check Digit.
    """
    if not _NPI.fullmatch(text):
        return False
    digits = [int(mark) for mark in reversed(_ISSUER + text)]
    doubled = [digit * 2 - 9 if digit * 2 > 9 else digit * 2 for digit in digits[1::2]]  # noqa: PLR2004 - Luhn
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def mbi(text: str) -> str | None:
    """Give a Medicare Beneficiary Identifier without its dashes, or None if it is none.

    Eleven places with letters and digits in fixed positions; there is no check digit. Source: CMS,
    Understanding the Medicare Beneficiary Identifier Format.
    """
    plain = text.replace("-", "").strip().upper()
    return plain if _MBI.fullmatch(plain) else None


_ASKED: tuple[tuple[str, str, Callable[[str], object], str], ...] = (
    ("performers", "SELECT npi FROM performers", is_npi, "npi: no NPI, its check digit fails"),
    ("practices", "SELECT npi FROM practices", is_npi, "npi: no NPI, its check digit fails"),
    (
        "coverages",
        "SELECT member_id FROM coverages WHERE kind = 'medicare_ffs'",
        mbi,
        "member_id: no MBI of Medicare",
    ),
)


def ill_formed(connection: Database) -> Iterator[str]:
    """Say of staged evidence, table by table, how many numbers are not of their kind.

    The numbers themselves are not shown: an MBI belongs to a patient.
    """
    for table, text, holds, said in _ASKED:
        sent = [str(number) for (number,) in connection.execute(text).fetchall() if number]
        if wrong := sum(not holds(number) for number in sent):
            yield f"{table}: {wrong} of {len(sent)} with {said}"
