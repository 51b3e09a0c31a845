"""What a source says of one measurement, in our words, before anybody knows whose it is."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from proofline.intake.measurements.moments import Moment
from proofline.intake.report import Place

Entry = Literal["automatic", "memory", "manual", "unknown"]


class Instrument(Struct, frozen=True, gc=False):
    """What a source says of the device: the id by which it names it, and what it is.

    `id` is what all readings of one device have in common (an IMEI, a serial number, the vendor's
    own id), blank if it names no device; `serial` and `udi_di` only where the source says that it
    is one.
    """

    id: str
    serial: str = ""
    udi_di: str = ""
    manufacturer: str = ""
    model: str = ""


NO_INSTRUMENT = Instrument("")


class Quantity(Struct, frozen=True, gc=False):
    """A value in a UCUM unit as exact decimal text, and both as they were sent.

    A blank `value` is a heartbeat: the device was there and measured nothing. `bound` is the sign
    or word by which it lies beyond what the device measures, `value` then the limit if it was said.
    """

    value: str
    unit: str
    sent: str
    unit_sent: str = ""
    bound: str = ""


class Said(Struct, frozen=True, gc=False):
    """A word of ours and the field that made us say it, such as `attrib=0`."""

    word: Entry
    field: str = ""


UNSAID = Said("unknown")


class Series(Struct, frozen=True, cache_hash=True, kw_only=True, gc=False):
    """What the measurements of one instrument, taken in one way, have in common.

    Senders say it again with each of them, so whoever reads them makes it once and looks it up.

    `patient_id` is whom the source names, in its own words. `ambiguous` and `test` are None where
    the source has no field for it, and `ambiguous_said`, `test_said` name the field.
    """

    metric: str
    instrument: Instrument = NO_INSTRUMENT
    patient_id: str = ""
    entry: Said = UNSAID
    ambiguous: bool | None = None
    ambiguous_said: str = ""
    test: bool | None = None
    test_said: str = ""


class Measurement(Struct, kw_only=True, gc=False):
    """One measurement as its source tells it.

    `key` is the source's own id of the reading, under which it would also correct it; blank where
    it has none. `known_by` is then its time in the one notation by which it is known, blank where
    that is the one sent.
    """

    place: Place
    series: Series
    quantity: Quantity
    second: Quantity | None = None
    measured: Moment
    key: str = ""
    known_by: str = ""
    message_id: str = ""
    received_at: str = ""
