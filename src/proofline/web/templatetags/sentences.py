"""Sentences that hold a period's own numbers, told in the reader's language.

Findings and suggestions are written once, in English, by the rooms that know them. Each sentence
that they put something into stands here with a name for what is put in, and is found by how it
reads; what no sentence fits is told as it was written. A test holds this list to what they write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from proofline.web.templatetags.telling import day
from proofline.web.templatetags.texts.cures import CURES
from proofline.web.templatetags.wholes import whole

FINDINGS = (
    _("%(n)s more needed, %(left)s days left: it can still be reached."),
    _("%(n)s more needed, %(left)s days left: it can no longer be reached."),
    _("It can no longer be reached."),
    _("%(months)s; both clocks support %(code)s."),
    _("%(months)s; no code stands on both clocks."),
    _("%(code)s took this period."),
    _("%(code)s is reported beside %(base)s only."),
    _("See what %(code)s of the same period is missing."),
    _("No earlier cycle's management line has its service date in this calendar month."),
    _("Leave the line unbilled, or settle which of the two cycles the month belongs to."),
    _("Evidence that somebody must still settle could change the number of units."),
    _("Settle the minutes in doubt: name the activity, or say whose a minute claimed twice is."),
    _("beside %(code)s"),
    _("not beside %(code)s"),
    _("a month of its own"),
    _("a code in force"),
)
"""What a decision says of a period in numbers, and between codes."""

NOTES = (
    _("the payer's answer of %(day)s refuses it (%(answer)s), and what it questions is met here"),
    _("earned beside %(code)s"),
    _("the period is no longer there"),
)
"""What an amendment says of its cause."""

KEPT = (
    _("drawn from decisions; those no longer billable are given up"),
    _("older decisions: it is an earlier day for these patients than for those drawn before"),
    _("no edit blocks it"),
    _("taken back"),
    _("remittance"),
    _("acknowledgment"),
)
"""Why the service itself did something, as it is kept on record."""

SUGGESTIONS = (
    _("One more day with a reading; %(amount)s missing for %(code)s."),
    _("The last chance is a reading every day from %(day)s on."),
    _("No live call yet: speak with the patient or a caregiver until %(day)s."),
    _("%(amount)s missing for %(code)s as well."),
    _(
        "%(amount)s missing for %(code)s until %(day)s: work that was done and not logged,"
        " or is due; nothing is rounded."
    ),
    _(
        "Do not lean on %(code)s: %(amount)s (%(dates)s) with but one reading,"
        " and that one doubtful."
    ),
    _("%(amount)s would make it safe."),
    _(
        "%(code)s rests on the policy local_day: %(n)s days on the patient's clock,"
        " %(left)s by UTC date."
    ),
    _(
        "%(code)s rests on %(amount)s typed in more than %(since)s after the work:"
        " ask who remembers it, and how."
    ),
)
"""What a forecast says of an open period."""

_AMOUNT = r"\d+ (?:further day|day|minute)s?"
_READS = {
    **dict.fromkeys(("n", "left"), r"\d+"),
    **dict.fromkeys(("code", "base"), r"[0-9A-Z]{5}(?: or [0-9A-Z]{5})*"),
    **dict.fromkeys(("amount", "since"), _AMOUNT),
    "answer": r"[^)]+",
    "day": r"\d{4}-\d\d-\d\d",
    "dates": r"\d{4}-\d\d-\d\d(?:, \d{4}-\d\d-\d\d)*",
    "months": r"\d{4}-\d\d: \d+ minutes(?:, \d{4}-\d\d: \d+ minutes)*",
}


def told(words: str) -> str:
    """Tell a text in the page's language, sentence by sentence, with its days as pages tell them.

    A sentence that is not known stays as it was written; a command of the terminal is told as the
    page that does the same.
    """
    words = CURES.get(words, words)
    known = gettext(words) if gettext(words) != words else whole(words)
    return known or " ".join(_parts(words))


def _parts(words: str) -> Iterator[str]:
    rest = words
    while rest:
        part, rest = _first(rest)
        yield part


def _first(rest: str) -> tuple[str, str]:
    """Split off the first sentence, told: one of those above, one of the catalogue, or as it is."""
    for said, pattern in _patterns():
        if found := pattern.match(rest):
            put = {name: _put(name, text) for name, text in found.groupdict().items()}
            return gettext(said) % put, rest[found.end() :].lstrip()
    ends = [found.end() for found in re.finditer(r"\.(?= |$)", rest)]
    for end in reversed(ends):
        if gettext(rest[:end]) != rest[:end]:
            return gettext(rest[:end]), rest[end:].lstrip()
    end = ends[0] if ends else len(rest)
    return rest[:end], rest[end:].lstrip()


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((said, re.compile(_pattern(said))) for said in (*FINDINGS, *NOTES, *SUGGESTIONS))


def _pattern(said: str) -> str:
    parts = re.split(r"%\((\w+)\)s", said)
    texts, names = map(re.escape, parts[::2]), parts[1::2]
    put = [f"(?P<{name}>{_READS[name]})" for name in names]
    return "".join(x for pair in zip(texts, [*put, ""], strict=True) for x in pair) + r"(?= |$)"


def _put(name: str, text: str) -> str:
    """Tell what is put into a sentence: days as pages tell them, amounts in words."""
    if name in {"day", "dates"}:
        return ", ".join(day(one) for one in text.split(", "))
    if name in {"amount", "since"}:
        return _amount(text)
    return ", ".join(map(_month, text.split(", "))) if name == "months" else text


def _amount(text: str) -> str:
    number, _space, unit = text.partition(" ")
    counted: Mapping[str, str] = {
        "day": ngettext("%(n)s day", "%(n)s days", int(number)),
        "further day": ngettext("%(n)s further day", "%(n)s further days", int(number)),
        "minute": ngettext("%(n)s minute", "%(n)s minutes", int(number)),
    }
    return counted[unit.removesuffix("s")] % {"n": number}


def _month(text: str) -> str:
    month, _colon, minutes = text.partition(": ")
    return f"{date_format(date.fromisoformat(f'{month}-01'), 'M Y')}: {_amount(minutes)}"
