"""The short way for what nearly all lines of a bulk export are: one sound vital sign.

It decides nothing of its own. Where all that repeats has been interpreted before, only id, times
and values are left to put into rows, and that is done here in one loop, because a call costs more
than the work itself. Whatever is out of the ordinary goes the long way, `observation.Readings`;
tests hold both to the same rows.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from proofline.intake.additions import CleanRow
from proofline.intake.report import Place
from proofline.intake.sources.fhir.decoding import Unreadable
from proofline.intake.sources.fhir.observation import RESULTS
from proofline.intake.sources.fhir.once import Once
from proofline.intake.sources.fhir.primitives import HOURS, MINUTES, OFFSETS, are_ids, are_times
from proofline.intake.sources.fhir.shapes import ABSENT, Observation, Plain
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proofline.intake.report import FileReport
    from proofline.intake.sources.fhir.circumstances import Told
    from proofline.intake.sources.fhir.measured import Measured
    from proofline.intake.sources.fhir.words import Why

Row = dict[str, str]
_MOST_STYLES = 20  # of at most 13 MiB each
_Key = tuple[bytes, ...]
_Around = tuple[bytes, bytes, str, str]
"""Subject and device as sent, the offset in minutes, and the name of the frame."""

_Numbers = tuple[str, str, str, str, str]
"""The name of the frame, then value and second value, each as kept and as sent."""


class Form(Struct, frozen=True, gc=False):
    """Both rows of a reading but for its id, times and numbers, whose cells stand there already."""

    reading: Row
    provenance: Row
    notes: tuple[Why, ...]


class Style(Struct):
    """What lines with the same code, category and profile mean, by the rest that repeats.

    None is for what is not plain.
    """

    of_quantity: Once[bytes, _Numbers | None]
    of_parts: Once[bytes, _Numbers | None]
    forms: Once[_Around, Form | None]


class Short:
    """The short way through one file; `otherwise` reads what turns out not to be plain."""

    def __init__(
        self,
        told: Once[_Key, Told],
        measured: Once[_Key, Measured],
        report: FileReport,
        otherwise: Callable[[Observation, str], list[CleanRow]],
    ) -> None:
        self._told = told
        self._measured = measured
        self._report = report
        self._otherwise = otherwise
        self._styles: dict[tuple[bytes, bytes, bytes], Style] = {}

    def rows(self, lines: Sequence[Plain], first: int) -> list[CleanRow]:
        """Give the rows of lines in order, `first` being the number of the first of them."""
        named = are_ids(list(map(_ID, lines)))
        return self._named(lines, first) if named else self._all_otherwise(lines, first)

    def _named(self, lines: Sequence[Plain], first: int) -> list[CleanRow]:
        """Give the rows of lines whose ids are sound."""
        rows: list[CleanRow] = []
        file, code, category, profile, style = self._report.file, _NONE, _NONE, _NONE, None
        times: list[str] = list(map(_TIME, lines))
        arrivals = [sent.meta.last_updated or sent.issued for sent in lines]
        known = are_times([*times, *filter(None, arrivals)])
        for number, sent, at, arrived in zip(count(first), lines, times, arrivals, strict=False):
            where, meta = f"line {number}", sent.meta
            if style is None or not (
                sent.code == code and sent.category == category and meta.profile == profile
            ):
                code, category, profile = sent.code, sent.category, meta.profile
                style = self._style(code, category, profile)
            offset = OFFSETS[at[19:]]
            if sent.component is ABSENT:
                numbers = style.of_quantity[bytes(sent.value_quantity)]
            elif sent.value_quantity is ABSENT:
                numbers = style.of_parts[bytes(sent.component)]
            else:
                numbers = None
            if (
                offset is None
                or numbers is None
                or (arrived and OFFSETS[arrived[19:]] is None)
                or not (known or (_is_time(at) and (not arrived or _is_time(arrived))))
                or sent.status not in RESULTS
                or not meta.security is meta.tag is ABSENT
            ):
                rows += self._otherwise(_whole(sent), where)
                continue
            frame, value, value_2, value_sent, value_2_sent = numbers
            form = style.forms[bytes(sent.subject), bytes(sent.device), offset, frame]
            if form is None:
                rows += self._otherwise(_whole(sent), where)
                continue
            own_id = sent.id
            place = Place(file, where, f"Observation/{own_id}")
            if form.notes:
                self._tell(form.notes, place)
            row, came = form.reading.copy(), form.provenance.copy()
            row["reading_id"] = came["reading_id"] = own_id
            row["source_message_id"] = came["message_id"] = own_id
            row["measured_at"] = came["measured_sent"] = at
            row["value"], came["value_sent"] = value, value_sent
            if value_2:
                row["value_2"], came["value_2_sent"] = value_2, value_2_sent
            if arrived:
                row["received_at"] = came["received_at"] = arrived
            else:
                del row["received_at"], came["received_at"]
            came["payload_place"] = where
            rows.append(CleanRow("readings", row, place))
            rows.append(CleanRow("provenance", came, place))
        return rows

    def _all_otherwise(self, lines: Sequence[Plain], first: int) -> list[CleanRow]:
        rows: list[CleanRow] = []
        for number, sent in enumerate(lines, first):
            rows += self._otherwise(_whole(sent), f"line {number}")
        return rows

    def _tell(self, notes: tuple[Why, ...], place: Place) -> None:
        for why in notes:
            if not self._report.counted(why[0]):
                self._report.tell(trouble(place, *why))

    def _style(self, code: Raw, category: Raw, profile: Raw) -> Style:
        key = bytes(code), bytes(category), bytes(profile)
        style = self._styles.get(key)
        if style is None:
            if len(self._styles) >= _MOST_STYLES:
                self._styles.clear()
            style = self._styles[key] = Style(
                Once(partial(self._of_quantity, key[0]), 3, _NUMBERS_SIZE),
                Once(partial(self._of_parts, key[0]), 6, _NUMBERS_SIZE),
                Once(partial(self._form, key[1:]), 4),
            )
        return style

    def _of_quantity(self, code: bytes, quantity: bytes) -> _Numbers | None:
        return self._numbers((code, quantity, b""))

    def _of_parts(self, code: bytes, parts: bytes) -> _Numbers | None:
        return self._numbers((code, b"", parts))

    def _numbers(self, key: _Key) -> _Numbers | None:
        try:
            measured = self._measured[key]
        except Unreadable:
            return None
        if not measured.is_plain:
            return None
        what = measured.what[0]
        if not (what.value and what.value_sent) or bool(what.value_2) != bool(what.value_2_sent):
            return None
        frame = _FRAMES.encode((what.metric, what.unit, what.unit_sent, bool(what.value_2)))
        return intern(frame.decode()), what.value, what.value_2, what.value_sent, what.value_2_sent

    def _form(self, rest: _Key, key: _Around) -> Form | None:
        subject, device, offset, frame = key
        try:
            told = self._told[subject, device, *rest]
        except Unreadable:
            return None
        if not told.is_plain:
            return None
        metric, unit, unit_sent, is_two = _FRAME.decode(frame)
        cells = {"metric": metric, "unit": unit}
        sent = {"unit_sent": unit_sent, "offset_minutes": offset}
        return Form(
            _form(told.reading, cells, () if is_two else ("value_2",)),
            _form(told.provenance, sent, () if is_two else ("value_2_sent",)),
            told.notes,
        )


_NONE = Raw()
_ID, _TIME = attrgetter("id"), attrgetter("effective_date_time")
_NUMBERS_SIZE = 500  # bytes
_FRAMES = msgspec.json.Encoder()
_FRAME = msgspec.json.Decoder(tuple[str, str, str, bool])


def _is_time(text: str) -> bool:
    return HOURS[text[:13]] and MINUTES[text[13:19]]


def _form(template: Row, cells: Row, absent: tuple[str, ...]) -> Row:
    """Fill in cells and leave out those that stay blank."""
    blank = {*absent, *(column for column, cell in cells.items() if not cell)}
    row = template | cells
    return {column: cell for column, cell in row.items() if column not in blank}


def _whole(plain: Plain) -> Observation:
    """Give a line that turned out not to be plain the shape of all others."""
    return Observation(**{name: getattr(plain, name) for name in _SHARED})


_SHARED = tuple(name for name in Plain.__struct_fields__ if name in Observation.__struct_fields__)
