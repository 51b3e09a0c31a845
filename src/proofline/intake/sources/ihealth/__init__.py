"""iHealth: the lists of its open interface v2 (blood pressure, glucose, oxygen, weight).

Read from iHealth's public pages, from Open mHealth's reader and its test files, and from one
client whose example has the same moment in both forms.

* `MDate` is no instant: it counts the seconds of the local clock as if it stood at UTC, and
  `TimeZone` (`-0800`, also as a number, or `time_zone` with a colon) is that clock's offset.
  `LastChangeTime` is UTC, and says when this version reached iHealth.
* `DataSource` is `FromDevice` or `Manual`; a `Note` that says that it was typed in outweighs it.
* The unit is a number for the whole list, as the account has it: 0 and 1 are mmHg and kPa, mg/dL
  and mmol/L, kg and lb; a weight in stone (2) is not taken. Oxygen is in percent.
* A zero is what was not measured. Times are taken as text too.
* It never names the instrument; the user only where the list is of several (`UserID`). Some client
  reads `userid`; it is not taken, for readings that are known already would be another's.
* A notification (`CollectionType` and the time of what is new) carries no reading. What is pushed
  whole has its time as `MeasureTime`, of which nobody says on which clock; it is not taken.
* The pulse beside a pressure or an oxygen saturation is part of it. Not used: `BPL`, `IsArr`, meals
  and drugs, body composition and place.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec import Raw, Struct
from msgspec.structs import replace

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import NULL, as_sent, is_blank, quantity, text
from proofline.intake.measurements.measurement import (
    UNSAID,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.moments import Clock, Moment, at_offset, since_1970
from proofline.intake.measurements.once import Once
from proofline.intake.measurements.typed_words import note_says_typed
from proofline.intake.payloads.payload import Document, Shape, documents, read_each, read_entries
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.ihealth.shapes import Entry, Page
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "iHealth lists of measurements (JSON)"

_ENTRY: dict[str, tuple[Said, Clock]] = {
    "FromDevice": (Said("automatic", "DataSource=FromDevice"), "device"),
    "Manual": (Said("manual", "DataSource=Manual"), "unknown"),
}
_UNKNOWN: tuple[Said, Clock] = (UNSAID, "unknown")
_NOTED: tuple[Said, Clock] = (Said("manual", "Note"), "unknown")
_HOUR_DIGITS, _CLOCK_DIGITS = 2, 4


class _List(Struct, frozen=True):
    """What a list holds: its field of the value, and a LOINC code and unit for each unit sent."""

    value: str
    units: dict[str, tuple[str, str]]
    unit_in: str = ""


_LISTS = {
    "BPDataList": _List(
        "HP",
        {"0": (metrics.BLOOD_PRESSURE, "mm[Hg]"), "1": (metrics.BLOOD_PRESSURE, "kPa")},
        "BPUnit",
    ),
    "BGDataList": _List(
        "BG",
        {
            "0": (metrics.GLUCOSE_CAPILLARY["mg/dL"], "mg/dL"),
            "1": (metrics.GLUCOSE_CAPILLARY["mmol/L"], "mmol/L"),
        },
        "BGUnit",
    ),
    "BODataList": _List("BO", {"": (metrics.OXYGEN_SATURATION, "%")}),
    "WeightDataList": _List(
        "WeightValue", {"0": (metrics.WEIGHT, "kg"), "1": (metrics.WEIGHT, "[lb_av]")}, "WeightUnit"
    ),
}
# activity, sleep, food, sport and temperature
_OTHER_LISTS = (
    *("ARDataList", "SRDataList", "FoodDataList", "TDataList"),
    *("SportDataList", "SPORTDataList"),  # the second in what iHealth answered Open mHealth
)
_ALL_LISTS = (*_LISTS, *_OTHER_LISTS)
SHAPES: tuple[type[Struct], ...] = (Page, Entry)
_PAGE = Shape(Page)
_SHAPE = Shape(Entry, strict=False)


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the lists of one page, or of one on each line."""
    return read_each(documents(payload), _PAGE, _page)


