"""The shapes of what Withings answers, with every field that its reference names."""

from __future__ import annotations

from msgspec import Raw, Struct

from proofline.intake.measurements.fields import NULL


class Measure(Struct):
    """One measure of a group."""

    value: Raw
    type: int
    unit: int
    algo: Raw = NULL
    fm: Raw = NULL
    fw: Raw = NULL
    position: Raw = NULL


class Group(Struct):
    """The measures of one moment."""

    grpid: int
    date: int
    category: int
    measures: list[Measure]
    attrib: int | None = None
    created: int | None = None
    modified: int | None = None
    deviceid: str | int | None = None
    hash_deviceid: str | None = None
    probability: Raw = NULL
    is_inconclusive: Raw = NULL
    model: str | None = None
    modelid: Raw = NULL
    model_id: Raw = NULL
    timezone: Raw = NULL
    comment: Raw = NULL


class Body(Struct):
    """The groups of one page, and of which account; other services answer the two beside them."""

    measuregrps: Raw = NULL
    activities: Raw = NULL
    series: Raw = NULL
    devices: Raw = NULL
    goals: Raw = NULL
    timezone: str | None = None
    updatetime: Raw = NULL
    more: Raw = NULL
    offset: Raw = NULL


class Answer(Struct):
    """What the interface answers: status 0 and a body, or why not; some pass on the body alone."""

    status: int = 0
    body: Raw = NULL
    error: Raw = NULL
