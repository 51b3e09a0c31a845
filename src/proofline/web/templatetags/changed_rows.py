"""Rows of evidence that changed, told in the reader's language and by the patient's clock.

They are kept as the core said them, in English with instants in UTC. What reads otherwise than the
core says it today stands as it was written, but for its instants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django import template
from django.utils.translation import gettext, ngettext

from proofline.decide.snapshots.snapshot import shapes
from proofline.explain.reasons import REASONS
from proofline.web.templatetags.sentences import told
from proofline.web.templatetags.telling import day, local
from proofline.web.templatetags.texts.rows import (
    BEYOND,
    CAME,
    CHANGED,
    COLUMNS,
    COUNTS,
    COUNTS_NOT,
    DATED,
    DIFFERS,
    GONE,
    KINDS,
    KNOWN,
    NOTHING,
    SHARED,
    WAS,
)
from proofline.web.templatetags.texts.vocabulary import WORDS

register = template.Library()

_DAY = r"\d{4}-\d\d-\d\d"
_INSTANT = re.compile(rf"{_DAY}T\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")


def _any(words: frozenset[str]) -> str:
    """Match any of these words, the longest first: `value 2` is not `value`."""
    return "|".join(re.escape(one) for one in sorted(words, key=lambda one: (-len(one), one)))


_ROW = re.compile(
    rf"(?P<kind>{_any(KINDS)})(?: (?P<id>.+?))?(?: of (?P<day>{_DAY}))?"
    r" (?:(?P<came>came)|(?P<gone>is gone)|changed: (?P<told>.+?))"
    r"(?:, (?:(?P<counts>counts)|does not count \((?P<why>[^()]+)\)))?"
    rf"(?:, (?P<known>{'|'.join(KNOWN)}) (?P<at>{_INSTANT.pattern}))?",
    re.DOTALL,
)
_COLUMN = re.compile(rf"(?P<name>{_any(COLUMNS)}) (?P<how>differs|was )")
_NEXT = re.compile(rf", (?:{_any(COLUMNS)}) (?:was |differs)|\Z")
_IS = ", is "
_FOLLOWED = re.compile(r"(?P<n>\d+) rows of kind (?P<kind>[a-z_]+) followed")


@register.filter
def changed_row(words: str, zone: str = "UTC") -> str:
    """Tell a row that changed: what it is, what of it differs, and when it was known, by `zone`."""
    if words in BEYOND:
        return gettext(words)
    if found := _FOLLOWED.fullmatch(words):
        many = int(found["n"])
        followed = ngettext(
            "%(n)s row of kind %(kind)s followed", "%(n)s rows of kind %(kind)s followed", many
        )
        shape = shapes().get(found["kind"])
        return followed % {"n": many, "kind": _word(shape.words if shape else found["kind"])}
    found = _ROW.fullmatch(words)
    return ", ".join(_parts(found, zone)) if found else _instants(words, zone)


@register.filter
def shared_cause(words: str) -> str:
    """Tell what two paid lines share: the requirement that turned, and what both rest on."""
    requirement, _space, tag = words.partition(" ")
    kind, _blank, named = tag.partition(" ")
    kind, named = (tag, "") if tag in SHARED else (kind, named)
    shared = " ".join(filter(None, (gettext(kind) if kind in SHARED else kind, named)))
    return f"{told(requirement.replace('_', ' '))}: {shared}"


def _parts(found: re.Match[str], zone: str) -> Iterator[str]:
    """Give what happened to the row, whether it counts, and when it was known."""
    kind = found["kind"]
    what = " ".join(filter(None, (gettext(kind), found["id"])))
    if found["day"]:
        what = gettext(DATED) % {"what": what, "day": day(found["day"])}
    if found["told"]:
        yield gettext(CHANGED) % {"what": what, "told": _differences(found["told"], zone)}
    else:
        happened = CAME if found["came"] else GONE
        yield gettext(happened) % {"what": what}
    if found["counts"]:
        yield gettext(COUNTS)
    elif found["why"]:
        yield gettext(COUNTS_NOT) % {"why": _value(found["why"], zone)}
    if known := KNOWN.get(found["known"]):
        yield gettext(known) % {"at": local(found["at"], zone)}


def _differences(words: str, zone: str) -> str:
    """Tell what of a row differs; as it was written where not all of it is understood."""
    told, start = [], 0
    while column := _COLUMN.match(words, start):
        said = column["name"]
        name = gettext(said)
        if column["how"] == "differs":
            end = column.end()
            told.append(gettext(DIFFERS) % {"name": name})
        else:
            # A cell can hold a comma: the first `, is ` parts the two, however far it is.
            middle = words.find(_IS, column.end())
            if middle < 0:
                break
            was, at = words[column.end() : middle], middle + len(_IS)
            end = _following(words, at)
            put = {"name": name, "was": _value(was, zone), "now": _value(words[at:end], zone)}
            told.append(gettext(WAS) % put)
        if end == len(words):
            return ", ".join(told)
        if end != _following(words, end):
            break
        start = end + len(", ")
    return _instants(words, zone)


def _following(words: str, start: int) -> int:
    """Say where the next column is told of, from a place on; the end if none is."""
    found = _NEXT.search(words, start)
    return found.start() if found else len(words)


def _value(said: str, zone: str) -> str:
    """Tell a cell: an instant by the clock of the zone, a day, a reason, a word; else as it is."""
    if said in NOTHING:
        return gettext(said)
    if _INSTANT.fullmatch(said):
        return local(said, zone)
    if re.fullmatch(_DAY, said):
        return day(said)
    known = REASONS.get(said.replace(" ", "_"))
    return told(known.words) if known else _word(said)


def _word(said: str) -> str:
    plain = said.replace("_", " ")
    return gettext(plain) if plain in WORDS | KINDS else said


def _instants(words: str, zone: str) -> str:
    return _INSTANT.sub(lambda found: local(found[0], zone), words)
