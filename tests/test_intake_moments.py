"""Local times as senders write them: what is one, and what is left as it was sent."""

from __future__ import annotations

import pytest

from made_up_fhir import heart, taken
from proofline.intake.measurements.moments import instant, on_the_wall

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


# ISO 8601's basic form of an offset, and RFC 3339's leap seconds at the end of a day of UTC.
INSTANTS = {
    "2026-03-01T07:12:30-0400": "2026-03-01T07:12:30-04:00",
    "2026-03-01T07:12:30+00": "2026-03-01T07:12:30+00:00",
    "2026-03-01T07:12:30-04": "2026-03-01T07:12:30-04:00",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59.999999Z",
    "2016-12-31T18:59:60.5-05:00": "2016-12-31T18:59:59.999999-05:00",
    "2017-01-01T05:29:60+0530": "2017-01-01T05:29:59.999999+05:30",
}
NO_INSTANTS = (
    "2016-12-31T23:59:60-05:00",  # not the end of a day of UTC
    "2016-12-31T07:12:60Z",
    "2016-12-31T23:59:61Z",
    "2016-12-31T23:59:60",
    "2016-12-32T23:59:60Z",
    "0000-12-31T23:59:60Z",
    "9999-12-31T23:59:60-23:59",
    "2016-12-31T23:59:60.Z",
    "2026-03-01T07:12:30-400",
    "2026-03-01T07:12:30+1500",
)


@pytest.mark.parametrize("sent", INSTANTS)
def test_an_instant_is_kept_as_rfc_3339_has_it(sent: str) -> None:
    found = instant(sent)
    assert found is not None
    assert (found.text, found.sent) == (INSTANTS[sent], sent)


@pytest.mark.parametrize("sent", NO_INSTANTS)
def test_what_no_clock_shows_is_no_instant(sent: str) -> None:
    assert instant(sent) is None


def test_a_leap_second_of_fhir_is_the_last_instant_of_its_day() -> None:
    sent = "2016-12-31T23:59:60Z"
    result = taken(heart(effectiveDateTime=sent))
    assert result.rows[0].cells["measured_at"] == "2016-12-31T23:59:59.999999Z"
    assert result.provenance[0].cells["measured_sent"] == sent
    assert not taken(heart(effectiveDateTime="2016-12-31T23:59:60-05:00")).rows
