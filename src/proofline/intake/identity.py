"""Whose device it is that sent something, as far as evidence knows.

A device is told by the ids that it is known under: its id here, its serial number, IMEI, or device
identifier. Which patient it was with is not decided here: the assignment of the day decides, when
the day is known in the patient's zone. So a reading of a device that nobody has been given simply
lies in evidence, counts for nobody, and counts at once when the assignment is added.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.intake.measurements.measurement import Instrument

Row = dict[str, str]
_PLACEHOLDERS = frozenset(
    {
        *("NA", "NONE", "NULL", "NIL", "UNKNOWN", "UNK", "UNDEFINED", "UNSPECIFIED", "TBD"),
        *("NOTAVAILABLE", "NOTAPPLICABLE", "NOTKNOWN", "NOSERIAL", "NOSERIALNUMBER"),
        *("SERIAL", "SERIALNUMBER"),
    }
)
_FILLERS = ("0", "X", "F")  # F is what a chip says that was never given a number


@lru_cache(maxsize=1 << 16)
def _plain(identifier: str) -> str:
    """Identifiers are compared without case, blanks, dashes and colons, as labels print them."""
    return "".join(mark for mark in identifier if mark.isalnum()).upper()


@lru_cache(maxsize=1 << 16)
def is_serial(sent: str) -> bool:
    """Say whether this tells one instrument from all others, as a serial number does.

    Blanks, words for none and numbers of zeros stand in the field where there is no number; two
    devices with the same of these are still two.
    """
    plain = _plain(sent)
    return plain not in _PLACEHOLDERS and all(plain.strip(mark) for mark in _FILLERS)


class Known(Struct):
    """The devices and patients that evidence knows.

    `devices`: the ids of the devices that carry an identifier, in order; more than one is trouble.
    """

    devices: dict[str, list[str]] = field(default_factory=dict)
    patients: frozenset[str] = frozenset()

    def device(self, instrument: Instrument) -> list[str]:
        """Give the ids of the devices that this can be; none if evidence does not know it."""
        known, serial = instrument.id, instrument.serial
        found = self.devices.get(_plain(known)) if known else None
        return found or self.of_serial(serial)

    def of_serial(self, serial: str) -> list[str]:
        """Give the ids of the devices with this serial number, IMEI or EUI-64; none if unknown."""
        return self.devices.get(_plain(serial), []) if is_serial(serial) else []

    def add(self, instrument: Instrument) -> None:
        """Remember a device whose row is on its way to evidence."""
        for name in _names(instrument.id, instrument.serial):
            self.devices.setdefault(name, [instrument.id])


@lru_cache(maxsize=1 << 16)
def _names(own_id: str, serial: str) -> tuple[str, ...]:
    """Give what a device is known by: its id here, and its serial number if it has one."""
    names = (_plain(own_id), _plain(serial) if is_serial(serial) else "")
    return tuple(filter(None, names))


def known(devices: Iterable[Row], patients: Iterable[Row]) -> Known:
    """Gather what the tables `devices` and `patients` know."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in devices:
        for name in _names(row["device_id"], row.get("serial", "")):
            found[name].add(row["device_id"])
    ids = frozenset(row.get("patient_id", "") for row in patients)
    return Known({name: sorted(ids) for name, ids in found.items()}, ids)
