"""Kept decisions against what comes out now: the same bytes, or which field says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.decide.records.record import Record, sheets

if TYPE_CHECKING:
    from proofline.decide.records.keeping import Head, Leaf
    from proofline.decide.records.sheet import Sheet
    from proofline.decide.run import Run


@dataclass(frozen=True, slots=True)
class Field:
    """One place in which two forms of a thing differ, such as `findings.signed_off.status`."""

    name: str
    kept: object
    now: object


@dataclass(frozen=True, slots=True)
class Replayed:
    """A kept decision beside the one that comes out now, with their sheets; None where none is.

    The one of now has the setting of the kept ones: whether another edition says the same is what
    is asked. `same` says that they are the same bytes.
    """

    kept: Record | None
    now: Record | None
    kept_sheet: Sheet | None
    now_sheet: Sheet | None
    same: bool

    @property
    def record(self) -> Record:
        """Give the kept record, else the one that is new."""
        record = self.kept or self.now
        assert record is not None
        return record


def replayed(leaves: Iterable[Leaf], run: Run, head: Head) -> Iterator[Replayed]:
    """Put every kept record beside what the run decides, which must have been laid out.

    Both sides stand in the order of patient and program; one patient of each is in memory.
    """
    for leaf, sheet, records in _side_by_side(leaves, run, head):
        kept = _by_key(leaf.records if leaf else ())
        lines = dict(zip(kept, leaf.contents if leaf else (), strict=True))
        facts = leaf.sheet if leaf else None
        now = _by_key(records)
        for key in dict.fromkeys((*kept, *now)):
            again = now.get(key)
            same = again is not None and again.content == lines.get(key)
            yield Replayed(kept.get(key), again, facts, sheet, same)


def _by_key(records: Iterable[Record]) -> dict[tuple[object, ...], Record]:
    """Tell records apart by their keys, and by their order where one comes twice."""
    found: dict[tuple[object, ...], Record] = {}
    for record in records:
        place = 0
        while (*record.key, place) in found:
            place += 1
        found[*record.key, place] = record
    return found


def differences(one: Replayed) -> Iterator[Field]:
    """Name every field in which a kept record and the one of now differ; at least one."""
    if one.kept is None or one.now is None:
        yield Field("decision", "none" if one.kept is None else "kept", _there(one.now))
        return
    found = [
        *_between(one.kept.setting.written(), one.now.setting.written(), "setting"),
        *_between(one.kept.decision, one.now.decision, ""),
        *_facts(one),
    ]
    if one.kept.sheet != one.now.sheet and not found:
        found.append(Field("sheet", one.kept.sheet, one.now.sheet))
    yield from found or [Field("bytes", "other bytes", "canonical JSON")]


def _there(record: Record | None) -> str:
    return "none" if record is None else "decided"


def _facts(one: Replayed) -> Iterator[Field]:
    """Compare the facts of the line on both sheets, those printed and those not."""
    assert one.kept is not None
    assert one.now is not None
    if one.kept_sheet is None or one.now_sheet is None or one.kept_sheet == one.now_sheet:
        return
    if one.kept.line < len(one.kept_sheet.lines):
        kept, now = one.kept_sheet.facts(one.kept.line), one.now_sheet.facts(one.now.line)
        yield from _between(kept, now, "fact")


def _between(kept: object, now: object, name: str) -> Iterator[Field]:
    """Yield the fields in which two JSON values differ; findings are named by requirement."""
    if isinstance(kept, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*kept, *now)):
            inner = f"{name}.{key}" if name else str(key)
            yield from _between(kept.get(key), now.get(key), inner)
    elif name == "findings" and isinstance(kept, Sequence) and isinstance(now, Sequence):
        yield from _between(_by_requirement(kept), _by_requirement(now), name)
    elif kept != now or type(kept) is not type(now):
        yield Field(name, kept, now)


def _by_requirement(found: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """Name findings by requirement; one that comes twice (on both clocks) by its place too."""
    named: dict[str, object] = {}
    for finding in found:
        name = str(finding["requirement"])
        named[name if name not in named else f"{name} (month)"] = finding
    return named


def _side_by_side(
    leaves: Iterable[Leaf], run: Run, head: Head
) -> Iterator[tuple[Leaf | None, Sheet | None, list[Record]]]:
    """Walk both sides by patient and program, which is the order of both."""
    kept = iter(leaves)
    leaf = next(kept, None)
    for sheet, decided in sheets(run, head.columns):
        records = [
            Record(head.setting, sheet.digest, place, {**row, "engine": head.setting.engine})
            for place, row in decided
        ]
        while leaf is not None and _whose(leaf.sheet) < _whose(sheet):
            yield leaf, None, []
            leaf = next(kept, None)
        if leaf is not None and _whose(leaf.sheet) == _whose(sheet):
            yield leaf, sheet, records
            leaf = next(kept, None)
        else:
            yield None, sheet, records
    while leaf is not None:
        yield leaf, None, []
        leaf = next(kept, None)


def _whose(sheet: Sheet) -> tuple[bytes, bytes]:
    return sheet.patient_id.encode(), sheet.program.encode()
