"""The frame around every page: where one can go, the running timer, whose practice this is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from proofline.desk.roles import acts, may
from proofline.store.book import Book
from proofline.store.people import roster
from proofline.store.work import timers
from proofline.store.work.timers import Running

ROOMS = (
    (_("Today"), "today", "alert.handle"),
    (_("Sign-off"), "signing", "cycle.sign_off"),
    (_("Billing"), "billing", "line.see"),
    (_("Denials"), "denials", "line.see"),
    (_("Audit"), "audit", "line.see"),
    (_("Practice"), "practice", "figures.see"),
    (_("Who saw whom"), "audit_looks", "look.see"),
    (_("Rules"), "rules", ""),
    (_("Intake"), "intake", "message.release"),
    (_("Settings"), "settings", ""),
    (_("Find"), "search", "patient.see"),
)
"""Each page of the header: its name, its address, and the act that opens it; blank for everybody.

The first that a role opens, and not everybody, is where its day begins.
"""
BEGUN_BY = {"billing": "claim.submit", "denials": "claim.submit"}
"""Where a day begins only for whoever does its work; others look at it from a page of their own."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way from here: its name, its address, and whether it leads to where one is."""

    name: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page; `can` names the acts that the person's roles include.

    `practice` is the name of the practice worked for, blank for people who have but one.
    """

    ways: tuple[Way, ...]
    timer: Running | None
    at: datetime
    can: frozenset[str]
    practice: str


def around(request: HttpRequest, book: Book, at: datetime) -> Frame:
    """Give the frame for whoever has the book open."""
    there = open_to(book)
    here = max((to for _, to in there if request.path.startswith(to)), key=len, default="")
    ways = tuple(Way(name, to, to == here) for name, to in there)
    can = frozenset(one for one in acts() if may(book, one))
    practice = roster.name_of(book.tenant_id) if getattr(request, "several", False) else ""
    return Frame(ways, timers.running(book), at, can, practice)


def begins(book: Book) -> str:
    """Give the address where the day of the person's roles begins."""
    own = [to for _name, to, act in ROOMS if act and may(book, BEGUN_BY.get(to, act))]
    return reverse(own[0] if own else ROOMS[0][1])


def open_to(book: Book) -> list[tuple[str, str]]:
    """Name the pages that the person's roles open, with their addresses."""
    return [
        (str(name), reverse(address)) for name, address, act in ROOMS if not act or may(book, act)
    ]
