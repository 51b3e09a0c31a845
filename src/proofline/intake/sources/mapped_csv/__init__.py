"""CSV files of any sender, read by a saved mapping of their columns (--mapping).

What the columns mean, the operator says; mapping.py describes the mapping. Times without
an offset are those of the clock on the patient's wall unless the mapping gives one. How a value was
entered is unknown unless a column says it or the mapping vouches for the whole file; which of the
two it was is kept beside the reading.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from proofline.intake.measurements.bounds import bound
from proofline.intake.measurements.measurement import (
    UNSAID,
    Instrument,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.metrics import fits, ucum
from proofline.intake.measurements.moments import Moment, instant, on_the_wall
from proofline.intake.measurements.numbers import exact, with_comma
from proofline.intake.measurements.typed_words import LONGEST, noted_control, noted_typed
from proofline.intake.payloads.csv_table import Row, after, delimiter_named, rows
from proofline.intake.payloads.payload import text_of
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.mapped_csv.mapping import Mapping, Reads, mapping, places
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "CSV files of any sender, by a saved mapping of columns"
_FIRST_LINE, _MARK = 16, b"\xef\xbb\xbf"  # bytes in which a line that names the delimiter ends
ASKS = ("mapping",)

_TEST = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}


class _Line(Struct):
    """One row under its mapping; `received_at` as the row says it, once it is read."""

    mapping: Mapping
    at: dict[str, int]
    row: Row
    received_at: str = ""

    def __getitem__(self, column: str) -> str:
        """Give the cell of a column of the file; blank if the mapping names none."""
        return self.row.cells[self.at[column]] if column else ""


def decode(payload: Payload, options: Options) -> Iterator[Measurement | Trouble]:
    """Read the rows of one file.

    Errors: WrongUse if the mapping is missing or cannot be used; that is no fault of the file.
    """
    told, text = mapping(options.mapping), text_of(payload)
    if isinstance(text, Trouble):
        yield text
        return
    skip = told.lines_before_header
    header = next(rows(payload, text, told.delimiter, skip=skip), None)
    if not isinstance(header, Row):
        yield header or trouble(Place(payload.name), "empty", "")
        return
    at = places(told, header)
    if absent := sorted(told.headers() - at.keys()):
        yield trouble(Place(payload.name), "columns", "", shown(", ".join(absent)))
        return
    local_told = False
    for row in after(header, rows(payload, text, told.delimiter, skip=skip)):
        for said in [row] if isinstance(row, Trouble) else _row(_Line(told, at, row)):
            if not local_told and isinstance(said, Measurement) and _is_local(said):
                local_told = True
                yield trouble(Place(payload.name), "no_offset", told.columns.time)
            yield said


def heading(beginning: bytes, *, options: Options) -> int:
    """Say how many bytes at the beginning of a file are no rows: its header and what precedes it.

    0 if they do not end with a line there. Errors: WrongUse as for `decode`.
    """
    end = 0
    named = delimiter_named(beginning[:_FIRST_LINE].removeprefix(_MARK).decode("iso8859-1"))
    for _ in range((mapping(options.mapping).lines_before_header or len(named)) + 1):
        line_end = beginning.find(b"\n", end)
        if line_end < 0:
            return 0
        end = line_end + 1
    return end


def _is_local(said: Measurement) -> bool:
    return said.measured.clock == "patient"


def _row(line: _Line) -> Iterator[Measurement | Trouble]:
    columns, place = line.mapping.columns, line.row.place
    date = line[columns.date]
    measured = _moment(f"{date} {line[columns.time]}".strip(), line.mapping)
    device = line[columns.device] or line.mapping.constants.device
    if measured is None or not device:
        code, path = ("bad_time", columns.time) if device else ("missing", columns.device)
        yield trouble(place, code, path)
        return
    if line[columns.entry] and _entry(line).word == "unknown":
        yield trouble(place, "entry_unknown", columns.entry, "another word")
    if line[columns.test] and _test(line) is None:
        yield trouble(place, "test_unknown", columns.test)
        return
    line.received_at = _received(line)
    if line[columns.received] and not line.received_at:
        yield trouble(place, "bad_received", columns.received)
    meant = [
        one
        for one in line.mapping.reading
        if all(line[column] == word for column, word in one.when.items())
    ]
    if not meant:
        yield trouble(place, "metric_not_known", "", "What `when` does not name")
    for one in [one for one in meant if line[one.value]] or meant[:1]:
        yield _reading(line, one, measured=measured, device=device)


def _reading(line: _Line, one: Reads, *, measured: Moment, device: str) -> Measurement | Trouble:
    unit_sent = line[one.unit_column]
    unit = ucum(unit_sent or one.unit)
    if not fits(one.metric, unit):
        return trouble(line.row.place, "unit_unknown", one.unit_column, shown(unit_sent)[:16])
    values = [_quantity(line, column, unit, unit_sent) for column in (one.value, one.value_2)]
    first, second = values
    if first is None or second is None:
        return trouble(line.row.place, "bad_number", one.value if first is None else one.value_2)
    columns = line.mapping.columns
    key = line[columns.reading_id]
    test, test_said = _tested(line)
    return Measurement(
        place=line.row.place,
        key=f"{key}.{one.metric}" if key and len(line.mapping.reading) > 1 else key,
        message_id=key,
        series=Series(
            metric=one.metric,
            instrument=Instrument(device),
            patient_id=line[columns.patient] or line.mapping.constants.patient,
            entry=_entry(line),
            test=test,
            test_said=test_said,
        ),
        quantity=first,
        second=second if second.value else None,
        measured=measured,
        received_at=line.received_at,
    )


def _quantity(line: _Line, column: str, unit: str, unit_sent: str) -> Quantity | None:
    sent = line[column]
    found = bound(sent, unit)
    told, by = (found.limit, found.by) if found else (sent, "")
    if not told:
        return Quantity("", unit, sent, unit_sent, by)
    value = with_comma(told) if line.mapping.decimal == "," else exact(told)
    return None if value is None else Quantity(value, unit, sent, unit_sent, by)


def _entry(line: _Line) -> Said:
    """How a row was entered: a note that says typed outweighs column and mapping."""
    if noted_typed(_note(line)):
        return Said("manual", line.mapping.columns.note)
    if always := line.mapping.entry.always:
        return Said(always, "mapping: always")
    column = line.mapping.columns.entry
    word = line.mapping.entry_of(line[column])
    return UNSAID if word == "unknown" else Said(word, f"{column}={line[column]}")


def _note(line: _Line) -> str:
    return " ".join(line[line.mapping.columns.note][:LONGEST].split())


def _tested(line: _Line) -> tuple[bool | None, str]:
    """Whether it is a test, and by which column: a note of a control solution outweighs another."""
    columns = line.mapping.columns
    if noted_control(_note(line)):
        return True, columns.note
    test = _test(line)
    return test, "" if test is None else f"{columns.test}={str(test).lower()}"


def _test(line: _Line) -> bool | None:
    """What the column of tests says; None if it is blank, or holds a word that is not known."""
    return _TEST.get(line[line.mapping.columns.test].lower())


def _received(line: _Line) -> str:
    """When the row says that it was received; blank unless that is an instant."""
    sent = line[line.mapping.columns.received]
    moment = _moment(sent, line.mapping) if sent else None
    return "" if moment is None or moment.clock == "patient" else moment.text


def _moment(sent: str, told: Mapping) -> Moment | None:
    written = _iso(sent, told.time.format) if told.time.format else sent
    moment = instant(written) or on_the_wall(written)
    if moment and moment.clock == "patient" and told.time.offset:
        moment = instant(f"{moment.text}{told.time.offset}")
    return moment and replace(moment, sent=sent)


def _iso(sent: str, format_: str) -> str:
    try:
        return datetime.strptime(sent, format_).isoformat()  # noqa: DTZ007 - its offset comes later
    except ValueError:
        return ""
