"""Why a message waits, as it is kept: `code: reason`. Pages tell the reason, and the code small."""

from __future__ import annotations

import re

from django import template

from proofline.web.templatetags.sentences import told

register = template.Library()

_HELD = re.compile(r"(?P<code>[a-z][a-z0-9_]*): (?P<reason>.+)", re.DOTALL)


@register.filter
def held_why(held: str) -> str:
    """Tell why a message waits, in the page's language and without the code before it."""
    found = _HELD.fullmatch(held)
    return told(found["reason"] if found else held)


@register.filter
def held_code(held: str) -> str:
    """Give the code by which the reason is known to machines; blank where none was kept."""
    found = _HELD.fullmatch(held)
    return found["code"] if found else ""
