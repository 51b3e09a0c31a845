"""What vendors send, as many messages as wanted, and how a practice would read it by hand.

`ENTRIES` makes entry N of a sender's messages, one measurement of one of 500 people; `WRAPPED` puts
some of them into what the sender posts or answers. `BY_HAND` is the plainest honest reader of it:
what `json` gave, times by `datetime` in UTC, numbers by `Decimal`, a dict of the contract's cells
for each reading (every one that it requires, and when it was received where that was sent); no
check, no provenance, no reasons, and whatever is out of the ordinary raises.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeAlias

Entry = dict[str, Any]
Sent: TypeAlias = Any  # what json gave
_PEOPLE, _BEGIN = 500, 1_767_225_600
PER_ANSWER = 50


def _when(number: int) -> tuple[int, str]:
    """Seconds since 1970, and the same as text."""
    morning, who = divmod(number, _PEOPLE)
    seconds = _BEGIN + morning * 86_400 + who * 7
    return seconds, datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _values(number: int) -> tuple[int, int]:
    die = random.Random(number)  # noqa: S311 - nothing secret is drawn
    return die.randrange(95, 180), die.randrange(55, 110)


def _bodytrace(number: int) -> Entry:
    grams = 60_000 + _values(number)[0] * 100
    return {
        "deviceId": f"{1_000_000_000 + number % _PEOPLE}",
        "ts": _when(number)[0] * 1000,
        "batteryVoltage": 5522,
        "signalStrength": 71,
        "values": {"unit": 1, "tare": 100, "weight": grams},
    }


def _dexcom(number: int) -> Entry:
    at = _when(number)[1]
    return {
        "recordId": f"made-up-{number:032}",
        "systemTime": at,
        "displayTime": at,
        "transmitterId": "made-up-transmitter",
        "transmitterTicks": number,
        "value": _values(number)[0],
        "status": None,
        "trend": "flat",
        "trendRate": 0.1,
        "unit": "mg/dL",
        "rateUnit": "mg/dL/min",
        "displayDevice": "iOS",
        "transmitterGeneration": "g7",
    }


def _ihealth(number: int) -> Entry:
    systolic, diastolic = _values(number)
    return {
        "BPL": 3,
        "DataID": f"{number:032x}",
        "DataSource": "FromDevice",
        "HP": systolic,
        "HR": 66,
        "IsArr": -1,
        "LP": diastolic,
        "LastChangeTime": _when(number)[0] + 60,
        "Lat": -1,
        "Lon": -1,
        "MDate": _when(number)[0],
        "Note": "",
        "TimeZone": "-0600",
    }


def _open_mhealth(number: int) -> Entry:
    systolic, diastolic = _values(number)
    at = _when(number)[1]
    return {
        "header": {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "creation_date_time": f"{at}Z",
            "schema_id": {"namespace": "omh", "name": "blood-pressure", "version": "4.0"},
            "acquisition_provenance": {"source_name": "Made-Up App", "modality": "sensed"},
            "user_id": f"user-{number % _PEOPLE}",
        },
        "body": {
            "systolic_blood_pressure": {"value": systolic, "unit": "mmHg"},
            "diastolic_blood_pressure": {"value": diastolic, "unit": "mmHg"},
            "effective_time_frame": {"date_time": f"{at}-06:00"},
        },
    }


def _smart_meter(number: int) -> Entry:
    systolic, diastolic = _values(number)
    at = _when(number)[1]
    return {
        "reading_id": number,
        "reading_type": "blood_pressure",
        "device_id": f"MU-{number % _PEOPLE:06}",
        "device_model": "Made-Up 1",
        "date_recorded": at,
        "date_received": at,
        "time_zone_offset": 0.0,
        "battery": 90,
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "pulse_bpm": 66,
        "irregular": False,
    }


def _telli(number: int) -> Entry:
    systolic, diastolic = _values(number)
    return {
        "data": {"systolic": systolic, "diastolic": diastolic, "pulse": 66, "arrhythmia": 0},
        "deviceId": f"{860_000_000_000_000 + number % _PEOPLE}",
        "readingType": "BloodPressure",
        "time": str(_when(number)[0] * 1000),
        "tzOffsetMinutes": "-360",
        "mem": "0",
        "genVer": "2",
        "devdata": {"r": -80, "batt": 90, "cycles": 12},
    }


def _tenovi(number: int) -> Entry:
    systolic, diastolic = _values(number)
    at = f"{_when(number)[1]}Z"
    return {
        "metric": "blood_pressure",
        "device_name": "Tenovi BPM",
        "hwi_device_id": f"00000000-0000-4000-8000-{number % _PEOPLE:012}",
        "patient_id": None,
        "hardware_uuid": f"F0FF{number % _PEOPLE:08}",
        "sensor_code": "10",
        "value_1": str(systolic),
        "value_2": str(diastolic),
        "created": at,
        "timestamp": at,
        "timezone_offset": -6,
        "estimated_timestamp": False,
        "filter_params": {"measurement_index": number},
        "dummy_data": False,
    }


def _withings(number: int) -> Entry:
    systolic, diastolic = _values(number)
    at = _when(number)[0]
    measures = ((10, systolic), (9, diastolic), (11, 66))
    return {
        "grpid": number + 1,
        "attrib": 0,
        "date": at,
        "created": at + 60,
        "modified": at + 60,
        "category": 1,
        "deviceid": f"{number % _PEOPLE:040x}",
        "measures": [{"value": value, "type": kind, "unit": 0} for kind, value in measures],
        "comment": None,
    }


ENTRIES: dict[str, Callable[[int], Entry]] = {
    "bodytrace": _bodytrace,
    "dexcom": _dexcom,
    "ihealth": _ihealth,
    "open-mhealth": _open_mhealth,
    "smart-meter": _smart_meter,
    "telli": _telli,
    "tenovi": _tenovi,
    "withings": _withings,
}
WRAPPED: dict[str, Callable[[list[Entry]], object]] = {
    "bodytrace": lambda entries: entries,
    "dexcom": lambda entries: {"recordType": "egv", "userId": "made-up", "records": entries},
    "ihealth": lambda entries: {"BPDataList": entries, "BPUnit": 0, "RecordCount": len(entries)},
    "open-mhealth": lambda entries: {"shim": "made-up", "body": entries},
    "smart-meter": lambda entries: {"readings": entries, "status": {"status_code": 200}},
    "telli": lambda entries: entries,
    "tenovi": lambda entries: entries,
    "withings": lambda entries: {"status": 0, "body": {"measuregrps": entries}},
}
_POSTED_BARE = frozenset({"bodytrace", "telli"})


def posted(source: str, numbers: range) -> str:
    """Write the payload in which a sender sends these entries, as one line."""
    entries = [ENTRIES[source](number) for number in numbers]
    bare = len(entries) == 1 and source in _POSTED_BARE
    return json.dumps(entries[0] if bare else WRAPPED[source](entries), separators=(",", ":"))


def _since(seconds: float, offset: int = 0) -> datetime:
    return datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset)))


def _offset(sent: str) -> int:
    return (-1 if sent[0] == "-" else 1) * (int(sent[1:3]) * 60 + int(sent[3:]))


def _row(cells: Entry, at: datetime, *values: object) -> Entry:
    """Give the contract's cells of a reading: numbers exact, times in UTC."""
    cells["measured_at"] = at.astimezone(UTC).isoformat()
    for column, value in zip(("value", "value_2"), values, strict=False):
        cells[column] = Decimal(str(value))
    return cells


