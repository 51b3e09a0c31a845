"""What an enrollment rests on, filed after its beginning: order, condition, set-up, last visit.

What was not known is added; what was known is put right with a reason. Either way a row takes the
earlier one's place, and every version stays to be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from proofline.desk.cells import day
from proofline.desk.days import zone_of
from proofline.desk.found import Cells, enrollment_for
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.ASCII)
"""The form of ICD-10-CM: three to seven places, with or without the dot."""


OrderKind = Literal["order", "plan_entry"]
ORDER_KINDS: tuple[OrderKind, ...] = get_args(OrderKind)


@dataclass(frozen=True, slots=True)
class Filed:
    """What is filed; None leaves a cell as it is. Days are the patient's; codes are all that hold.

    The reason is owed wherever something that is on file gives way.
    """

    order_date: date | None = None
    order_kind: OrderKind | None = None
    ordering_performer_id: str | None = None
    diagnoses: tuple[str, ...] | None = None
    setup_date: date | None = None
    setup_performer_id: str | None = None
    established_on: date | None = None
    reason: str = ""


def complete(book: Book, enrollment_id: str, said: Filed, at: datetime) -> tuple[str, ...]:
    """File what an enrollment rests on; name the cells that are different now.

    Errors: NotAllowed; NotVisible; DeskError for a day to come, a code that is none, somebody
    unknown, nothing new, or for a correction without a reason.
    """
    enrollment_for(book, "enrollment.complete", enrollment_id, at)
    with book.act("enrollment.complete", at, said.reason) as act:
        (row,) = book.shelf.rows("enrollments", enrollment_id={enrollment_id})
        new: Cells = {
            name: cell for name, cell in _cells(said, row).items() if cell and cell != row[name]
        }
        _refuse_nothing(new)
        _refuse_unusable(book, row, new, at)
        if any(_gives_way(row[name], cell) for name, cell in new.items()):
            refuse_silence(said.reason, "A correction of what is on file")
        act.add("enrollments", [row | new])
    return tuple(new)


def _cells(said: Filed, row: Cells) -> Cells:
    first = said.order_date is not None and row["order_kind"] in {None, "none"}
    codes = dict.fromkeys(one.strip().upper() for one in said.diagnoses or ())
    return {
        "order_date": day(said.order_date),
        "order_kind": said.order_kind or ("order" if first else None),
        "ordering_performer_id": said.ordering_performer_id,
        "diagnoses": "|".join(one for one in codes if one) or None,
        "setup_date": day(said.setup_date),
        "setup_performer_id": said.setup_performer_id,
        "established_on": day(said.established_on),
        "established": "true" if said.established_on else None,
    }


def _gives_way(was: str | None, cell: str | None) -> bool:
    """Whether something on file gives way; codes that are only added to take nothing away."""
    return bool(was) and not f"{cell}|".startswith(f"{was}|")


def _refuse_nothing(new: Cells) -> None:
    if not new:
        raise DeskError(
            "desk.nothing_new",
            "Nothing was typed that is not on file already.",
            "Type what is missing or what is to be put right; what is left blank stays as it is.",
        )


def _refuse_unusable(book: Book, row: Cells, new: Cells, at: datetime) -> None:
    days = [cell for name, cell in new.items() if name.endswith(("_date", "_on")) and cell]
    if any(cell > _today(book, row, at) for cell in days):
        raise DeskError(
            "desk.in_the_future",
            "That day has not come yet for the patient.",
            "File it when it has happened.",
        )
    wrong = [one for one in (new.get("diagnoses") or "").split("|") if one and not _is_code(one)]
    if wrong:
        raise DeskError(
            "desk.no_code",
            "A condition is not written as an ICD-10-CM code.",
            "Write it with three to seven places, such as I10 or E11.9, the monitored one first.",
        )
    people = {cell for name, cell in new.items() if name.endswith("performer_id") and cell}
    if people - book.shelf.ids("performers", "performer_id", performer_id=people):
        raise DeskError(
            "desk.nobody_known",
            "Nobody of the practice has that id.",
            "Choose one of the performers on file.",
        )


def performer_called(book: Book, words: str) -> str:
    """Give the id of who has these words as their id or name.

    Errors: NotAllowed, before anything tells who is on file; DeskError if there is nobody, or
    several with that name.
    """
    permit(book, "enrollment.complete")
    if book.shelf.ids("performers", "performer_id", performer_id={words}):
        return words
    found = book.shelf.ids("performers", "performer_id", name={words})
    if len(found) != 1:
        raise DeskError(
            "desk.nobody_known",
            "Nobody of the practice, or more than one, has this name or id.",
            "Type the id of one of the performers on file, or the name as it is on file.",
        )
    return found.pop()


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def _today(book: Book, row: Cells, at: datetime) -> str:
    """Give the day by the clock on the patient's wall."""
    return at.astimezone(zone_of(book, row["patient_id"] or "")).date().isoformat()
