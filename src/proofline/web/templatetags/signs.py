"""The sign of a day in a strip, the same wherever days stand side by side, and in their legend."""

from __future__ import annotations

from django import template

register = template.Library()

SIGNS = {"counts": "\u2713", "unsettled": "?", "refused": "\u00d7", "nothing": "\u00b7"}
"""A sign for each standing of a day (`explain.explanation`); one to come has none."""


@register.filter
def sign(standing: str) -> str:
    """Give the sign of a day that stands so; blank where there is nothing to say yet."""
    return SIGNS.get(standing, "")
