"""The lists behind the numbers of the practice as files: all pages of them, ids and no names."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from proofline.desk.showing.practice import behind, census, hours
from proofline.store.book import Book
from proofline.store.counting.census import WhichEnrollments
from proofline.web.exporting import UNREADABLE, Row, amount, streamed
from proofline.web.screens import every

AT_ONCE = 1000
"""Time entries of one question: each question passes over all that were given before."""
LINES = (
    *("line", "enrollment", "code", "units", "served", "payer", "state", "expected", "paid"),
    *("why", "cure"),
)
ENROLLMENTS = ("enrollment", "program", "first_day", "ended", "why")
ENTRIES = ("entry", "performer", "begun", "ended", "activity", "enrollment")


def lines(request: HttpRequest, at: datetime, asked: behind.Asked) -> HttpResponseBase:
    """Give the lines of a number."""
    rows = every(request, at, asked, partial(_lines, at))
    return streamed(f"practice-{asked.what}", LINES, rows)


def enrollments(request: HttpRequest, at: datetime, asked: WhichEnrollments) -> HttpResponseBase:
    """Give the enrollments of a number."""
    rows = every(request, at, 0, partial(_enrollments, at, asked))
    return streamed("practice-enrollments", ENROLLMENTS, rows)


def entries(request: HttpRequest, at: datetime, asked: tuple[str, str]) -> HttpResponseBase:
    """Give the time entries of a number, asked for by performer and month."""
    rows = every(request, at, 0, partial(_entries, at, asked))
    return streamed("practice-entries", ENTRIES, rows)


def _lines(at: datetime, book: Book, asked: behind.Asked) -> tuple[list[Row], behind.Asked | None]:
    found = behind.lines(book, asked, at)
    rows = [_line(one) for one in found.rows]
    return rows, replace(asked, after=found.after) if found.after else None


def _line(one: behind.BehindRow) -> Row:
    why = " ".join(each.text for each in one.reasons or ())
    return (
        *(one.key, one.enrollment_id, one.code, one.units, one.served, one.payer, one.state),
        *(amount(one.expected), amount(one.paid)),
        UNREADABLE if one.reasons is None else one.by_hand or why,
        " ".join(each.cure for each in one.reasons or ()),
    )


def _enrollments(
    at: datetime, asked: WhichEnrollments, book: Book, after: int
) -> tuple[list[Row], int | None]:
    found = census.enrollments(book, asked, after, at)
    rows: list[Row] = [
        (one.enrollment_id, one.program, one.begun, one.end_date, one.end_reason)
        for one in found.rows
    ]
    return rows, found.after


def _entries(
    at: datetime, asked: tuple[str, str], book: Book, after: int
) -> tuple[list[Row], int | None]:
    found = hours.entries(book, *asked, (after, AT_ONCE), at=at)
    rows: list[Row] = [
        (
            *(one.entry_id, one.performer_id, one.started_at, one.ended_at),
            *(one.activity, one.enrollment_id),
        )
        for one in found.rows
    ]
    return rows, found.after
