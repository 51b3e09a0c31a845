"""What differs between two snapshots: rows that came, went or say something else, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from proofline.decide.snapshots.snapshot import Row, Snapshot, shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

EPOCH = date(1970, 1, 1)
VALUES = {"value", "value_2", "note", "diagnoses"}
"""Cells that are said to differ without saying what they hold: they tell of a person's health."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs: `added`, `gone`, or `changed` with the columns that say otherwise."""

    what: Literal["added", "gone", "changed"]
    row: Row
    before: Row | None = None
    columns: tuple[str, ...] = ()


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """Give every row that differs between two snapshots, in the order of the later, then the gone.

    Rows are the same row by the key of their kind; a correction of a reading is a row of its own,
    and the version it corrects changes its reason to `superseded`.
    """
    old, new = _by_key(before.rows), _by_key(after.rows)
    return (*_came_or_changed(old, new), *_gone(old, new))


def _by_key(rows: Iterable[Row]) -> dict[tuple[object, ...], Row]:
    """Number the rows of one key in their order, so that none hides another."""
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        place = 0
        while (*row.key, place) in found:
            place += 1
        found[*row.key, place] = row
    return found


def _came_or_changed(
    old: Mapping[tuple[object, ...], Row], new: Mapping[tuple[object, ...], Row]
) -> Iterator[Change]:
    for key, row in new.items():
        before = old.get(key)
        if before is None:
            yield Change("added", row)
        elif before != row:
            columns = tuple(name for name in row.cells if row.cells[name] != before.cells[name])
            yield Change("changed", row, before, columns)


def _gone(
    old: Mapping[tuple[object, ...], Row], new: Mapping[tuple[object, ...], Row]
) -> Iterator[Change]:
    yield from (Change("gone", row) for key, row in old.items() if key not in new)


def in_words(change: Change) -> str:
    """Say a change in one line, without a value of a reading, a note or a diagnosis in it."""
    row = change.row
    if change.before is None:
        stands = "counts" if row.counted else f"does not count ({_plain(row.reason)})"
        stands = f", {stands}" if "refused" in row.cells else ""
        return f"{_named(row)} {'came' if change.what == 'added' else 'is gone'}{stands}"
    told = ", ".join(_difference(name, change.before, row) for name in change.columns)
    return f"{_named(row)} changed: {told}"


def _named(row: Row) -> str:
    shape = shapes()[row.kind]
    first = shape.key[0]
    named = shape.words if row.kind == "enrollment" else f"{shape.words} {row.cells[first]}"
    day = row.cells.get("local_day")
    return f"{named} of {_day(day)}" if day else named


def _difference(name: str, before: Row, after: Row) -> str:
    if name in VALUES:
        return f"{_plain(name)} differs"
    if name in {"refused", "unsettled"}:
        was, now = _plain(before.cells[name]), _plain(after.cells[name])
        return f"{_plain(name)} was {was}, is {now}"
    return f"{_plain(name)} was {_told(name, before)}, is {_told(name, after)}"


def _told(name: str, row: Row) -> str:
    cell = row.cells[name]
    if cell is None:
        return "unknown"
    if name.endswith(("_day", "_date")) or name == "established_on":
        return _day(cell)
    if name.endswith("_at"):
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(cell))).isoformat()
    if name in {"from_s", "to_s"}:
        return (
            datetime(1970, 1, 1, tzinfo=UTC)
            + timedelta(microseconds=int(Decimal(cell) * 1_000_000))
        ).isoformat()
    return cell


def _day(number: str) -> str:
    return (EPOCH + timedelta(days=int(number))).isoformat()


def _plain(word: str | None) -> str:
    return "nothing" if word is None else word.replace("_", " ")
