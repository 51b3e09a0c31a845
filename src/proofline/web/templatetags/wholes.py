"""Whole texts of the core, told in the reader's language with what was put into them.

A sentence of a period is known wherever it stands in a text (`sentences`). What is here is a text
by itself: the reason or the cure of a trouble of intake, which the tables of intake hold with `{}`
where one safe word goes; an edit of a claim (`edits`); why an answer waits, or a bound (`answers`);
why the core refuses a file or an act (`files`, `unwritten`, `books`); what does not fit of a
consent (`consents`); a cure that names a command
of the terminal, for which a page names the page that does the same (`cures`). A text is found by
how it reads; what fits none is told as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache

from django.utils.translation import gettext

from proofline.web.templatetags.every_trouble import texts
from proofline.web.templatetags.money import standing
from proofline.web.templatetags.telling import day, dollars, spoken
from proofline.web.templatetags.texts.answers import ANSWERS, NEEDS, STRANGE, TO
from proofline.web.templatetags.texts.books import BOOKS
from proofline.web.templatetags.texts.consents import OF_ABOUT, REMARKS
from proofline.web.templatetags.texts.cures import CURES
from proofline.web.templatetags.texts.details import DETAILS, MEANINGS
from proofline.web.templatetags.texts.edits import EDITS, OR, PERIODS, PLACES, TABLES, VALUES, WHAT
from proofline.web.templatetags.texts.files import FILES
from proofline.web.templatetags.texts.refusals import REFUSALS
from proofline.web.templatetags.texts.unwritten import NAMED, UNWRITTEN

_PLACE = re.compile(r"%\((\w+)\)s")
_CODES = r"[0-9A-Z]{5}(?: or [0-9A-Z]{5})*"
_WHAT = "|".join(rf"(?i:{re.escape(one[0])}){re.escape(one[1:])}" for one in (*WHAT, *NAMED))
_READS = {
    "what": _WHAT,
    "period": "|".join(PERIODS),
    "per": "|".join(PERIODS),
    "table": "|".join(map(re.escape, TABLES)),
    "code": _CODES,
    "base": _CODES,
    "day": r"\d{4}-\d\d-\d\d",
    **dict.fromkeys(("n", "low", "high"), r"\d+"),
    **dict.fromkeys(("paid", "charge"), r"\d+\.\d\d"),
    **dict.fromkeys(("span", "billed"), r"\d{4}-\d\d-\d\d(?: to \d{4}-\d\d-\d\d)?"),
    "until": r"\d{4}-\d\d-\d\d",
    **dict.fromkeys(("control", "id"), r"\S+"),
    **dict.fromkeys(("tag", "other"), r"[A-Z0-9*]+"),
    **dict.fromkeys(("state", "became"), r"[a-z_]+"),
    "days": r"\d{4}-\d\d-\d\d(?:, \d{4}-\d\d-\d\d)*",
    "act": r"[a-z_.]+",
    "said": r"\S{1,20}",
    "sets": r"\S+(?: \S+){0,2}",
    "words": r"[\w-]+(?:, [\w-]+)*",
    "record": r"(?:patients|coverages|practices|performers|enrollments)\.[a-z_]+|coverages"
    r"|the address columns of (?:patients|practices)",
    "number": r"\S+|\(its number is not known yet: wait for the answer\)",
    **dict.fromkeys(("language", "second"), r"[A-Za-z-]+"),
    **dict.fromkeys(("program", "about"), r"\w+"),
    "directory": r"\[[\w.]+\](?: \w+)? of the directory(?:: .+)?",
}
"""How what is put in reads, by its name; all else is any words."""


def whole(words: str) -> str:
    """Tell a text that is known as a whole in the page's language; blank where it is not known.

    One that reads like it but names a day that no calendar has is not known.
    """
    said, put = _found(words)
    try:
        told = {name: _put(name, text) for name, text in put.items()}
    except ValueError:
        return ""
    return gettext(CURES.get(said, said)) % told if said else ""


@lru_cache(maxsize=2048)
def _found(words: str) -> tuple[str, Mapping[str, str]]:
    """Give the text that these words read as, and what was put into it; blank where none is."""
    for said, pattern in _patterns():
        if found := pattern.fullmatch(words):
            return said, found.groupdict()
    return "", {}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give each text with a place, those with most words of their own first."""
    every = {*texts(), *MEANINGS, *EDITS, *PLACES, *ANSWERS, *NEEDS, *STRANGE, *REFUSALS, TO}
    every |= {*FILES, *UNWRITTEN, *BOOKS, *CURES, *REMARKS}
    told = sorted(filter(_PLACE.search, every), key=lambda said: (-len(said), said))
    return tuple((said, re.compile("".join(_pattern(said)), re.DOTALL)) for said in told)


def _pattern(said: str) -> Iterator[str]:
    for number, part in enumerate(_PLACE.split(said)):
        yield f"(?P<{part}>{_READS.get(part, '.+?')})" if number % 2 else re.escape(part)


def _put(name: str, text: str) -> str:
    """Tell what is put into a text: days, amounts, words that are known; all else as it stands."""
    if name in _TOLD:
        return _TOLD[name](text)
    plain = text if text in _KNOWN else f"{text[:1].lower()}{text[1:]}"
    return gettext(plain) if plain in _KNOWN else text


def _codes(text: str) -> str:
    return text.replace(" or ", f" {gettext(OR)} ")


def _money(text: str) -> str:
    return dollars(Decimal(text) * 100)


def _span(text: str) -> str:
    return whole(text) or day(text)


def _days(text: str) -> str:
    return ", ".join(map(day, text.split(", ")))


def _states(text: str) -> str:
    return f" {gettext(OR)} ".join(map(standing, text.split(" or ")))


def _reason(text: str) -> str:
    known = gettext(text)
    return known if known != text else whole(text) or text


def _about(text: str) -> str:
    return gettext(OF_ABOUT.get(text, text))


def _words(text: str) -> str:
    return ", ".join(map(spoken, text.split(", ")))


_TOLD: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("day", "until"), day),
    **dict.fromkeys(("code", "base"), _codes),
    **dict.fromkeys(("paid", "charge"), _money),
    **dict.fromkeys(("span", "billed"), _span),
    **dict.fromkeys(("state", "became"), standing),
    "days": _days,
    "states": _states,
    "number": _reason,
    "reason": _reason,
    "about": _about,
    "words": _words,
}
_KNOWN = DETAILS | VALUES | {*NAMED}
