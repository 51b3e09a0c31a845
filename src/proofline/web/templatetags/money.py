"""How pages tell sums: lines with what they come to, and how many have no amount."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def month(said: str) -> str:
    """Tell a month `2026-03` as `Mar 2026`; what is none, as it is."""
    try:
        return date_format(date.fromisoformat(f"{said}-01"), "M Y")
    except ValueError:
        return said


@register.filter
def counted(lines: int) -> str:
    """Tell a number of lines: `1 line`, `1,204 lines`."""
    return ngettext("%(n)s line", "%(n)s lines", lines) % {"n": f"{lines:,}"}


@register.filter
def grouped(number: int) -> str:
    """Tell a number in groups of three digits."""
    return f"{number:,}"


@register.filter
def hours(minutes: int) -> str:
    """Tell minutes as hours and minutes: `2:05`."""
    return f"{minutes // 60}:{minutes % 60:02}"


@register.filter
def place(values: list[object], at: int) -> object:
    """Give the value at a place of a list."""
    return values[at]


@register.filter
def state(said: str) -> str:
    """Tell where a line stands, in words."""
    return str(_STATES.get(said, said))


@register.filter
def state_kind(said: str) -> str:
    """Name the colour of a state: good, warn, bad, or none."""
    return _KINDS.get(said, "")


_STATES = {
    "drawn": _("drawn"),
    "ready": _("ready"),
    "submitted": _("sent"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
    "paid": _("paid"),
    "partly_paid": _("partly paid"),
    "denied": _("denied"),
    "corrected": _("corrected"),
    "voided": _("given up"),
    "appealed": _("appealed"),
    "billable": _("earned, not drawn"),
    "held": _("held"),
}
_KINDS = {
    "ready": "good",
    "paid": "good",
    "partly_paid": "warn",
    "corrected": "warn",
    "appealed": "warn",
    "held": "warn",
    "rejected": "bad",
    "denied": "bad",
}
