"""Where a page of the law stands, by the name that decisions have for it."""

from __future__ import annotations

from django import template
from django.urls import reverse

register = template.Library()


@register.filter
def law(pack: str, anchor: str = "") -> str:
    """Give the address of a page by its name, `medicare-rpm/2026-01-01`, and an anchor on it."""
    name, _, effective = pack.partition("/")
    there = reverse("rules_page", args=(name, effective))
    return f"{there}#{anchor}" if anchor else there
