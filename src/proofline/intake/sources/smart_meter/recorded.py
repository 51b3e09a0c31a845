"""When a reading was recorded, which Smart Meter says without saying on whose clock.

Some integrators read `date_recorded` as UTC, but a sample of a push shows the local time, with
`time_zone_offset` in hours beside it. Receipt tells the two apart: these devices send at once, so
the clock on which receipt follows within the hour is the one. If it follows so on neither, the
local time is taken and called estimated, unless receipt would then come before the measurement.
Without an offset, what is not UTC by that test is on the clock of the patient's wall.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from proofline.intake.measurements.fields import as_sent, offset_in_hours, text
from proofline.intake.measurements.moments import Moment, at_offset, instant, on_the_wall

if TYPE_CHECKING:
    from proofline.intake.sources.smart_meter.sent import Sent

_EARLIEST, _AT_ONCE = timedelta(minutes=-5), timedelta(hours=1)


class Recorded(Struct, frozen=True, gc=False):
    """The moment and its receipt, None if they cannot be read, and the code of a note on it."""

    moment: Moment | None
    receipt: Moment | None
    note: str = ""


def _received(sent: Sent) -> Moment | None:
    """When the reading reached Smart Meter; a time without offset is UTC."""
    told = text(sent.date_received)
    return instant(f"{told}Z", "vendor") or instant(told, "vendor")


def recorded(sent: Sent) -> Recorded:
    """Read when it was received, and when measured, on the clock that receipt shows it to be."""
    told, receipt = text(sent.date_recorded), _received(sent)
    wall = on_the_wall(told)
    if wall is None:
        return Recorded(instant(told, "device"), receipt)
    moment, note = _on_its_clock(wall, receipt, offset_in_hours(as_sent(sent.time_zone_offset)))
    return Recorded(moment, receipt, note)


def _on_its_clock(wall: Moment, receipt: Moment | None, offset: int | None) -> tuple[Moment, str]:
    local = None if offset is None else at_offset(wall, offset, "device")
    if local and receipt and _is_at_once(local, receipt):
        return local, ""
    utc = Moment(f"{wall.text}Z", wall.sent, "device", offset)
    if receipt and _is_at_once(utc, receipt):
        return utc, ""
    if local is None:
        return wall, "no_offset"
    if receipt and _lag(local, receipt) < _EARLIEST:
        return utc, ""
    return structs.replace(local, estimated=True), "which_clock"


def _is_at_once(measured: Moment, receipt: Moment) -> bool:
    return _EARLIEST <= _lag(measured, receipt) <= _AT_ONCE


def _lag(measured: Moment, receipt: Moment) -> timedelta:
    return datetime.fromisoformat(receipt.text) - datetime.fromisoformat(measured.text)