def _page(page: Page, place: Place) -> Iterator[Measurement | Trouble]:
    lists = {name: raw for name in _ALL_LISTS if not is_blank(raw := getattr(page, name))}
    if code := as_sent(page.ErrorCode):
        yield trouble(place, "vendor_error", "ErrorCode", shown(code)[:8])
    elif not lists and page.CollectionType:
        yield _unasked(page, page.CollectionType, place)
    elif not lists:
        yield trouble(place, "not_as_documented", "", "none of its lists is in it")
    if page.NextPageUrl:
        yield trouble(place, "more_pages", "NextPageUrl")
    for name, raw in lists.items():
        if name in _LISTS:
            unit = as_sent(getattr(page, _LISTS[name].unit_in)) if _LISTS[name].unit_in else ""
            told = partial(_entry, known=_LISTS[name], unit_sent=unit)
            if not (yield from read_entries(Document(place, raw), name, _SHAPE, told)):
                yield trouble(place, "nothing_there", name)
        else:
            yield trouble(place, "metric_not_known", name, name)


def _unasked(page: Page, kind: str, place: Place) -> Trouble:
    if is_blank(page.Data):
        return trouble(place, "notification", "CollectionType", shown(kind))
    return trouble(place, "metric_not_known", "Data", f"What is pushed ({shown(kind)})")


def _entry(
    entry: Entry, place: Place, *, known: _List, unit_sent: str
) -> list[Measurement | Trouble]:
    if unit_sent not in known.units:
        return [trouble(place, "unit_unknown", known.unit_in, shown(unit_sent)[:8])]
    metric, unit = known.units[unit_sent]
    said = f"{known.unit_in}={unit_sent}" if known.unit_in else ""
    first = _measured_value(getattr(entry, known.value), unit, said)
    second = _measured_value(entry.LP, unit, said)
    if first is None or second is None:
        return [trouble(place, "bad_number", known.value if first is None else "LP")]
    moment = _moment(entry)
    if moment is None:
        return [trouble(place, "bad_time" if _local(entry) is None else "bad_offset", "MDate")]
    told: list[Measurement | Trouble] = []
    if moment.offset_minutes is None:
        told.append(trouble(place, "no_offset", "TimeZone"))
    if entry.DataSource and entry.DataSource not in _ENTRY:
        told.append(trouble(place, "entry_unknown", "DataSource", shown(entry.DataSource)))
    changed = _changed(entry)
    if changed is None:
        told.append(trouble(place, "bad_received", "LastChangeTime"))
    own_id = text(entry.DataID)
    told.append(
        Measurement(
            place=place,
            key=own_id,
            message_id=own_id,
            series=_SERIES[metric, entry.UserID, _how(entry)[0]],
            quantity=first,
            second=second if second.value else None,
            measured=moment,
            received_at=changed or "",
        )
    )
    return told


def _series(told: tuple[str, str | int | None, Said]) -> Series:
    metric, user, said = told
    return Series(metric=metric, patient_id=text(user), entry=said)


_SERIES = Once(_series)


def _measured_value(raw: Raw, unit: str, unit_sent: str) -> Quantity | None:
    value = quantity(raw, unit, unit_sent)
    if value and value.value and not value.value.strip("-0."):
        return replace(value, value="")
    return value


def _how(entry: Entry) -> tuple[Said, Clock]:
    if entry.Note is not NULL and note_says_typed(entry.Note):
        return _NOTED
    return _ENTRY.get(entry.DataSource or "", _UNKNOWN)


def _changed(entry: Entry) -> str | None:
    """When this version reached iHealth, blank if it does not say; None if that is no time."""
    if not entry.LastChangeTime:
        return ""
    changed = since_1970(str(entry.LastChangeTime), "s")
    return changed.text if changed else None


def _local(entry: Entry) -> Moment | None:
    counted = since_1970(str(entry.MDate), "s")
    return counted and Moment(counted.text.removesuffix("Z"), counted.sent, "patient")


def _moment(entry: Entry) -> Moment | None:
    local = _local(entry)
    sent = as_sent(entry.TimeZone) or as_sent(entry.time_zone)
    if local is None or not sent:
        return local
    offset = _offset(sent)
    return None if offset is None else at_offset(local, offset, _how(entry)[1])


@lru_cache(maxsize=256)
def _offset(sent: str) -> int | None:
    """Minutes east of UTC: `-0800`, `+08:00`, and as a number 800 or 8."""
    digits = sent.lstrip("+-").replace(":", "")
    if not digits.isdecimal() or len(digits) > _CLOCK_DIGITS:
        return None
    hours, minutes = (int(digits), 0) if len(digits) <= _HOUR_DIGITS else divmod(int(digits), 100)
    east = hours * 60 + minutes
    return -east if sent.startswith("-") else east
