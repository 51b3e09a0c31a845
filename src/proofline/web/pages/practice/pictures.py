"""What the practice earned, whom it cares for, who worked and who paid, each with its picture."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from proofline.desk.showing.practice import census, hours, money, payers
from proofline.store.book import Book
from proofline.web.columns import Columns, Series, columns
from proofline.web.exporting import amount, as_csv
from proofline.web.screens import screen, shown

PEOPLE = ("mark", "mark2", "good", "bad", "none")
"""Colours of people in the picture of hours; whoever comes after is drawn together."""


@screen
def practice(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the money of a year."""
    found = money.money(book, at)
    if request.GET.get("as") == "csv":
        head = ["month", *(f"{one}_{cell}" for one in money.WHAT for cell in MONEY)]
        rows = [
            [m.month, *(cell for one in m.sums for cell in (one.lines, amount(one.amount)))]
            for m in found.months
        ]
        return as_csv("practice-money", head, rows)
    page = {"money": found, "picture": _of_money(found), "what": money.WHAT, "here": "practice"}
    return shown(request, book, at, "pages/practice/money.html", page)


MONEY = ("lines", "dollars")


@screen
def practice_census(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show who is enrolled."""
    found = census.census(book, at)
    if request.GET.get("as") == "csv":
        rows = [(m.month, m.begun, m.ended, m.enrolled) for m in found.months]
        return as_csv("practice-census", ("month", "begun", "ended", "enrolled"), rows)
    there = Series(_("enrolled"), "mark", [m.enrolled for m in found.months])
    picture = columns(_("Enrolled at the end of each month"), _names(found.months), [there])
    page = {"census": found, "picture": picture, "here": "practice_census", "today": f"{at:%Y-%m}"}
    return shown(request, book, at, "pages/practice/census.html", page)


@screen
def practice_staff(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show who worked how long."""
    found = hours.staff(book, at)
    if request.GET.get("as") == "csv":
        rows = [
            (one.performer_id, load.month, load.minutes, load.patients, load.unknown)
            for one in found.people
            for load in one.loads
        ]
        head = ("performer", "month", "minutes", "patients", "entries_of_unknown_length")
        return as_csv("practice-staff", head, rows)
    page = {"hours": found, "picture": _of_hours(found), "here": "practice_staff"}
    return shown(request, book, at, "pages/practice/staff.html", page)


@screen
def practice_payers(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show who paid how much, and when."""
    found = payers.payers(book, at)
    if request.GET.get("as") == "csv":
        rows = [
            (p.payer, p.lines, amount(p.charge), amount(p.paid), p.denied, p.days_to_pay)
            for p in found.payers
        ]
        head = ("payer", "lines", "charged", "paid", "denied_lines", "median_days_to_payment")
        return as_csv("practice-payers", head, rows)
    page = {"payers": found, "here": "practice_payers"}
    return shown(request, book, at, "pages/practice/payers.html", page)


def _of_money(found: money.Money) -> Columns:
    """Draw where what was earned is now; in dollars only if every line has an amount."""
    parts = [m.parts for m in found.months]
    priced = found.all_priced
    names = (_("paid"), _("with the payer"), _("refused"), _("not sent yet"), _("held"))
    kinds = ("good", "mark", "bad", "none", "mark2")
    series = [
        Series(name, kind, [one[n].cents if priced else one[n].lines for one in parts])
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    title = _("Where the work of each month is now, in dollars") if priced else ""
    title = title or _("Where the work of each month is now, in lines")
    return columns(title, _names(found.months), series, 100 if priced else 1, money=priced)


def _of_hours(found: hours.Hours) -> Columns:
    first = found.people[: len(PEOPLE) - 1]
    series = [
        Series(one.name, kind, [load.minutes for load in one.loads])
        for one, kind in zip(first, PEOPLE, strict=False)
    ]
    if rest := found.people[len(PEOPLE) - 1 :]:
        together = [sum(x.loads[n].minutes for x in rest) for n in range(len(found.months))]
        series.append(Series(_("everybody else"), PEOPLE[-1], together))
    return columns(_("Hours logged in each month"), _named(found.months), series, unit=60)


def _names(months: object) -> list[str]:
    return _named(one.month for one in months)  # type: ignore[attr-defined]


def _named(months: object) -> list[str]:
    """Name months in short, in the reader's language."""
    days = (date.fromisoformat(f"{one}-01") for one in months)  # type: ignore[attr-defined]
    return [date_format(day, "M") for day in days]
