"""LibreView: the CSV that a person exports.

Read from nine public parsers and their test files; Abbott publishes no description of the file.

* A line or two about the report come first. The header is in the language of the account: known
  are English, German, Spanish and French; of another language the columns are taken by their order
  if the fifth and sixth end in the unit of glucose.
* `Record Type` 0 is the history that the sensor kept, 1 a scan; both are the sensor's own values,
  and neither can be typed in. 2 and above are strips, ketones, insulin, food and notes.
* `Device Timestamp` is the time of reader or phone without offset, day or month first as the
  account has it. Which, the whole file decides; where it cannot, somebody has to say it.
* Rows come twice in some files, and two values of one minute are two readings: the id is made of
  all of it. `Serial Number` is that of the reader, or stands for the phone's app.
* It never says when a value reached LibreView, and whose the file is only by name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.day_order import on_the_day, orders
from proofline.intake.measurements.fields import digest_key
from proofline.intake.measurements.measurement import Instrument, Measurement, Said, Series
from proofline.intake.measurements.sensor_glucose import sensor_value
from proofline.intake.payloads.csv_table import Row, columns, exported
from proofline.intake.report import Place, Trouble
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import DateOrder, Options
    from proofline.intake.payloads.payload import Payload

TITLE = "LibreView exports (CSV)"
ASKS = ("date_order",)

_NAMES = {
    "device": ("device", "gerät", "dispositivo", "appareil"),
    "serial": (
        "serial number",
        "seriennummer",
        "número de serial",
        "número de serie",
        "numéro de série",
    ),
    "time": (
        "device timestamp",
        "gerätezeitstempel",
        "sello de tiempo del dispositivo",
        "horodatage de l'appareil",
    ),
    "type": ("record type", "aufzeichnungstyp", "tipo de registro", "type d'enregistrement"),
}
_GLUCOSE = {
    "0": (
        "historic glucose",
        "glukosewert-verlauf",
        "historial de glucosa",
        "historique de la glycémie",
    ),
    "1": (
        "scan glucose",
        "glukose-scan",
        "escaneo de glucosa",
        "numérisation de la glycémie",
        "scan de glycémie",
    ),
}
_UNITS = ("mg/dL", "mmol/L")
_COLUMNS = {name: called for called, names in _NAMES.items() for name in names} | {
    f"{name} {unit.lower()}": f"{called} {unit}"
    for called, names in _GLUCOSE.items()
    for name in names
    for unit in _UNITS
}
_ORDER = ("device", "serial", "time", "type", "0", "1")
_ENTRY = {kind: Said("automatic", f"Record Type={kind}") for kind in _GLUCOSE}
_OTHER = {"2": "strip glucose", "3": "ketones", "4": "insulin", "5": "food"}


class _Layout(Struct):
    """Where in a row what stands, the unit of its glucose, and how it writes days."""

    at: dict[str, int]
    unit: str
    order: DateOrder = ""


def decode(payload: Payload, options: Options) -> Iterator[Measurement | Trouble]:
    """Read the sensor's values of one export."""
    found = exported(payload, _layout, "Device Timestamp, Record Type or Historic Glucose")
    if isinstance(found, Trouble):
        yield found
        return
    (layout, below), file = found, Place(payload.name)
    order = _order(layout, below(), options, file)
    if isinstance(order, Trouble):
        yield order
        return
    layout.order = order
    yield from _read(layout, below(), file)


def _layout(header: Row) -> _Layout | None:
    return _by_name(header) or _by_order(header)


def _by_name(header: Row) -> _Layout | None:
    found = columns(header, _COLUMNS)
    units = [unit for unit in _UNITS if f"0 {unit}" in found]
    if len(units) != 1 or "time" not in found or "type" not in found:
        return None
    at = {called.removesuffix(f" {units[0]}"): index for called, index in found.items()}
    return _Layout(at, units[0])


def _by_order(header: Row) -> _Layout | None:
    if len(header.cells) < len(_ORDER):
        return None
    historic, scan = header.cells[4].lower(), header.cells[5].lower()
    for unit in _UNITS:
        if historic.endswith(f" {unit.lower()}") and scan.endswith(f" {unit.lower()}"):
            return _Layout({called: index for index, called in enumerate(_ORDER)}, unit)
    return None


def _order(
    layout: _Layout, below: Iterator[Row | Trouble], options: Options, file: Place
) -> DateOrder | Trouble:
    at = layout.at["time"]
    possible = orders(row.cells[at] for row in below if isinstance(row, Row))
    if not possible:
        return trouble(file, "date_orders_mixed", "Device Timestamp")
    if options.date_order and options.date_order not in possible:
        return trouble(
            file, "date_order_differs", "Device Timestamp", " or ".join(sorted(possible))
        )
    if options.date_order:
        return options.date_order
    if "ymd" in possible:  # also where there is no day at all
        return "ymd"
    return possible.pop() if len(possible) == 1 else trouble(file, "ambiguous_date", "")


def _read(
    layout: _Layout, below: Iterator[Row | Trouble], file: Place
) -> Iterator[Measurement | Trouble]:
    others: Counter[str] = Counter()
    offset_told = False
    for row in below:
        if isinstance(row, Trouble):
            yield row
            continue
        kind = row.cells[layout.at["type"]]
        if kind not in _GLUCOSE:
            others[_OTHER.get(kind, "another Record Type")] += 1
            continue
        if not offset_told:
            offset_told = True
            yield trouble(file, "no_offset", "Device Timestamp")
        yield from _value(layout, row, kind)
    for kind, count in sorted(others.items()):
        yield trouble(file, "metric_not_known", "Record Type", f"{kind} ({count} rows)")


def _value(layout: _Layout, row: Row, kind: str) -> Iterator[Measurement | Trouble]:
    cell = {called: row.cells[index] for called, index in layout.at.items()}
    measured = on_the_day(cell["time"], layout.order)
    sent = cell.get(kind, "")
    quantity = sensor_value(sent, layout.unit)
    if measured is None or quantity is None:
        code, path = ("bad_number", "Glucose") if measured else ("bad_time", "Device Timestamp")
        yield trouble(row.place, code, path)
        return
    serial = cell.get("serial", "")
    yield Measurement(
        place=row.place,
        key=digest_key(serial, cell["time"], kind, sent),
        series=Series(
            metric=metrics.GLUCOSE_SENSOR[layout.unit],
            instrument=Instrument(serial, serial=serial, model=cell.get("device", "")),
            entry=_ENTRY[kind],
        ),
        quantity=quantity,
        measured=measured,
    )