def _bodytrace_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent if isinstance(sent, list) else [sent]:
        device, at = one["deviceId"], one["ts"]
        cells = {
            "reading_id": f"bodytrace-{device}-{at}",
            "device_id": device,
            "metric": "29463-7",
            "unit": "kg",
            "entry": "automatic" if "batteryVoltage" in one else "unknown",
        }
        kilograms = Decimal(one["values"]["weight"]) / 1000
        yield _row(cells, _since(at / 1000), kilograms)


def _dexcom_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent["records"]:
        at = datetime.fromisoformat(one["systemTime"]).replace(tzinfo=UTC)
        cells = {
            "reading_id": one["recordId"],
            "device_id": one["transmitterId"],
            "metric": _GLUCOSE[one["unit"]],
            "unit": one["unit"],
            "entry": "automatic",
        }
        yield _row(cells, at, one["value"])


def _ihealth_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent["BPDataList"]:
        offset = _offset(one["TimeZone"])
        at = _since(one["MDate"] - offset * 60, offset)
        cells = {
            "reading_id": one["DataID"],
            "device_id": "",
            "metric": _PANEL,
            "unit": "mm[Hg]",
            "received_at": _since(one["LastChangeTime"]).isoformat(),
            "entry": _ENTRY[one["DataSource"]],
        }
        yield _row(cells, at, one["HP"], one["LP"])


def _open_mhealth_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent["body"]:
        body, header = one["body"], one["header"]
        both = (body["systolic_blood_pressure"], body["diastolic_blood_pressure"])
        at = datetime.fromisoformat(body["effective_time_frame"]["date_time"])
        received = datetime.fromisoformat(header["creation_date_time"])
        cells = {
            "reading_id": header["id"],
            "device_id": "",
            "patient_id": header["user_id"],
            "metric": _PANEL,
            "unit": _UCUM[both[0]["unit"]],
            "received_at": received.isoformat(),
            "entry": _ENTRY[header["acquisition_provenance"]["modality"]],
        }
        yield _row(cells, at, both[0]["value"], both[1]["value"])


def _smart_meter_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent["readings"]:
        zone = timezone(timedelta(hours=one["time_zone_offset"]))
        at = datetime.fromisoformat(one["date_recorded"]).replace(tzinfo=zone)
        received = datetime.fromisoformat(one["date_received"]).replace(tzinfo=UTC)
        cells = {
            "reading_id": one["reading_id"],
            "device_id": one["device_id"],
            "metric": _METRIC[one["reading_type"]],
            "unit": "mm[Hg]",
            "received_at": received.isoformat(),
            "entry": "unknown",
        }
        yield _row(cells, at, one["systolic_mmhg"], one["diastolic_mmhg"])


