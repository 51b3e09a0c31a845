"""Whole texts of the core, told in the reader's language with what was put into them.

A sentence of a period is known wherever it stands in a text (`sentences`). What is here is a text
by itself: the reason or the cure of a trouble of intake, which the tables of intake hold with `{}`
where one safe word goes. A text is found by how it reads; what fits none is told as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from django.utils.translation import gettext

from proofline.intake.every_trouble import texts
from proofline.web.templatetags.details import DETAILS, MEANINGS

_PLACE = re.compile(r"%\((\w+)\)s")


def whole(words: str) -> str:
    """Tell a text that is known as a whole in the page's language; blank where it is not known."""
    said, put = _found(words)
    return gettext(said) % {name: _put(text) for name, text in put.items()} if said else ""


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
    told = sorted(filter(_PLACE.search, (*texts(), *MEANINGS)), key=lambda said: (-len(said), said))
    return tuple((said, re.compile("".join(_pattern(said)), re.DOTALL)) for said in told)


def _pattern(said: str) -> Iterator[str]:
    for number, part in enumerate(_PLACE.split(said)):
        yield f"(?P<{part}>.+?)" if number % 2 else re.escape(part)


def _put(text: str) -> str:
    """Tell what is put into a text: a detail in words, else as it stands."""
    return gettext(text) if text in DETAILS else text
