"""Edits that say the same of several places of one claim, told once with all of the places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template

from proofline.claims.edit import Edit

register = template.Library()


@dataclass(frozen=True, slots=True)
class Alike:
    """One edit, and every place of its claim of which it says the same."""

    edit: Edit
    places: tuple[str, ...]


@register.filter
def alike(edits: Iterable[Edit]) -> list[Alike]:
    """Put edits together that say the same of one claim, in the order of their first.

    What is of no claim yet stands alone.
    """
    found: dict[tuple[str, ...], dict[str, Edit]] = {}
    for one in edits:
        said = (one.claim_id or one.place, one.severity, one.reason, one.cure)
        found.setdefault(said, {}).setdefault(one.place, one)
    return [Alike(next(iter(those.values())), tuple(those)) for those in found.values()]