def _telli_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent if isinstance(sent, list) else [sent]:
        device, time = one["deviceId"], one["time"]
        at = _since(int(time) / 1000, int(one["tzOffsetMinutes"]))
        cells = {
            "reading_id": f"telli-{device}-{time}",
            "device_id": device,
            "metric": _METRIC[one["readingType"]],
            "unit": "mm[Hg]",
            "entry": _ENTRY[one["mem"]],
        }
        yield _row(cells, at, one["data"]["systolic"], one["data"]["diastolic"])


def _tenovi_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent:
        device, time = one["hwi_device_id"], one["timestamp"]
        cells = {
            "reading_id": f"tenovi-{device}-{time}",
            "device_id": device,
            "metric": _METRIC[one["metric"]],
            "unit": "mm[Hg]",
            "received_at": datetime.fromisoformat(one["created"]).isoformat(),
            "entry": "automatic",
        }
        yield _row(cells, datetime.fromisoformat(time), one["value_1"], one["value_2"])


def _withings_rows(sent: Sent) -> Iterator[Entry]:
    for one in sent["body"]["measuregrps"]:
        of = {each["type"]: Decimal(each["value"]).scaleb(each["unit"]) for each in one["measures"]}
        cells = {
            "reading_id": one["grpid"],
            "device_id": one["deviceid"],
            "metric": _PANEL,
            "unit": "mm[Hg]",
            "received_at": _since(one["modified"]).isoformat(),
            "entry": _ENTRY[one["attrib"]],
        }
        yield _row(cells, _since(one["date"]), of[10], of[9])


_PANEL = "85354-9"
_METRIC = dict.fromkeys(("blood_pressure", "BloodPressure"), _PANEL)
_GLUCOSE = {"mg/dL": "99504-3", "mmol/L": "105272-9"}
_UCUM = {"mmHg": "mm[Hg]"}
_ENTRY: dict[object, str] = dict.fromkeys(("FromDevice", "sensed", "0", 0), "automatic")
BY_HAND: dict[str, Callable[[Any], Iterator[Entry]]] = {
    "bodytrace": _bodytrace_rows,
    "dexcom": _dexcom_rows,
    "ihealth": _ihealth_rows,
    "open-mhealth": _open_mhealth_rows,
    "smart-meter": _smart_meter_rows,
    "telli": _telli_rows,
    "tenovi": _tenovi_rows,
    "withings": _withings_rows,
}


def by_hand(source: str, lines: list[bytes]) -> int:
    """Read lines by hand and give how many readings there were."""
    read, count = BY_HAND[source], 0
    for line in lines:
        count += len(list(read(json.loads(line))))
    return count


PRESSURE = (
    r"MSH|^~\&|HUB_MADE_UP^00A1B2FFFEC3D4E5^EUI-64|HOME|PRACTICE^1.2.3.4^ISO|PRACTICE|{at}-0500||"
    "ORU^R01^ORU_R01|MADEUP-{number}|P|2.6|||NE|AL|USA|UNICODE UTF-8|||IHE_PCD_ORU_R01^IHE PCD\r"
    "PID|||P-{who}^^^PRACTICE&1.2.3.4&ISO^PI||PLAINLY^MADEUP^^^^^L||19500101|F\r"
    "OBR|1|PLACER-{number}^HUB|FILLER-{number}^HUB|182777000^monitoring of patient^SCT|||{at}"
    "-0500\r"
    "OBX|1|CWE|68220^MDC_TIME_SYNC_PROTOCOL^MDC|0.0.0.1|532225^MDC_TIME_SYNC_NTPV3^MDC||||||R\r"
    "OBX|2||528391^MDC_DEV_SPEC_PROFILE_BP^MDC|1|||||||X|||||||"
    "{device}^CUFF^{device}^EUI-64\r"
    "OBX|3|ST|531970^MDC_ID_MODEL_MANUFACTURER^MDC|1.0.0.2|Made Up Cuffs||||||R\r"
    "OBX|4|ST|531969^MDC_ID_MODEL_NUMBER^MDC|1.0.0.3|Cuff 7||||||R\r"
    "OBX|5||150020^MDC_PRESS_BLD_NONINV^MDC|1.0.1|||||||X|||{at}-0500\r"
    "OBX|6|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.0.1.1|{systolic}|266016^MDC_DIM_MMHG^MDC"
    "|||||R||||||AMEAS^auto-measurement^MDC\r"
    "OBX|7|NM|150022^MDC_PRESS_BLD_NONINV_DIA^MDC|1.0.1.2|{diastolic}|266016^MDC_DIM_MMHG^MDC"
    "|||||R||||||AMEAS^auto-measurement^MDC\r"
)
"""One pressure of a cuff as a hub sends it (IHE PCD-01)."""


def pressure(number: int) -> str:
    """Write HL7 message N."""
    at = _when(number)[1].replace("-", "").replace(":", "").replace("T", "")
    systolic, diastolic = _values(number)
    who = number % _PEOPLE
    return PRESSURE.format(
        number=number,
        at=at,
        who=who,
        device=f"{who:016X}",
        systolic=systolic,
        diastolic=diastolic,
    )
