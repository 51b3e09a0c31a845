"""What turned between two decisions of a line, told in the reader's language.

The core says it in English (`decide.records.turning`); what reads otherwise than it says it today
stands as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import template
from django.utils.translation import gettext

from proofline.web.templatetags.law import needed
from proofline.web.templatetags.sentences import told
from proofline.web.templatetags.telling import day, spoken
from proofline.web.templatetags.texts.rows import (
    DECLARES,
    LEVELS,
    NEEDS,
    NEW,
    NO_MORE,
    NOTHING,
    OF_FACT,
    OVER,
    WAS,
)

register = template.Library()

_CITE = r"(?P<cite>(?: \(.+\))?)"
_LEVEL = "|".join(LEVELS)
_SAID: Mapping[str, re.Pattern[str]] = {
    OF_FACT: re.compile(r"the fact (?P<name>\S+) was (?P<was>.+?), is (?P<now>.+)"),
    NEEDS: re.compile(
        rf"the law: it needs (?P<was>.+?) \((?P<then>{_LEVEL})\) then,"
        rf" (?P<needs>.+?) \((?P<now>{_LEVEL})\) now{_CITE}"
    ),
    NO_MORE: re.compile(rf"the law: it is no requirement of that page{_CITE}"),
    NEW: re.compile(rf"the law: it is a new requirement{_CITE}"),
    DECLARES: re.compile(r"(?P<page>\S+/\S+) declares why: (?P<why>.+) \((?P<cite>[^()]+)\)"),
    WAS: re.compile(r"(?P<name>[a-z0-9_.]+(?: date)?) was (?P<was>.+?), is (?P<now>.+)"),
}


@register.filter
def turned(words: str) -> str:
    """Tell one thing that turned, or why it did, as the core says it."""
    if words == OVER:
        return gettext(words)
    for said, pattern in _SAID.items():
        if found := pattern.fullmatch(words):
            put = {name: _put(name, text) for name, text in found.groupdict().items()}
            return gettext(said) % put
    return words


def _put(name: str, text: str) -> str:
    """Tell what is put in: a requirement or a fact by its words, a value, a level, a reason."""
    if name in {"page", "cite"}:
        return text
    if name == "name":
        plain = text.replace("_", " ")
        known = told(plain)
        return known if known != plain else plain
    if name == "needs" or re.match(r"[<>]= ", text):
        return str(needed(text))
    if name == "why":
        return told(text)
    if text in LEVELS:
        level = LEVELS[text]
        return gettext(level)
    return _value(text)


def _value(text: str) -> str:
    if text in NOTHING:
        return gettext(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(text)
    if (known := told(text)) != text:
        return known
    is_a_code = "_" in text and " " not in text
    return text if is_a_code else spoken(text)
