"""The short way for what nearly all lines of a bulk export are: one sound vital sign.

It decides nothing of its own. Where all that repeats has been interpreted before, only id, times
and values are left to put into rows, and that is done here in one loop, because a call costs more
than the work itself. Whatever is out of the ordinary goes the long way, `observation.Readings`;
tests hold both to the same rows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Raw, Struct

from proofline.intake.additions import CleanRow
from proofline.intake.report import Place
from proofline.intake.sources.fhir.decoding import Unreadable
from proofline.intake.sources.fhir.observation import RESULTS
from proofline.intake.sources.fhir.once import Once
from proofline.intake.sources.fhir.primitives import CLOCKS, DAYS, RESTS, is_id
from proofline.intake.sources.fhir.shapes import ABSENT, Observation, Plain
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from proofline.intake.report import FileReport
    from proofline.intake.sources.fhir.circumstances import Told
    from proofline.intake.sources.fhir.measured import Measured, What

_MOST_STYLES = 20  # of at most 10 MiB each
_Key = tuple[bytes, ...]


class Style(Struct):
    """What lines with the same code, category and profile mean, by the rest that repeats."""

    told: Once[_Key, Told]
    measured: Once[_Key, Measured]


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

    def rows(self, lines: Iterable[Plain], first: int) -> Iterator[CleanRow]:
        """Give the rows of lines in order, `first` being the number of the first of them."""
        file, code, category, profile, style = self._report.file, _NONE, _NONE, _NONE, None
        for number, sent in enumerate(lines, first):
            where, meta, at = f"line {number}", sent.meta, sent.effective_date_time
            if style is None or not (
                sent.code == code and sent.category == category and meta.profile == profile
            ):
                code, category, profile = sent.code, sent.category, meta.profile
                style = self._style(code, category, profile)
            arrived = meta.last_updated or sent.issued
            rest, arrived_rest = RESTS[at[19:]], RESTS[arrived[19:]]
            try:
                told = style.told[bytes(sent.subject), bytes(sent.device)]
                measured = style.measured[bytes(sent.value_quantity), bytes(sent.component)]
            except Unreadable:
                yield from self._otherwise(_whole(sent), where)
                continue
            if (
                not (told.is_plain and measured.is_plain)
                or rest is None
                or rest[0]
                or (arrived and (arrived_rest is None or arrived_rest[0] or not _is_time(arrived)))
                or not (DAYS[at[:10]] and CLOCKS[at[10:19]] and _is_sound(sent))
            ):
                yield from self._otherwise(_whole(sent), where)
                continue
            own_id = sent.id
            place = Place(file, where, f"Observation/{own_id}")
            for why in told.notes:
                self._report.tell(trouble(place, *why))
            row, came = told.reading.copy(), told.provenance.copy()
            _fill(row, came, measured.what[0], (own_id, at, arrived))
            came["payload_place"] = where
            if rest[1]:
                came["offset_minutes"] = rest[1]
            else:
                del came["offset_minutes"]
            yield CleanRow("readings", row, place)
            yield CleanRow("provenance", came, place)

    def _style(self, code: Raw, category: Raw, profile: Raw) -> Style:
        key = bytes(code), bytes(category), bytes(profile)
        style = self._styles.get(key)
        if style is None:
            if len(self._styles) >= _MOST_STYLES:
                self._styles.clear()
            told = partial(_before, self._told, key[1:])
            measured = partial(_after, self._measured, key[:1])
            style = self._styles[key] = Style(Once(told, 4), Once(measured, 6))
        return style


_NONE = Raw()


def _before(told: Once[_Key, Told], rest: _Key, pair: _Key) -> Told:
    return told[pair + rest]


def _after(all_: Once[_Key, Measured], code: _Key, pair: _Key) -> Measured:
    return all_[code + pair]


def _fill(
    row: dict[str, str], came: dict[str, str], what: What, names: tuple[str, str, str]
) -> None:
    own_id, at, arrived = names
    row["reading_id"] = came["reading_id"] = own_id
    row["source_message_id"] = came["message_id"] = own_id
    row["metric"] = what.metric
    row["value"] = what.value
    row["value_2"] = what.value_2
    row["unit"] = what.unit
    row["measured_at"] = came["measured_sent"] = at
    came["value_sent"] = what.value_sent
    came["value_2_sent"] = what.value_2_sent
    came["unit_sent"] = what.unit_sent
    if arrived:
        row["received_at"] = came["received_at"] = arrived
    else:
        del row["received_at"], came["received_at"]
    for column in what.blank:
        del row[column]
    for column in what.blank_sent:
        del came[column]


def _is_time(text: str) -> bool:
    return DAYS[text[:10]] and CLOCKS[text[10:19]]


def _is_sound(sent: Plain) -> bool:
    return (
        sent.status in RESULTS
        and sent.resource_type == "Observation"
        and sent.meta.security is sent.meta.tag is ABSENT
        and is_id(sent.id)
    )


def _whole(plain: Plain) -> Observation:
    """Give a line that turned out not to be plain the shape of all others."""
    return Observation(**{name: getattr(plain, name) for name in _SHARED})


_SHARED = tuple(name for name in Plain.__struct_fields__ if name in Observation.__struct_fields__)
