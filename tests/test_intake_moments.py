"""Local times as senders write them: what is one, and what is left as it was sent."""

from __future__ import annotations

import pytest

from proofline.intake.measurements.moments import on_the_wall

TAKEN = {
    "2026-03-01T07:12:30": "2026-03-01T07:12:30",
    "2026-03-01 07:12:30": "2026-03-01T07:12:30",
    "2026-03-01T07:12": "2026-03-01T07:12:00",
    "2026-03-01T23:59:59.25": "2026-03-01T23:59:59.25",
    "2028-02-29T00:00:00": "2028-02-29T00:00:00",
    # Of a second evidence keeps a millionth; a sender may write on.
    "2026-03-01T07:12:30.1234567": "2026-03-01T07:12:30.123456",
    f"2026-03-01T07:12:30.123456{'7' * 100}": "2026-03-01T07:12:30.123456",
}
NONE = [
    *("", "2026-03-01", "2026-03-01T07", "2026-03-01T07:60:00", "2026-03-01T24:00:00"),
    *("2026-03-01T07:12:60", "2026-02-29T07:12:30", "1899-12-31T07:12:30", "2200-01-01T07:12:30"),
    *("2026-03-01T07:12:30Z", "2026-03-01T07:12:30-06:00", "2026-03-01T07:12:30."),
    *("2026-03-01t07:12:30", "2026-3-1T07:12:30", "2026-03-01T7:12:30", "07:12:30"),
    *(" 2026-03-01T07:12:30", "2026-03-01T07:12:30\n", "2026-03-01T0\u0667:12:30"),
]


@pytest.mark.parametrize("sent", TAKEN)
def test_a_local_time_is_kept_as_it_was_sent(sent: str) -> None:
    found = on_the_wall(sent)
    assert found is not None
    assert (found.text, found.sent, found.clock) == (TAKEN[sent], sent, "patient")
    assert found.offset_minutes is None


@pytest.mark.parametrize("sent", NONE)
def test_what_no_clock_shows_is_no_local_time(sent: str) -> None:
    assert on_the_wall(sent) is None
