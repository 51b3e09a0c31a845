"""Dexcom Clarity: the CSV that a person exports.

Read from twelve public parsers; Dexcom publishes no description of the file.

* The header is in the language of the account, its columns always in one order, so any language
  is read. What a value of the sensor is called is known in English, German and Spanish only; a file
  with values under other words alone is refused, since those of a calibration have values too.
* The first rows after the header tell of the patient and the device and carry no time; what they
  hold of the patient is not read. Only rows of Event Type `EGV` (`EGW`, `Niveles estimados de
  glucosa`) are values of the sensor.
* Times are those of the display on the patient, without offset, and in autumn an hour comes twice.
  `Transmitter Time` counts the transmitter's own seconds, so with its id it tells a value from
  every other; `Index` is only the number of the row.
* `Low` and `High` stand for what is beyond the sensor's range; the unit stands in the header.
* `Source Device ID` names the kind of display (`iPhone G6`), not the instrument.
* It never says when a value reached Dexcom, and whose the file is only by name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import digest_key
from proofline.intake.measurements.measurement import Instrument, Measurement, Said, Series
from proofline.intake.measurements.moments import Moment, on_the_wall
from proofline.intake.measurements.sensor_glucose import sensor_value
from proofline.intake.payloads.csv_table import Row, columns, exported
from proofline.intake.report import Place, Trouble
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Dexcom Clarity exports (CSV)"

_COLUMNS = {
    "timestamp (yyyy-mm-ddthh:mm:ss)": "time",
    "timestamp (yyyy-mm-dd hh:mm:ss)": "time with a blank",  # as other readers test it
    "timestamp": "time",
    "event type": "event",
    "glucose value (mg/dl)": "mg/dL",
    "glucose value (mmol/l)": "mmol/L",
    "transmitter time (long integer)": "ticks",
    "transmitter id": "transmitter",
}
_UNITS = ("mg/dL", "mmol/L")
_EVENTS = frozenset({"Calibration", "Insulin", "Carbs", "Exercise", "Health", "Notes", "Alert"})
_OF_SENSOR = ("EGV", "EGW", "Niveles estimados de glucosa")
_ENTRY = {event: Said("automatic", f"Event Type={event}") for event in _OF_SENSOR}
_ORDER = {"time": 1, "event": 2}
_ORDER_AT_END = {"ticks": 12, "transmitter": 13}
_GLUCOSE_AT, _TIME_ENDS = 7, "thh:mm:ss)"
_NEEDED = "Timestamp (YYYY-MM-DDThh:mm:ss), Event Type, Glucose Value (mg/dL or mmol/L)"
_HOUR_AT, _WHOLE_HOUR = 11, 8  # where the hour stands, and how long a time with both its digits is


class _Layout(Struct):
    """Where in a row what stands, and the unit of its values.

    `spaced`: its times have a blank for the T, and are those of a file that has the T.
    """

    at: dict[str, int]
    unit: str
    spaced: bool = False

    def cell(self, row: Row, name: str) -> str:
        """Give a cell; blank if the file has no such column."""
        return row.cells[self.at[name]] if name in self.at else ""


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the sensor's values of one export."""
    found = exported(payload, _layout, _NEEDED)
    if isinstance(found, Trouble):
        is_columns = found.code == "columns"
        yield trouble(found.place, "no_header", "", _NEEDED) if is_columns else found
        return
    layout, below = found
    yield from _read(layout, below(), Place(payload.name))


def _layout(header: Row) -> _Layout | None:
    found = columns(header, _COLUMNS)
    units = [unit for unit in _UNITS if unit in found]
    spaced = "time" not in found and "time with a blank" in found
    if spaced:
        found["time"] = found["time with a blank"]
    if len(units) != 1 or "time" not in found or "event" not in found:
        return _by_order(header)
    return _Layout(found, units[0], spaced)


def _by_order(header: Row) -> _Layout | None:
    """Find the columns of a header in another language, which we know by where they stand."""
    cells = [cell.lower() for cell in header.cells]
    if len(cells) <= _GLUCOSE_AT:
        return None
    ends = [unit for unit in _UNITS if cells[_GLUCOSE_AT].endswith(f"({unit.lower()})")]
    if not ends or not cells[_ORDER["time"]].endswith(_TIME_ENDS):
        return None
    rest = _ORDER_AT_END if len(cells) > max(_ORDER_AT_END.values()) else {}
    return _Layout({**_ORDER, **rest, ends[0]: _GLUCOSE_AT}, ends[0])


def _read(
    layout: _Layout, below: Iterator[Row | Trouble], file: Place
) -> Iterator[Measurement | Trouble]:
    others: Counter[str] = Counter()
    offset_told, not_known = False, 0
    for row in below:
        if isinstance(row, Trouble):
            yield row
        elif layout.cell(row, "event") in _ENTRY:
            if not offset_told:
                offset_told = True
                yield trouble(file, "no_offset", "Timestamp")
            yield from _value(layout, row)
        elif layout.cell(row, "time"):
            event = layout.cell(row, "event")
            not_known += event not in _EVENTS and layout.cell(row, layout.unit) != ""
            others[event if event in _EVENTS else "another kind"] += 1
    if not_known and not offset_told:  # else its words are those of a language we know
        yield trouble(file, "event_not_known", "Event Type", str(not_known))
    for event, count in sorted(others.items()):
        yield trouble(file, "not_a_reading", "Event Type", f"{event} ({count} rows)")


def _value(layout: _Layout, row: Row) -> Iterator[Measurement | Trouble]:
    measured = _moment(layout.cell(row, "time"), spaced=layout.spaced)
    if measured is None:
        yield trouble(row.place, "bad_time", "Timestamp")
        return
    sent = layout.cell(row, layout.unit)
    quantity = sensor_value(sent, layout.unit)
    if quantity is None:
        yield trouble(row.place, "bad_number", "Glucose Value")
        return
    yield Measurement(
        place=row.place,
        key=_key(layout, row),
        series=Series(
            metric=metrics.GLUCOSE_SENSOR[layout.unit],
            instrument=Instrument(layout.cell(row, "transmitter"), manufacturer="Dexcom"),
            entry=_ENTRY[layout.cell(row, "event")],
        ),
        quantity=quantity,
        measured=measured,
    )


def _moment(sent: str, *, spaced: bool) -> Moment | None:
    """Read a time; spreadsheets take the first zero of the hour away.

    A reading without ticks is known by its time as sent: where it is `spaced`, by the time as
    Clarity writes it, so that it is one with the same reading of another export.
    """
    short = len(sent) - _HOUR_AT == _WHOLE_HOUR - 1
    moment = on_the_wall(f"{sent[:_HOUR_AT]}0{sent[_HOUR_AT:]}" if short else sent)
    return moment and Moment(moment.text, moment.text if spaced else sent, moment.clock)


def _key(layout: _Layout, row: Row) -> str:
    ticks, transmitter = layout.cell(row, "ticks"), layout.cell(row, "transmitter")
    return digest_key(transmitter, ticks) if ticks.isdecimal() and transmitter else ""
