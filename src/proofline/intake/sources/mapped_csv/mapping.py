"""A saved column mapping: what the columns of somebody's CSV file mean, as TOML.

delimiter = ";"            # default: what the first lines use most
decimal = ","              # default "."
lines_before_header = 2    # default 0

[columns]                  # our word = the header of the file, in any case
device = "Serial"          # or [constants] device = "..."
time = "Date and time"     # or date = "Date" and time = "Time"
patient = "Patient no"     # the further ones are optional
reading_id = "Id"
received = "Uploaded"
entry = "Mode"
test = "Test"
note = "Comments"          # makes a value manual, or a test, where it says so

[time]
format = "%d.%m.%Y %H:%M"  # as Python's strptime has it; default ISO 8601
offset = "-06:00"          # where the times of the file carry none and are not the wall's

[entry]                    # words of the column -> ours; other words are unknown
automatic = ["device"]
memory = ["stored"]
manual = ["typed"]
# or, where no column says it and somebody vouches for the whole file: always = "automatic"

[[reading]]                # one for each measurement that a row can hold
metric = "85354-9"         # LOINC
value = "SYS"
value_2 = "DIA"
unit = "mmHg"              # or unit_column = "Unit"
when = { Type = "BP" }     # only in rows with this word in this column
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from proofline.errors import WrongUse
from proofline.intake.measurements.metrics import DEVICE_KIND, fits, ucum

if TYPE_CHECKING:
    from proofline.intake.measurements.measurement import Entry
    from proofline.intake.payloads.csv_table import Row

_LOOK = (
    "Look at the top of proofline/intake/sources/mapped_csv/mapping.py, or at the fixtures of"
    " mapped-csv."
)
_MOMENT = datetime(2026, 11, 23, 14, 45, tzinfo=UTC)
_Name = Annotated[str, Meta(min_length=1)]


class Columns(Struct, forbid_unknown_fields=True):
    """Which column tells what."""

    time: _Name
    date: str = ""
    device: str = ""
    patient: str = ""
    reading_id: str = ""
    received: str = ""
    entry: str = ""
    test: str = ""
    note: str = ""


class Times(Struct, forbid_unknown_fields=True):
    """How times are written, and their offset from UTC where the file does not say it."""

    format: str = ""
    offset: Annotated[str, Meta(pattern="^([+-][0-9]{2}:[0-9]{2}|Z|)$")] = ""


class Entries(Struct, forbid_unknown_fields=True):
    """The words that say how a value was entered, or what somebody vouches for."""

    automatic: list[str] = []
    memory: list[str] = []
    manual: list[str] = []
    always: Literal["", "automatic", "memory", "manual"] = ""


class Reads(Struct, forbid_unknown_fields=True):
    """One measurement of a row."""

    metric: _Name
    value: _Name
    value_2: str = ""
    unit: str = ""
    unit_column: str = ""
    when: dict[str, str] = {}


class Constants(Struct, forbid_unknown_fields=True):
    """What holds for the whole file."""

    device: str = ""
    patient: str = ""


class Mapping(Struct, forbid_unknown_fields=True):
    """A whole mapping."""

    columns: Columns
    reading: Annotated[list[Reads], Meta(min_length=1)]
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    decimal: Literal[".", ","] = "."
    lines_before_header: Annotated[int, Meta(ge=0, le=100)] = 0
    time: Times = field(default_factory=Times)
    entry: Entries = field(default_factory=Entries)
    constants: Constants = field(default_factory=Constants)

    def entry_of(self, word: str) -> Entry:
        """What the word of the entry column means; unknown if the mapping does not name it."""
        names: tuple[Entry, ...] = ("automatic", "memory", "manual")
        return next((name for name in names if word in getattr(self.entry, name)), "unknown")

    def headers(self) -> set[str]:
        """All columns that the file must have."""
        of_row = {str(name) for name in msgspec.structs.astuple(self.columns)}
        for one in self.reading:
            of_row |= {one.value, one.value_2, one.unit_column, *one.when}
        return of_row - {""}


def mapping(toml: str) -> Mapping:
    """Read a mapping.

    Errors: WrongUse (`intake.no_mapping`, `intake.bad_mapping`) with the place in the mapping.
    """
    if not toml.strip():
        raise WrongUse(
            "intake.no_mapping",
            "A CSV file of no known vendor says nothing without a mapping of its columns.",
            f"Give one with --mapping. {_LOOK}",
        )
    try:
        found = msgspec.toml.decode(toml, type=Mapping)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise _bad(str(error)) from error
    _check(found)
    return found


def _check(found: Mapping) -> None:
    if bool(found.columns.device) == bool(found.constants.device):
        raise _bad("name the device in exactly one of [columns] and [constants]")
    if found.entry.always and found.columns.entry:
        raise _bad("[entry] always and [columns] entry contradict each other")
    if found.time.format and not _tells_time(found.time.format):
        raise _bad("[time] format does not tell year, month, day, hour and minute")
    told = [(one.metric, sorted(one.when.items())) for one in found.reading]
    if any(told.count(one) > 1 for one in told):
        raise _bad("two [[reading]] have the same metric and the same `when`")
    for number, one in enumerate(found.reading, 1):
        here = f"[[reading]] {number}"
        if one.metric not in DEVICE_KIND:
            raise _bad(f"{here}: metric is not a LOINC code that Proofline takes")
        if bool(one.unit) == bool(one.unit_column):
            raise _bad(f"{here}: say either unit or unit_column")
        if one.unit and not fits(one.metric, ucum(one.unit)):
            raise _bad(f"{here}: the unit is not one of this metric")


def _tells_time(format_: str) -> bool:
    """Whether a moment written in this format comes back whole."""
    try:
        found = datetime.strptime(_MOMENT.strftime(format_), format_)  # noqa: DTZ007 - see below
    except (ValueError, re.error):
        return False
    return found.replace(second=0, tzinfo=UTC) == _MOMENT


def _bad(said: str) -> WrongUse:
    return WrongUse("intake.bad_mapping", f"The mapping cannot be used: {said}.", _LOOK)


def places(found: Mapping, header: Row) -> dict[str, int]:
    """Say where the columns of a mapping stand; those that the file has not are not in it."""
    at: dict[str, int] = {}
    for index, name in enumerate(header.cells):
        at.setdefault(name.lower(), index)
    return {name: at[name.lower()] for name in found.headers() if name.lower() in at}
