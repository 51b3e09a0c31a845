"""The law on pages: where a page of it stands, and what it says in the reader's language."""

from __future__ import annotations

import re

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from proofline.web.templatetags.sentences import KEPT, told
from proofline.web.templatetags.telling import spoken

register = template.Library()


@register.filter
def law(pack: str, anchor: str = "") -> str:
    """Give the address of a page by its name, `medicare-rpm/2026-01-01`, and an anchor on it.

    A finding `base.99457` is on the page with the code itself.
    """
    anchor = anchor.removeprefix("base.")
    name, _, effective = pack.partition("/")
    there = reverse("rules_page", args=(name, effective))
    return f"{there}#{anchor}" if anchor else there


@register.filter
def tells(words: str | None) -> str:
    """Tell a requirement, a cure or a reason in the page's language, else as it was written.

    The catalogue holds those of the pages that are there, and a test that none of them is missing.
    """
    return told(words) if words else ""


_BOUND = re.compile(r"(?:>= (?P<low>\S+))?(?: and )?(?:<= (?P<high>\S+))?")


@register.filter
def needed(bound: str) -> str:
    """Tell what a requirement needs, as its page does: `>= 16` is 16 or more, `<= 0` is none."""
    if bound.startswith("one of "):
        words = bound.removeprefix("one of ").split(", ")
        return gettext("one of %(words)s") % {"words": ", ".join(map(spoken, words))}
    found = _BOUND.fullmatch(bound)
    if found is None or not bound:
        return spoken(told(bound)) if bound else ""
    if found["high"] is None:
        return gettext("%(low)s or more") % found.groupdict()
    if found["low"] is not None:
        return gettext("%(low)s to %(high)s") % found.groupdict()
    return (
        gettext("none") if found["high"] == "0" else gettext("at most %(high)s") % found.groupdict()
    )


@register.filter
def on_record(why: str | None) -> str:
    """Tell why something was done: the service's own words as above, a person's as they stand."""
    if found := re.fullmatch(r"written as 837p, interchange (\d+), group (\d+)", why or ""):
        went = gettext("written as 837P, interchange %(n)s, group %(group)s")
        return went % {"n": found[1], "group": found[2]}
    return gettext(why) if why in KEPT else why or ""
