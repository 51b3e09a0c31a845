"""The shapes in which Smart Meter sends, with every field that public integrations name."""

from __future__ import annotations

from msgspec import Raw, Struct

from proofline.intake.measurements.fields import NULL

OK = 200


class Sent(Struct):
    """One reading as Smart Meter sends it, in either interface or by push."""

    reading_id: str | int | None = None
    reading_type: str | None = None
    device_id: str | int | None = None
    device_model: str | None = None
    imei: str | int | None = None
    patient_id: str | int | None = None
    date_recorded: str | None = None
    date_received: str | None = None
    time_zone_offset: Raw = NULL
    blood_glucose_mgdl: Raw = NULL
    blood_glucose_mmol: Raw = NULL
    systolic_mmhg: Raw = NULL
    diastolic_mmhg: Raw = NULL
    pulse_bpm: Raw = NULL
    spo2: Raw = NULL
    temperature: Raw = NULL
    weight_kg: Raw = NULL
    weight_lbs: Raw = NULL
    tare_kg: Raw = NULL
    tare_lbs: Raw = NULL
    battery: Raw = NULL
    device_user: Raw = NULL
    qa: Raw = NULL
    before_meal: Raw = NULL
    event_flag: Raw = NULL
    irregular: Raw = NULL
    is_flagged: Raw = NULL
    short_code: Raw = NULL


class Status(Struct):
    """What an answer of the older interface says of itself."""

    status_code: int | None = None
    status_message: str | None = None
    devices_in_response: int | None = None
    readings_in_response: int | None = None


class Answer(Struct):
    """An answer of either interface: `readings` of the older, `data` of the newer."""

    readings: Raw = NULL
    data: Raw = NULL
    status: Status | str | int | None = None
