"""What an OBR holds for all rows under it: the device of the first of them, and when they were."""

from __future__ import annotations

import pytest

from made_up_hl7 import HEAD, codes, message, readings, weight


def _bare(code: str, value: str, *, sub_id: str = "", device: str = "") -> str:
    return f"OBX|1|NM|{code}^X^LN|{sub_id}|{value}|/min|||||F|||||||{device}"


@pytest.mark.parametrize(
    "first", ["OBX|1|TX|X^Y^L||text||||||F|||||||MON-1", _bare("8867-4", "61", device="MON-1")]
)
def test_a_device_that_only_the_first_row_names_holds_for_the_others(first: str) -> None:
    found = readings(message(first, _bare("9279-1", "14"), _bare("8867-4", "60", sub_id="2")))
    assert {one.series.instrument.id for one in found} == {"MON-1"}


def test_so_does_one_that_a_segment_under_it_names() -> None:
    equipment = "PRT|1|UC||EQUIP^Equipment^HL70912||||||MON-1^^0011223344556677^EUI-64"
    found = readings(message(_bare("8867-4", "61"), equipment, _bare("9279-1", "14")))
    assert [one.series.instrument.id for one in found] == ["MON-1", "MON-1"]


@pytest.mark.parametrize(
    ("rows", "devices"),
    [
        # The second names another, and nobody knows of which of the two the third is.
        (("MON-1", "MON-2", ""), ["MON-1", "MON-2", ""]),
        # It names its device on rows where there is one.
        (("MON-1", "MON-1", ""), ["MON-1", "MON-1", ""]),
        (("", "MON-1", ""), ["", "MON-1", ""]),
    ],
)
def test_it_does_not_if_another_row_names_one_too(
    rows: tuple[str, ...], devices: list[str]
) -> None:
    found = readings(
        message(*(_bare("8867-4", f"6{at}", device=one) for at, one in enumerate(rows)))
    )
    assert [one.series.instrument.id for one in found] == devices


def test_nor_for_another_device_of_a_tree_or_for_another_order() -> None:
    first = _bare("8867-4", "61", sub_id="1.1.1.1", device="MON-1")
    same, other = (_bare("9279-1", "14", sub_id=one) for one in ("1.1.1.2", "2.1.1.1"))
    order = "OBR|2|||X^Y^L|||20260701080000+0000"
    found = readings(message(first, same, other, order, _bare("8867-4", "62")))
    assert [one.series.instrument.id for one in found] == ["MON-1", "MON-1", "", ""]


def _timed(*times: str, row: str = "") -> str:
    """Write a message with OBR-7, OBR-8 and so on."""
    order = f"OBR|1|||X^Y^L|||{'|'.join(times)}"
    return "\r".join([HEAD, "PID|||P-1^^^PRACTICE^PI", order, row or weight("82.4")])


@pytest.mark.parametrize(
    "times",
    [
        ("20260701075500+0000", "20260701075500+0000"),
        ("20260701075500+0000", "20260701155500+0000"),  # of a shift: it began then
        ("", "20260701075500+0000"),  # nothing says when it began, but it had ended
        ("20260701075500+0000", "20260702"),  # an end that is no moment says nothing
    ],
)
def test_an_order_says_when_it_began_or_at_least_when_it_ended(times: tuple[str, ...]) -> None:
    (said,) = readings(_timed(*times))
    assert said.measured.text == "2026-07-01T07:55:00+00:00"


@pytest.mark.parametrize(
    ("code", "times"),
    [
        ("not_a_reading", ("20260701000000+0000", "20260702000000+0000")),
        ("bad_time", ("20260701075500+0000", "20260701075400+0000")),
    ],
)
def test_what_only_an_order_times_is_no_reading_of_a_whole_day(
    code: str, times: tuple[str, ...]
) -> None:
    assert codes(_timed(*times)) == [code]
    assert not readings(_timed(*times))
    # It is one if its own row says when it was.
    own = weight("82.4", rest="|||20260701120000+0000||||SCALE-1")
    (said,) = readings(_timed(*times, row=own))
    assert said.measured.text == "2026-07-01T12:00:00+00:00"


def test_when_a_result_was_reported_is_no_time_of_measurement() -> None:
    reported = ("", "", *[""] * 13, "20260703090000+0000")
    assert codes(_timed(*reported)) == ["missing"]
