"""The short way for what nearly all lines of a bulk export are: one sound vital sign.

It decides nothing of its own. Where all that repeats has been interpreted before, only id, times
and values are left to put into rows. That is done here for some hundred lines at a time, a column
after the other and then in one loop, because a call costs more than the work itself. Whatever is
out of the ordinary goes the long way, `observation.Readings`; tests hold both to the same rows.

Members that are `null` are out of the ordinary too. They are looked for in what was not interpreted
before, for to look through every line costs as much as a third of decoding it.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from operator import attrgetter, itemgetter
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Raw, Struct

from proofline.intake.additions import CleanRow
from proofline.intake.measurements.once import Once
from proofline.intake.report import Place
from proofline.intake.sources.fhir.decoding import Unreadable
from proofline.intake.sources.fhir.nulls import NULL
from proofline.intake.sources.fhir.numerals import Numbers, Numerals
from proofline.intake.sources.fhir.observation import FINAL
from proofline.intake.sources.fhir.primitives import HOURS, MINUTES, OFFSETS, are_ids, are_times
from proofline.intake.sources.fhir.shapes import ABSENT, Observation, Plain
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proofline.intake.report import FileReport
    from proofline.intake.sources.fhir.circumstances import Told
    from proofline.intake.sources.fhir.measured import Measured
    from proofline.intake.sources.fhir.texts import Block, Text
    from proofline.intake.sources.fhir.words import Why

Row = dict[str, str]
_MOST_STYLES = 20  # of at most 13 MiB each
_Key = tuple[bytes, ...]
_Around = tuple[bytes, str, str]
"""Subject and device as sent, the offset in minutes, and the name of the frame."""
_JOINED, _BETWEEN = b"\0".join, b"\0"
"""Two members as one key, which is quicker to make and to look up. No JSON text has a NUL in it, so
it can be parted again."""


class Form(NamedTuple):
    """Both rows of a reading but for its id, times and numbers, whose cells stand there already."""

    reading: Row
    provenance: Row
    notes: tuple[Why, ...]


class Style(Struct):
    """What lines with the same code, category and profile mean, by the rest that repeats.

    None is for what is not plain.
    """

    numbers: Once[bytes, Numbers | None]
    forms: Once[_Around, Form | None]


class Short:
    """The short way through one file; `otherwise` reads what turns out not to be plain.

    A line with a member that is null it gets as text: what stood in that member before may count.
    """

    def __init__(
        self,
        told: Once[_Key, Told],
        measured: Once[_Key, Measured],
        report: FileReport,
        otherwise: Callable[[Observation | Text, str], list[CleanRow]],
    ) -> None:
        self._told = told
        self._measured = measured
        self._report = report
        self._otherwise = otherwise
        self._styles: dict[tuple[bytes, bytes, bytes], Style] = {}

    def rows(self, lines: Sequence[Plain], block: Block) -> list[CleanRow]:
        """Give the rows of the lines of a block in order."""
        ids: list[str] = list(map(_ID, lines))
        texts = _Texts(block)
        if not are_ids(ids):
            return self._all_otherwise(lines, texts)
        times: list[str] = list(map(_TIME, lines))
        arrivals = [sent.meta.last_updated or sent.issued for sent in lines]
        numbers, forms = self._repeated(lines, times, arrivals)
        rows: list[CleanRow] = []
        file = self._report.file
        for number, own_id, at, arrived, told, form in zip(
            count(block.first), ids, times, arrivals, numbers, forms, strict=False
        ):
            where = f"line {number}"
            if form is None or told is None:
                at_line = number - block.first
                rows += self._otherwise(_whole(lines[at_line], at_line, texts), where)
                continue
            place = Place(file, where, f"Observation/{own_id}")
            reading, provenance, doubts = form
            _, _, value, value_2, value_sent, value_2_sent, notes = told
            if notes or doubts:
                self._tell(notes + doubts, place)
            row, came = reading.copy(), provenance.copy()
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
            rows += (CleanRow("readings", row, place), CleanRow("provenance", came, place))
        return rows

    def _repeated(
        self, lines: Sequence[Plain], times: list[str], arrivals: list[str]
    ) -> tuple[list[Numbers | None], list[Form | None]]:
        """Look up all that repeats, a column at a time; None stands for what is not plain."""
        styles = self._styles_of(lines)
        offsets = map(_OFFSET, map(_REST, times))
        numbers = [
            style.numbers[_JOINED((sent.value_quantity, sent.component))]
            for sent, style in zip(lines, styles, strict=True)
        ]
        forms = [
            None
            if told is None or offset is None
            else style.forms[_JOINED((sent.subject, sent.device)), offset, told.frame]
            for sent, style, told, offset in zip(lines, styles, numbers, offsets, strict=True)
        ]
        if not _are_sound(lines, times, arrivals):
            forms = [
                form if _are_sound([sent], [at], [arrived]) else None
                for sent, at, arrived, form in zip(lines, times, arrivals, forms, strict=True)
            ]
        return numbers, forms

    def _all_otherwise(self, lines: Sequence[Plain], texts: _Texts) -> list[CleanRow]:
        rows: list[CleanRow] = []
        for number, sent in enumerate(lines):
            where = f"line {texts.block.first + number}"
            rows += self._otherwise(_whole(sent, number, texts), where)
        return rows

    def _tell(self, notes: tuple[Why, ...], place: Place) -> None:
        for why in notes:
            if not self._report.counted(why[0]):
                self._report.tell(trouble(place, *why))

    def _styles_of(self, lines: Sequence[Plain]) -> list[Style]:
        """Give the style of each line; most often they are all of one."""
        first = lines[0]
        code, category, profile = first.code, first.category, first.meta.profile
        if all(
            sent.code == code and sent.category == category and sent.meta.profile == profile
            for sent in lines
        ):
            return [self._style(code, category, profile)] * len(lines)
        return [self._style(sent.code, sent.category, sent.meta.profile) for sent in lines]

    def _style(self, code: Raw, category: Raw, profile: Raw) -> Style:
        key = bytes(code), bytes(category), bytes(profile)
        style = self._styles.get(key)
        if style is None:
            if len(self._styles) >= _MOST_STYLES:
                self._styles.clear()
            style = self._styles[key] = Style(
                Once(Numerals(partial(self._numbers, key[0])), 9, _NUMBERS_SIZE),
                Once(partial(self._form, key[1:]), 4),
            )
        return style

    def _numbers(self, code: bytes, sent: bytes) -> Numbers | None:
        quantity, parts = sent.split(_BETWEEN)
        if (quantity and parts) or NULL in code or NULL in sent:
            return None
        try:
            measured = self._measured[code, quantity, parts]
        except Unreadable:
            return None
        if len(measured.what) != 1 or measured.what[0].part or measured.what[0].by_hand:
            return None
        what = measured.what[0]
        if not (what.value and what.value_sent) or bool(what.value_2) != bool(what.value_2_sent):
            return None
        frame = _FRAMES.encode((what.metric, what.unit, what.unit_sent, bool(what.value_2)))
        values = (what.value, what.value_2, what.value_sent, what.value_2_sent)
        return Numbers(intern(frame.decode()), what.unit, *values, measured.notes)

    def _form(self, rest: _Key, key: _Around) -> Form | None:
        around, offset, frame = key
        if any(NULL in one for one in (around, *rest)):
            return None
        subject, device = around.split(_BETWEEN)
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


_ID, _TIME, _STATUS = map(attrgetter, ("id", "effective_date_time", "status"))
_REST, _OFFSET = itemgetter(slice(19, None)), OFFSETS.__getitem__
_NUMBERS_SIZE = 500  # bytes
_FRAMES = msgspec.json.Encoder()
_FRAME = msgspec.json.Decoder(tuple[str, str, str, bool])


def _are_sound(lines: Sequence[Plain], times: list[str], arrivals: list[str]) -> bool:
    """Whether all of these are final with times that stand, and none bears a label."""
    known = list(filter(None, arrivals))
    return (
        None not in map(_OFFSET, map(_REST, known))
        and FINAL.issuperset(map(_STATUS, lines))
        and all(sent.meta.security is sent.meta.tag is ABSENT for sent in lines)
        and (are_times([*times, *known]) or all(map(_is_time, [*times, *known])))
    )


def _is_time(text: str) -> bool:
    return HOURS[text[:13]] and MINUTES[text[13:19]]


def _form(template: Row, cells: Row, absent: tuple[str, ...]) -> Row:
    """Fill in cells and leave out those that stay blank."""
    blank = {*absent, *(column for column, cell in cells.items() if not cell)}
    row = template | cells
    return {column: cell for column, cell in row.items() if column not in blank}


class _Texts:
    """The lines of a block one by one, parted when the first of them is asked for."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._texts: list[Text] = []

    def __getitem__(self, number: int) -> Text:
        """Give one by its place in the block."""
        self._texts = self._texts or list(self.block.texts())
        return self._texts[number]


def _whole(plain: Plain, number: int, texts: _Texts) -> Observation | Text:
    """Give a line that turned out not to be plain the shape of all others, or as it was sent."""
    fields = {name: getattr(plain, name) for name in _SHARED}
    meta = plain.meta
    sent = [*fields.values(), meta.profile, meta.security, meta.tag]
    if any(isinstance(one, Raw) and NULL in bytes(one) for one in sent):
        return texts[number]
    return Observation(**fields)


_SHARED = tuple(name for name in Plain.__struct_fields__ if name in Observation.__struct_fields__)
