"""Names and addresses are folded to the characters that X12 005010 takes, or refused.

The rule, in this order: compatibility forms are resolved and marks dropped (NFKD: `José` becomes
`JOSE`), Latin letters that have no such form are spelt out as ICAO Doc 9303 part 3 spells them on
passports (`Ø` O, `ß` SS, `Þ` TH), typographic quotes and dashes become plain ones, everything is
put into capitals. A letter that is left over belongs to another script and is spelt as `anyascii`
spells it. That is one way of several, and without vowels where the script writes none, while a
payer compares the name with the one on the insurance card: `respelt` tells of such a name, so that
somebody looks at the card. What is no letter is refused, and so are delimiters in data.

The characters are the basic and extended sets of X12.6 without the four that we use as delimiters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NoReturn

from anyascii import anyascii

from proofline.claims.x12.trouble import X12Refused

DELIMITERS = "*:^~"
"""What parts elements, components, repetitions and segments in every file that we write."""

_LETTERS = "ÆAE ŒOE ØO ŁL ĐD ÐD ÞTH ĦH ŦT ŊN ĸQ"
_MARKS = {
    "'": "\u2018\u2019\u201b\u2032\u00b4\u02bb\u02bc`",
    '"': "\u201c\u201d\u201e",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212",
    "/": "\u2044",
    "": "\u00b7",
}
_SPELT = str.maketrans(
    {word[0]: word[1:] for word in _LETTERS.split()}
    | {mark: plain for plain, marks in _MARKS.items() for mark in marks}
)
_PLAIN = re.compile(r"[A-Z0-9!\"&'()+,\-./;?=%@\[\]_{}\\|<>#$ ]+")
_PLAIN_OR_SMALL = re.compile(r"[A-Za-z0-9!\"&'()+,\-./;?=%@\[\]_{}\\|<>#$ ]+")
_ALEF = {"\u0627": "A"}
"""ICAO Doc 9303 part 3 writes this letter, which `anyascii` leaves out."""

_MARKING, _UNSEEN = {"Mn", "Me"}, {"Mn", "Me", "Cf"}
_LAST_LATIN_MARK = "\u036f"


def folded(value: str, what: str, *, most: int) -> str:
    """Fold a name or an address to capitals of X12's set; an empty value stays empty.

    `what` names the value in the refusal (`The patient's family name`), and `most` is the number of
    characters that its element takes. Raises `X12Refused`, without the value.
    """
    if not value:
        return ""
    text = value.upper()
    if not text.isascii() or "`" in text:
        text = "".join(map(_spelt, _composed(value))).upper()
    text = " ".join(text.split())
    if _PLAIN.fullmatch(text) is None:
        raise _unfolded(text, what)
    return text if len(text) <= most else _refuse_length(what, most)


def respelt(value: str) -> bool:
    """Tell whether `folded` spells letters of another script, for which there are several ways."""
    return any(_latin(mark) is None for mark in _composed(value))


def _composed(value: str) -> str:
    """Give capitals with their marks on them, so that each stands for itself."""
    return unicodedata.normalize("NFC", value.upper()).translate(_SPELT)


def _latin(mark: str) -> str | None:
    """Give the plain form of a character, or None where it belongs to another script."""
    if mark.isascii():
        return mark
    if unicodedata.category(mark) in _MARKING and mark > _LAST_LATIN_MARK:
        return None  # a vowel sign
    parts = unicodedata.normalize("NFKD", mark).translate(_SPELT)
    plain = "".join(one for one in parts if unicodedata.category(one) not in _UNSEEN)
    return plain if plain.isascii() else None


def _spelt(mark: str) -> str:
    """Spell one character; what is neither letter, vowel sign nor digit stays as it is."""
    if (plain := _latin(mark)) is not None:
        return plain
    said = _ALEF.get(mark) or anyascii(mark)
    if unicodedata.category(mark)[0] not in "LMN" or not said:
        return mark
    return "".join(one for one in said if one.isalnum() or one in " -")


def required(value: str, what: str, *, most: int) -> str:
    """Fold as `folded` does, and refuse an empty value too."""
    return folded(value, what, most=most) or identifier("", what, most=most)


def identifier(value: str, what: str, *, most: int) -> str:
    """Give back an id unchanged, for it must return as it was sent; refuse one that cannot be.

    Raises `X12Refused` where the id is empty, longer than `most`, or holds other characters than
    X12's; `what` names it there.
    """
    if not value:
        cure = "Put it on file, then draw the claim anew."
        raise X12Refused("claims.x12_missing", f"{what} is not there.", cure)
    if not _PLAIN_OR_SMALL.fullmatch(value) or value != value.strip():
        reason = f"{what} holds characters that X12 does not take, or begins or ends with a space."
        cure = "Write it in Latin letters, digits and plain punctuation, without * : ^ or ~."
        raise X12Refused("claims.x12_characters", reason, cure)
    return value if len(value) <= most else _refuse_length(what, most)


def _refuse_length(what: str, most: int) -> NoReturn:
    """Refuse what its element has no room for; nothing is cut off silently."""
    reason = f"{what} has more than the {most} characters that X12 takes."
    raise X12Refused("claims.x12_too_long", reason, "Shorten it as the payer has it on file.")


def _unfolded(text: str, what: str) -> X12Refused:
    """Say why a text could not be folded, and what to do."""
    if not text:
        reason = f"Of {what[:1].lower()}{what[1:]} nothing is left that X12 could take."
    elif any(mark in text for mark in DELIMITERS):
        reason = f"{what} holds one of * : ^ ~, which part the values of a claim file."
        return X12Refused("claims.x12_delimiter", reason, "Take the character out.")
    else:
        reason = f"{what} holds characters that are no letters, digits or plain marks."
    cure = "Write it in Latin letters, exactly as the insurance card has it."
    return X12Refused("claims.x12_characters", reason, cure)
