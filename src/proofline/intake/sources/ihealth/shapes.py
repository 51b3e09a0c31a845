"""The shapes of what iHealth answers, with every field that its pages name."""

from __future__ import annotations

from msgspec import Raw, Struct

from proofline.intake.measurements.fields import NULL


class Entry(Struct):
    """One measurement of any list."""

    MDate: int
    DataID: str | int | None = None
    DataSource: str | None = None
    TimeZone: Raw = NULL
    time_zone: Raw = NULL
    LastChangeTime: int | None = None
    UserID: str | int | None = None
    userid: str | int | None = None
    HP: Raw = NULL
    LP: Raw = NULL
    BG: Raw = NULL
    BO: Raw = NULL
    WeightValue: Raw = NULL
    HR: Raw = NULL
    BPL: Raw = NULL
    IsArr: Raw = NULL
    Lat: Raw = NULL
    Lon: Raw = NULL
    Note: Raw = NULL
    measurement_time: Raw = NULL
    DinnerSituation: Raw = NULL
    DrugSituation: Raw = NULL
    BMI: Raw = NULL
    BoneValue: Raw = NULL
    DCI: Raw = NULL
    FatValue: Raw = NULL
    MuscaleValue: Raw = NULL
    WaterValue: Raw = NULL


class Page(Struct):
    """One page of one list, or why there is none; or what is sent unasked."""

    BPDataList: Raw = NULL
    BGDataList: Raw = NULL
    BODataList: Raw = NULL
    WeightDataList: Raw = NULL
    ARDataList: Raw = NULL
    SRDataList: Raw = NULL
    FoodDataList: Raw = NULL
    SportDataList: Raw = NULL
    SPORTDataList: Raw = NULL
    TDataList: Raw = NULL
    BPUnit: Raw = NULL
    BGUnit: Raw = NULL
    WeightUnit: Raw = NULL
    NextPageUrl: str | None = None
    PrevPageUrl: Raw = NULL
    CurrentRecordCount: Raw = NULL
    RecordCount: Raw = NULL
    PageLength: Raw = NULL
    PageNumber: Raw = NULL
    CollectionType: str | None = None
    CollectionUnit: Raw = NULL
    MDate: Raw = NULL
    UserID: Raw = NULL
    SubscriptionId: Raw = NULL
    PushId: Raw = NULL
    Data: Raw = NULL
    ErrorCode: Raw = NULL
    Error: Raw = NULL
    ErrorDescription: Raw = NULL
