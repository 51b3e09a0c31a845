"""The shapes of Open mHealth's data points, with every field of the schemas that are read."""

from __future__ import annotations

from msgspec import Raw, Struct, field

from proofline.intake.measurements.fields import NULL


class Value(Struct):
    """A number with its unit."""

    value: Raw
    unit: str = ""


class Interval(Struct):
    """A span of time, by two of its start, its end and its length."""

    start_date_time: str | None = None
    end_date_time: str | None = None
    duration: Value | None = None
    date: Raw = NULL
    part_of_day: Raw = NULL


class Frame(Struct):
    """When it was measured."""

    date_time: str | None = None
    time_interval: Interval | None = None


class Body(Struct):
    """What was measured."""

    effective_time_frame: Frame | None = None
    systolic_blood_pressure: Value | None = None
    diastolic_blood_pressure: Value | None = None
    blood_glucose: Value | None = None
    body_weight: Value | None = None
    oxygen_saturation: Value | None = None
    heart_rate: Value | None = None
    body_temperature: Value | None = None
    respiratory_rate: Value | None = None
    specimen_source: str | None = None
    blood_glucose_specimen_source: str | None = None  # in 2.0 of its schema
    descriptive_statistic: Raw = NULL
    misspelt_statistic: Raw = field(default=NULL, name="descriptive-statistic")
    descriptive_statistic_denominator: Raw = NULL
    body_posture: Raw = NULL
    measurement_location: Raw = NULL
    measurement_method: Raw = NULL
    measurement_system: Raw = NULL
    supplemental_oxygen_flow_rate: Raw = NULL
    oxygen_therapy_mode_of_administration: Raw = NULL
    position_during_measurement: Raw = NULL
    temporal_relationship_to_meal: Raw = NULL
    temporal_relationship_to_physical_activity: Raw = NULL
    temporal_relationship_to_sleep: Raw = NULL
    user_notes: Raw = NULL


class Schema(Struct):
    """The name of a body's schema."""

    name: str = ""
    namespace: Raw = NULL
    version: Raw = NULL


class Origin(Struct):
    """Where a data point came from (`acquisition_provenance`)."""

    source_name: str = ""
    modality: str | None = None
    source_data_point_id: str | int | None = None
    source_creation_date_time: Raw = NULL
    source_updated_date_time: Raw = NULL


class Header(Struct):
    """What is said of a data point besides its body."""

    id: str | None = None
    uuid: str | None = None
    user_id: str | int | None = None
    creation_date_time: str | None = None
    source_creation_date_time: Raw = NULL
    modality: str | None = None
    schema_id: Schema | None = None
    acquisition_provenance: Origin | None = None
    acquisition_rate: Raw = NULL
    external_datasheets: Raw = NULL


class Point(Struct):
    """A data point, its body undecoded; an answer of Shimmer has many in its body."""

    body: Raw
    header: Header | None = None
    shim: Raw = NULL
    timeStamp: Raw = NULL  # noqa: N815 - as Shimmer writes it


class Whole(Struct):
    """A data point with its body."""

    body: Body
    header: Header | None = None
    shim: Raw = NULL
    timeStamp: Raw = NULL  # noqa: N815 - as Shimmer writes it


class Answer(Struct):
    """An answer of Shimmer, or of others who wrap points as it does."""

    body: list[Whole]
    shim: Raw = NULL
    timeStamp: Raw = NULL  # noqa: N815 - as Shimmer writes it
