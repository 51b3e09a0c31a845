"""What people type into forms, read: days, instants on a patient's clock, minutes, numbers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from proofline.errors import WrongUse

_DIGITS = 18
"""Of a number that either database can hold."""


def text(request: HttpRequest, name: str) -> str:
    """Give what was typed into a field, without space around it."""
    return request.POST.get(name, "").strip()


def one_of(request: HttpRequest, name: str, words: Collection[str]) -> str:
    """Read a word that is one of those offered, or blank. Errors: WrongUse."""
    said = text(request, name)
    if said and said not in words:
        raise _unreadable(_("That is not one of the words to choose from."), ", ".join(words) + ".")
    return said


def day(request: HttpRequest, name: str) -> date | None:
    """Read a day; None where nothing was typed. Errors: WrongUse."""
    typed = text(request, name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise _unreadable(_("The day cannot be read."), _("Type it as 2026-03-31.")) from error


def day_asked(request: HttpRequest, name: str) -> date:
    """Read a day that has to be there. Errors: WrongUse."""
    read = day(request, name)
    if read is None:
        raise _unreadable(_("A day is missing."), _("Type it as 2026-03-31."))
    return read


def instant(request: HttpRequest, name: str, zone: ZoneInfo) -> datetime:
    """Read an instant by the clock of a zone.

    Errors: WrongUse, also for an hour that the zone's clock skips or shows twice: whoever meant the
    other one would be off by an hour.
    """
    typed = text(request, name)
    try:
        read = datetime.fromisoformat(typed)
    except ValueError as error:
        raise _unreadable(
            _("The time cannot be read."), _("Type day and time as 2026-03-31T14:05.")
        ) from error
    if read.tzinfo is not None:
        return read
    here, later = (read.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if here.utcoffset() != later.utcoffset():
        raise _unreadable(
            _("On that day the clock was changed, and this hour is there twice or not at all."),
            _("Type it with its offset, such as 2026-11-01T01:30-05:00."),
        )
    return here


def span(request: HttpRequest, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read `began` and `minutes` as begin and end. Errors: WrongUse."""
    began = instant(request, "began", zone)
    typed = text(request, "minutes")
    if not typed.isdecimal():
        raise _unreadable(_("The minutes are not a whole number."), _("Type how long it took."))
    return began, began + timedelta(minutes=min(int(typed), 100_000))


def whole(request: HttpRequest, name: str) -> int:
    """Read the number of something; 0, which is nothing's, where none was sent."""
    said = text(request, name)
    return int(said) if said.isdecimal() and len(said) <= _DIGITS else 0


def number(request: HttpRequest, name: str) -> Decimal | None:
    """Read a number; None where nothing was typed. Errors: WrongUse."""
    typed = text(request, name)
    try:
        read = Decimal(typed) if typed else None
    except InvalidOperation as error:
        raise _unreadable(_("That is not a number."), _("Type it as 90 or 90.5.")) from error
    if read is not None and not read.is_finite():
        raise _unreadable(_("That is not a number."), _("Type it as 90 or 90.5."))
    return read


def _unreadable(message: str, remedy: str) -> WrongUse:
    return WrongUse("use.typed", message, remedy)
