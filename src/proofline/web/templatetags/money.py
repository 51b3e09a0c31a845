"""How pages tell sums: lines with what they come to, and how many have no amount."""

from __future__ import annotations

from datetime import date
from typing import get_args

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from proofline.claims.claim import State
from proofline.web.templatetags.telling import spoken

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
def standing(said: str) -> str:
    """Tell the outcome of a decision, or where a line stands by the word that all pages have."""
    return state(said) if said in get_args(State) else spoken(said)


@register.filter
def state_kind(said: str) -> str:
    """Name the colour of a state: good, warn, bad, or none."""
    return _KINDS.get(said, "")


@register.filter
def journey(decision_key: str) -> str:
    """Give the address of a line's journey."""
    return reverse("audit_line", args=(tuple(decision_key.rsplit(" ", 3)),))


@register.filter
def packet(decision_key: str) -> str:
    """Give the address of a line's packet."""
    return reverse("audit_packet", args=(tuple(decision_key.rsplit(" ", 3)),))


@register.filter
def stand(said: str) -> str:
    """Tell a part of the biller's page, in words."""
    return str(_STANDS[said])


@register.filter
def paper(kind: str) -> str:
    """Tell a kind of paper, in words."""
    return str(_PAPERS[kind])


@register.filter
def to_do(said: str) -> str:
    """Tell what a denial asks for, in words."""
    return str(_TO_DO[said])


@register.filter
def kept_for(code: str) -> str:
    """Tell why money of no line was kept from a payment; a code that is not known, as it is."""
    return str(_KEPT_FOR.get(code, code))


@register.filter
def case_state(said: str) -> str:
    """Tell where an overpayment stands, in words."""
    return str(_CASES[said])


@register.filter
def amendment_kind(said: str) -> str:
    """Tell the kind of an amendment, in a word or two."""
    return str(_KINDS_OF_AMENDMENT[said])


@register.filter
def amendment_standing(said: str) -> str:
    """Tell what became of an amendment."""
    return str(_DECIDED[said])


_CASES = {
    "open": _("open"),
    "suspended": _("clock stopped"),
    "overdue": _("overdue"),
    "returned": _("given back"),
    "closed": _("closed"),
}
_KINDS_OF_AMENDMENT = {
    "upgrade": _("More"),
    "downgrade": _("Less"),
    "refund": _("Nothing left"),
    "unsettled": _("Unsettled"),
    "redate": _("Another day"),
    "information": _("To know"),
}
_DECIDED = {
    "proposed": _("proposed"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn: the line stands again"),
}
_STANDS = {
    "held": _("held"),
    "drawn": _("drawn, not ready"),
    "ready": _("ready to send"),
    "sent": _("with the payer"),
    "paid": _("paid"),
    "partly_paid": _("partly paid"),
    "denied": _("denied"),
}
_PAPERS = {
    "charges": _("charge list"),
    "directory": _("directory"),
    "contracts": _("contracts"),
    "ends": _("sender and receiver"),
    "fees": _("fees"),
}
_TO_DO = {
    "mend": _("mend and send anew"),
    "appeal": _("appeal"),
    "send": _("send the records"),
    "check": _("check, and look"),
    "post": _("nothing to do"),
}
_KEPT_FOR = {
    "WO": _("taken back for an earlier overpayment"),
    "FB": _("carried forward"),
    "L6": _("interest"),
    "CS": _("an adjustment of the payer's own"),
    "72": _("money that was returned"),
}
"""Why money of no line was kept or added (PLB03-1), in our own words; the official are X12's."""
_STATES = {
    "released": _("released"),
    "record": _("an answer"),
    "draw": _("decided anew"),
    "submit": _("sent"),
    "hold": _("held"),
    "release": _("released"),
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
