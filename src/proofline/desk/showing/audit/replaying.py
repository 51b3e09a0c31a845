"""A decision made again: as it was, to the byte, and beside it what it would be today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from proofline.decide import Asked as Run
from proofline.decide.records import Record, Setting
from proofline.decide.records.replaying import Field, Replayed, differences
from proofline.decide.records.today import page as page_named
from proofline.desk import days
from proofline.desk.found import enrollment_for
from proofline.desk.reopening import Remade, as_then, changed, remade, same
from proofline.desk.showing.audit.journey import turned
from proofline.packs import shelf
from proofline.store.auditing.decided import Version, versions
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.trouble import not_visible


@dataclass(frozen=True, slots=True)
class Replay:
    """A kept decision, what came out of it now, and what today's law and evidence make of the line.

    `same` says that the bytes are those that were kept; `fields` name what differs if not.
    `page_same` is None where today's shelf has no page of that name. `today` is None where the
    line is decided no more; `turned` and `rows` say what turned it, and which rows came since;
    `zone` names the clock by which its patient lives.
    """

    line: Line
    kept: Version
    same: bool
    known_at: datetime | None
    fields: tuple[Field, ...]
    page_same: bool | None
    today: dict[str, Any] | None
    today_as_of: date
    turned: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[str, ...] | None
    zone: str


def replay(book: Book, line: Line, number: int | None, at: datetime) -> Replay:
    """Replay one decision of a line, by its number, or the one that holds.

    Errors: NotAllowed; NotVisible; Damaged if the decision cannot be read.
    """
    row = enrollment_for(book, "line.see", line[0], at)
    kept = [one for one in versions(book.tenant_id, line) if number in {None, one.number}]
    if not kept:
        raise not_visible()
    one, patient_id = kept[-1], row["patient_id"] or ""
    as_of = days.today(book, patient_id, at)
    then = as_then(book.tenant_id, one)
    now = remade(book.shelf, patient_id, line, as_of)
    told = one.decision
    return Replay(
        line, one, same(then, one), then.known_at, _fields(then, one), _page_same(told),
        now.decision, as_of,
        turned(told, now.decision) if now.decision else (),
        _rows(then, now, told), str(days.zone_of(book, patient_id)),
    )  # fmt: skip


def _fields(then: Remade, kept: Version) -> tuple[Field, ...]:
    if same(then, kept):
        return ()
    setting = Setting.of(Run(kept.as_of))
    again = then.decision and then.decision | {"engine": kept.decision["engine"]}
    made = None if again is None else Record(setting, "", 0, again)
    was = Record(setting, "", 0, kept.decision)
    return tuple(differences(Replayed(was, made, None, None, same=False)))


def _page_same(told: dict[str, Any]) -> bool | None:
    page = page_named(told["pack"], shelf.ROOT)
    return None if page is None else bool(page.digest == told["pack_digest"])


def _rows(then: Remade, now: Remade, told: dict[str, Any]) -> tuple[str, ...] | None:
    """Name the rows that came or changed since; None where those of then are not to be had."""
    before = then.evidence
    if before is None or before.digest != told["evidence_digest"]:
        return None
    return tuple(changed(before, now.evidence))
