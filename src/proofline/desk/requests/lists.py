"""What the desk can show: rows, decisions, lines, jobs and feeds, whoever looks on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

import msgspec

from proofline.decide.days import as_of
from proofline.desk import days
from proofline.desk.found import device_for, enrollment_for, look, patient_for, row_for
from proofline.desk.roles import may, not_allowed, permit
from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.book import Book
from proofline.store.outside import lists
from proofline.store.outside.lists import Decided, Feed, LineId, Parked, RowKept, Wanted
from proofline.store.people.looks import Seen
from proofline.store.safekeeping.unpacking import decision_in
from proofline.store.trouble import not_visible

MOST = 200
"""Rows of a page at most."""

_VERSIONS = 10_000
"""Versions of the rows of one page: more than anybody corrects."""

Of = tuple[str, str]
"""A table of the evidence, and the act by which its rows are seen."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, after a row's number, and how many rows it holds at most."""

    after: int = 0
    most: int = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and after which number the next page begins; None: this is the last."""

    items: Sequence[T]
    after: int | None


def page(found: Sequence[T], place: Place, number: Callable[[T], int]) -> Page[T]:
    """Cut what was found, one more than a page holds, into a page."""
    more = len(found) > place.most
    items = found[: place.most]
    return Page(items, number(items[-1]) if more else None)


def enrollments(book: Book, place: Place, at: datetime) -> Page[RowKept]:
    """Give the enrollments of the practice. Errors: NotAllowed."""
    permit(book, "patient.see")
    found = lists.rows_after(book.shelf, "enrollments", place.after, place.most + 1)
    shown = page(found, place, _row_number)
    _looked(book, (one.cells["patient_id"] for one in shown.items), at)
    return shown


def devices(book: Book, place: Place) -> Page[RowKept]:
    """Give the devices of the practice, not who has them. Errors: NotAllowed."""
    permit(book, "device.see")
    found = lists.rows_after(book.shelf, "devices", place.after, place.most + 1)
    return page(found, place, _row_number)


def rows_of_patient(
    book: Book, table: str, patient_id: str, place: Place, *, at: datetime
) -> Page[RowKept]:
    """Give the rows of a table about one patient. Errors: NotAllowed; NotVisible."""
    patient_for(book, "patient.see", patient_id, at)
    of = ("patient_id", {patient_id})
    return _rows(book, table, of, place)


def rows_of_enrollment(
    book: Book, table: str, enrollment_id: str, place: Place, *, at: datetime
) -> Page[RowKept]:
    """Give the rows of a table about one enrollment. Errors: NotAllowed; NotVisible."""
    enrollment_for(book, "patient.see", enrollment_id, at)
    return _rows(book, table, ("enrollment_id", {enrollment_id}), place)


def assignments(book: Book, device_id: str, place: Place, at: datetime) -> Page[RowKept]:
    """Give who had a device when. Errors: NotAllowed; NotVisible."""
    permit(book, "patient.see")
    if not book.shelf.rows("devices", device_id={device_id}):
        raise not_visible()
    shown = _rows(book, "assignments", ("device_id", {device_id}), place)
    _looked(book, (one.cells["patient_id"] for one in shown.items), at)
    return shown


def kept(
    book: Book, of_act: Of, place: Place, at: datetime, *, patient_id: str | None = None
) -> Page[RowKept]:
    """Give the last versions of rows, of all patients or of one. Errors: NotAllowed; NotVisible."""
    table, act = of_act
    if patient_id is None:
        permit(book, act)
    else:
        patient_for(book, act, patient_id, at)
    of = None if patient_id is None else ("patient_id", {patient_id})
    found = lists.rows_after(book.shelf, table, place.after, place.most + 1, of=of)
    shown = page(found, place, _row_number)
    if patient_id is None and table != "devices":
        _looked(book, (one.cells["patient_id"] for one in shown.items), at)
    return Page(_last(book, table, shown.items), shown.after)


def kept_row(book: Book, of: Of, key: str, at: datetime) -> RowKept:
    """Give the last version of one row by its key. Errors: NotAllowed; NotVisible."""
    table, act = of
    (column,) = EVERY_TABLE[table].key
    if table == "devices":
        device_for(book, act, key, at)
    else:
        row_for(book, act, (table, column, key), at)
    return lists.rows_after(book.shelf, table, 0, _VERSIONS, of=(column, {key}))[-1]


def row_by_number(book: Book, of: Of, number: int, at: datetime) -> RowKept:
    """Give any version of a row by its number. Errors: NotAllowed; NotVisible."""
    table, act = of
    found = lists.row_kept(book.tenant_id, table, number)
    allowed = may(book, act)
    whose = (found.cells.get("patient_id") if found else "") or ""
    look(book, act, whose, at, allowed=allowed and found is not None)
    if not allowed:
        raise not_allowed(act)
    if found is None:
        raise not_visible()
    return found


def key_of_digest(book: Book, of: Of, made: Callable[[str], str], digest: str) -> str | None:
    """Find the key of a row by what is made of it, for keys too long to be told.

    Errors: NotAllowed.
    """
    table, act = of
    permit(book, act)
    (column,) = EVERY_TABLE[table].key
    return next((one for one in book.shelf.ids(table, column) if made(one) == digest), None)


def seen(
    book: Book, place: Place, at: datetime, patient_id: str | None = None
) -> Page[tuple[int, Seen]]:
    """Give looks, of all patients or of one, with their numbers. Errors: NotAllowed."""
    permit(book, "look.see")
    found = lists.looks_after(book.tenant_id, patient_id, place.after, place.most + 1)
    if patient_id is not None:
        look(book, "look.see", patient_id, at)
    return page(found, place, lambda one: one[0])


def seen_once(book: Book, number: int, at: datetime) -> Seen:
    """Give one look by its number. Errors: NotAllowed; NotVisible."""
    permit(book, "look.see")
    found = lists.look_of(book.tenant_id, number)
    if found is None:
        raise not_visible()
    look(book, "look.see", found.patient_id, at)
    return found


def _last(book: Book, table: str, rows: Sequence[RowKept]) -> list[RowKept]:
    """Leave out rows of which there is a later version."""
    (column,) = EVERY_TABLE[table].key
    keys = {key for one in rows if (key := one.cells[column])}
    if not keys:
        return []
    every = lists.rows_after(book.shelf, table, 0, _VERSIONS, of=(column, keys))
    last = {one.cells[column]: one.number for one in every}
    return [one for one in rows if last[one.cells[column]] == one.number]


def decisions(book: Book, enrollment_id: str, place: Place, at: datetime) -> Page[Decided]:
    """Give the decisions that hold for an enrollment. Errors: NotAllowed; NotVisible."""
    enrollment_for(book, "patient.see", enrollment_id, at)
    found = lists.decisions_of(book.tenant_id, enrollment_id, place.after, place.most + 1)
    shown = page(found, place, _number)
    return Page(_today(book, shown.items, at), shown.after)


def history(book: Book, line: LineId, place: Place, at: datetime) -> Page[Decided]:
    """Give every decision of one line, the first one first. Errors: NotAllowed; NotVisible."""
    enrollment_for(book, "patient.see", line.enrollment_id, at)
    found = lists.history_of(book.tenant_id, line, place.after, place.most + 1)
    if not found and not place.after:
        raise not_visible()
    return page(found, place, _number)


def lines(book: Book, wanted: Wanted, place: Place, at: datetime) -> Page[Decided]:
    """Give the lines of the practice that are looked for. Errors: NotAllowed."""
    permit(book, "practice.see")
    found = lists.lines(book.tenant_id, wanted, place.after, place.most + 1)
    shown = page(found, place, _number)
    _looked(book, (one.patient_id for one in shown.items), at)
    return Page(_today(book, shown.items, at), shown.after)


def _today(book: Book, found: Sequence[Decided], at: datetime) -> list[Decided]:
    """Tell decisions of open lines with the days that are left today for each patient."""
    on = days.standing(book, {one.patient_id for one in found}, at)
    return [_as_of(one, on[one.patient_id]) if one.patient_id in on else one for one in found]


def _as_of(one: Decided, day: date) -> Decided:
    told = decision_in(bytes(one.record), f"decision {one.number}")
    if told["outcome"] != "open":
        return one
    record = msgspec.Raw(msgspec.json.encode(as_of(told, day)))
    return replace(one, as_of=day, record=record)


def parked(book: Book, place: Place) -> Page[Parked]:
    """Give the work that failed too often. Errors: NotAllowed."""
    permit(book, "feed.see")
    return page(lists.parked(book.tenant_id, place.after, place.most + 1), place, _job)


def feeds(book: Book) -> list[Feed]:
    """Give what came from each source. Errors: NotAllowed."""
    permit(book, "feed.see")
    return lists.feeds(book.tenant_id)


def _rows(book: Book, table: str, of: tuple[str, set[str]], place: Place) -> Page[RowKept]:
    found = lists.rows_after(book.shelf, table, place.after, place.most + 1, of=of)
    return page(found, place, _row_number)


def _looked(book: Book, patients: Iterable[str | None], at: datetime) -> None:
    for patient_id in sorted({one for one in patients if one}):
        look(book, "patient.see", patient_id, at)


def _row_number(one: RowKept) -> int:
    return one.number


def _number(one: Decided) -> int:
    return one.number


def _job(one: Parked) -> int:
    return one.job_id
