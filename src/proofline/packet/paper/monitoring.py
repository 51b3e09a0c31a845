"""What was monitored: charts, the day by day log, every reading as it came, and the devices."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from proofline.packet.paper import charts, words
from proofline.packet.paper.marks import WORDS, Mark
from proofline.packet.paper.sheet import BODY, LEFT, MINOR, QUIET, RIGHT, SMALL_QUIET
from proofline.packet.paper.tables import NOT_ON_FILE, Columns, pairs, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.packet.packet import Logged, Packet, Row
    from proofline.packet.paper.sheet import Sheet


def readings(sheet: Sheet, packet: Packet) -> None:
    """Draw the readings over the days of the period."""
    if "readings" in packet.missing:
        sheet.paragraph(f"Readings of this period: {NOT_ON_FILE}.", BODY)
        return
    sheet.paragraph(
        f"Each column is one calendar day in {packet.time_zone}, the patient's own. Thresholds of"
        f" alarm: {NOT_ON_FILE}.",
        QUIET,
    )
    charts.charts(sheet, packet)


def daily_log(sheet: Sheet, packet: Packet) -> None:
    """Draw one row for each local day, then every reading in the order of its instant."""
    counted: Counter[object] = Counter()
    sent: Counter[object] = Counter()
    for one in packet.readings:  # those outside lie on days that are not shown
        sent[one.reading.day] += 1
        counted[one.reading.day] += one.standing == "counts"
    local = sum(one.standing == "counts" for one in packet.days)
    utc = sum(one.utc_counts for one in packet.days)
    differ = "" if local == utc else " The two differ; the patient's day decides."
    sheet.paragraph(
        f"{local} days count in the patient's time zone; by UTC it would be {utc}.{differ}", QUIET
    )
    _days(sheet, packet, counted, sent)
    sheet.space(4)
    for (metric, unit, device), of_key in _grouped(packet):
        sheet.need(60)
        sheet.y -= 16
        sheet.put(LEFT, f"Every reading: {words.measured(metric)}", MINOR)
        sheet.put(RIGHT, f"{unit or 'unit not on file'}, device {device}", SMALL_QUIET, right=True)
        sheet.space(3)
        table(sheet, _READING, [_reading(one) for one in of_key])
    if not packet.readings:
        sheet.paragraph(f"Readings: {NOT_ON_FILE}.", BODY)


def _days(sheet: Sheet, packet: Packet, counted: Counter[object], sent: Counter[object]) -> None:
    """Draw the days in two columns of half the page each."""
    half = (len(packet.days) + 1) // 2
    columns = Columns(
        (
            *("", "local day", "", ">sent", ">count", "UTC"),
            *("", "local day", "", ">sent", ">count", "UTC"),
        ),
        (2.4, 14, 13, 6, 7, 9) * 2,
    )
    body: list[tuple[str | Mark, ...]] = []
    for number in range(half):
        row: list[str | Mark] = []
        for one in packet.days[number::half][:2]:
            row += [
                Mark(one.standing),
                one.day.isoformat(),
                "no reading counts" if one.standing == "refused" else WORDS[one.standing],
                str(sent[one.day]),
                str(counted[one.day]),
                "counts" if one.utc_counts else "",
            ]
        body.append((*row, *[""] * (12 - len(row))))
    table(sheet, columns, body)


_READING = Columns(
    ("", "measured, patient's time", "measured, UTC", "received, UTC", "value", "came", "reading"),
    (2.4, 27, 23.5, 23.5, 10, 19, 23),
)


def _grouped(packet: Packet) -> Iterator[tuple[tuple[str, str, str], list[Logged]]]:
    found: dict[tuple[str, str, str], list[Logged]] = {}
    for one in packet.readings:
        key = (one.reading.metric, one.reading.unit or "", one.reading.device_id)
        found.setdefault(key, []).append(one)
    yield from found.items()


def _reading(one: Logged) -> tuple[str | Mark, ...]:
    told = one.reading
    came = ", ".join(filter(None, (told.entry, told.authenticity)))
    said = one.why if one.inside else f"on {told.day}, outside of the period; counted by UTC only"
    named = told.reading_id + (f"\n{said}" if said else "")
    received = (
        None if told.received_at is None else told.received_at.astimezone(one.measured_utc.tzinfo)
    )
    return (
        Mark(one.standing),
        words.at(told.measured_at),
        words.at(one.measured_utc),
        words.at(received),
        words.value(told.value, told.value_2),
        came,
        named,
    )


def devices(sheet: Sheet, packet: Packet) -> None:
    """Draw each device with its standing at the FDA and with whom it was."""
    found = packet.papers["devices"]
    if not found:
        sheet.paragraph(f"Devices: {NOT_ON_FILE}.", BODY)
    for row in found:
        sheet.need(76)
        sheet.y -= 14
        name = " ".join(filter(None, (row["manufacturer"], row["model"]))) or row["device_id"]
        sheet.put(LEFT, f"{name}, {row['kind'].replace('_', ' ')}", MINOR)
        sheet.space(2)
        pairs(sheet, _device(row, packet))


def _device(row: Row, packet: Packet) -> Iterator[tuple[str, str]]:
    basis = words.BASES.get(row["fda_basis"] or "", "")
    yield "serial number", row["serial"] or ""
    yield "UDI device identifier", row["udi_di"] or ""
    yield "standing with the FDA", basis
    yield "its paper", row["fda_reference"] or ""
    worn = [one for one in packet.papers["assignments"] if one["device_id"] == row["device_id"]]
    with_patient = [
        f"{one['from_date']} to {words.day(one['to_date']) or 'now'},"
        + (f" property of the {one['owner']}" if one["owner"] else f" owner {NOT_ON_FILE}")
        for one in worn
    ]
    yield "with the patient", "\n".join(with_patient)
    entries = Counter(
        one.reading.entry for one in packet.readings if one.reading.device_id == row["device_id"]
    )
    yield "how its readings came", ", ".join(f"{n} {entry}" for entry, n in sorted(entries.items()))
    yield "device id", row["device_id"]
