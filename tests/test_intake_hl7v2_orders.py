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
        # Two quotation marks name none.
        (('""', "", ""), ["", "", ""]),
        (("MON-1", '""', ""), ["MON-1", "", ""]),
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


_HUB = "00000000000000AA^HUB^00000000000000AA^EUI-64"


def _head(code: str, sub_id: str, device: str = "") -> str:
    return f"OBX|1||{code}^X^MDC|{sub_id}|||||||X|||||||{device}"


@pytest.mark.parametrize("equipment", [True, False])
@pytest.mark.parametrize("sub_id", ["0", "0.0.0", ""])
def test_a_hub_lends_its_name_to_no_row(sub_id: str, *, equipment: bool) -> None:
    named = [_head("531981", sub_id, "" if equipment else _HUB)]
    if equipment:
        named.append(f"PRT|1|UC||EQUIP^Equipment^HL70912||||||{_HUB}")
    rows = [*named, _head("528391", "1"), _bare("8867-4", "61", sub_id="1.1.0.1")]
    assert [one.series.instrument.id for one in readings(message(*rows))] == [""]
    nobody = message(*rows).replace("PID|||P-1^^^PRACTICE^PI\r", "")
    assert "missing" in codes(nobody)
    assert not readings(nobody)


@pytest.mark.parametrize("sub_id", ["2.0.0.2", "2"])
def test_the_head_of_a_device_lends_its_name_to_no_other_trunk(sub_id: str) -> None:
    serial = "OBX|4|ST|531972^X^MDC|2.0.0.1|SN-2||||||R"
    first = _bare("8867-4", "61", sub_id="1.0.0.1")
    other = _bare("9279-1", "14", sub_id=sub_id)
    found = readings(
        message(_head("528391", "1", "DEV-1"), first, _head("528399", "2"), serial, other)
    )
    assert [one.series.instrument.id for one in found] == ["DEV-1", ""]
    assert not found[1].series.instrument.serial


def _timed(*times: str, row: str = "") -> str:
    """Write a message with OBR-7, OBR-8 and so on."""
    order = f"OBR|1|||X^Y^L|||{'|'.join(times)}"
    return "\r".join([HEAD, "PID|||P-1^^^PRACTICE^PI", order, row or weight("82.4")])


@pytest.mark.parametrize(
    "times",
    [
        ("20260701075500+0000", "20260701075500+0000"),
        ("20260701075500+0000", "20260701155500+0000"),  # of a shift: it began then
        ('""', "20260701075500+0000"),
        ("20260701075500+0000", '""'),
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


_SENSED = "||||||AMEAS^auto-measurement^MDC|SCALE-1"


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("manual", "NTE|1|L|Value manually entered by the nurse"),
        ("manual", r"NTE|1||Taken at rest.\.br\Typed in by hand"),
        ("manual", "NTE|1||Weight & pulse manually entered"),
        ("manual", r"NTE|1||BP\T\HR manually entered"),
        ("manual", "NTE|1||At rest^Value manually~entered"),
        ("manual", "NTE|1||Value manually\tentered"),
        ("manual", "NTE|1||Value manually\u00a0entered"),
        ("manual", r"NTE|1||Value \H\manually\N\\.br\entered"),
        ("manual", "NTE|1||Manual"),
        ("automatic", "NTE|1||Manual cuff"),
        ("automatic", "NTE|1||Not&manually~entered"),
        ("automatic", "NTE|1||Patient entered comment: felt fine"),
        ("automatic", "NTE|1||Patient-entered comment"),
        ("automatic", "NTE|1||At rest. Comment entered by patient: felt fine"),
        ("manual", "NTE|1||Patient entered comment: value typed in by hand"),
        ("manual", "NTE|1||Patient entered comment and weight"),
        ("manual", "NTE|1||Weight and comment entered by patient"),
        ("automatic", "NTE|1|L|Not manually entered"),
        ("automatic", "NTE|1|L|Taken after breakfast"),
        ("automatic", "NTE|1"),
    ],
)
def test_a_note_that_says_typed_outweighs_the_device(entry: str, note: str) -> None:
    one, other = (
        weight("80", rest=_SENSED),
        weight("81", rest=f"|||20260701080000+0000{_SENSED[3:]}"),
    )
    found = readings(message(one, note, other))
    assert [said.series.entry.word for said in found] == [entry, "automatic"]
    assert found[0].series.entry.field.startswith("NTE-3" if entry == "manual" else "OBX-17")


@pytest.mark.parametrize(
    ("test", "note"),
    [
        (True, "NTE|1|L|Control solution"),
        (True, "NTE|1||QUALITY^CONTROL."),
        (True, "NTE|1||Control liquid test, level 2"),
        (False, "NTE|1||Next test is with control solution"),
        (False, "NTE|1||Under control"),
    ],
)
def test_a_note_that_names_a_control_solution_makes_a_test(test: bool, note: str) -> None:
    one, other = (
        weight("80", rest=_SENSED),
        weight("81", rest=f"|||20260701080000+0000{_SENSED[3:]}"),
    )
    found = readings(message(one, note, other))
    assert [said.series.test for said in found] == [test, False]
    assert (found[0].series.test_said == "NTE-3 (control solution)") is test


def test_a_note_on_an_order_is_one_on_all_of_its_rows_and_on_no_others() -> None:
    order = "OBR|2|||X^Y^L|||20260701080000+0000"
    rows = [weight(value, rest=_SENSED) for value in ("80", "81")]
    note = "NTE|1|L|Entered by the patient"
    found = readings(message(rows[0], order, note, rows[1]))
    assert [said.series.entry.word for said in found] == ["automatic", "manual"]


@pytest.mark.parametrize("own", [True, False])
def test_a_note_on_a_head_is_one_on_the_rows_under_it(*, own: bool) -> None:
    """Even where each row has all else of its own."""
    row = "OBX|1|NM|{}^X^LN|{}|61|/min|||||F|||{}|||AMEAS^^MDC|{}"
    rest = ("20260701080000+0000", "MON-1") if own else ("", "")
    under, other = (
        row.format("8867-4", "1.0.0.1", *rest),
        row.format("9279-1", "2.0.0.1", *rest),
    )
    heads = [_head("528391", "1"), _head("528399", "2")]
    note = "NTE|1||manually entered"
    found = readings(message(heads[0], note, under, heads[1], other))
    assert [said.series.entry.word for said in found] == ["manual", "automatic"]
    found = readings(message(heads[0], under, heads[1], note, other))
    assert [said.series.entry.word for said in found] == ["automatic", "manual"]
    # One without a place has nothing under it.
    found = readings(message(_head("528391", ""), note, under, other))
    assert [said.series.entry.word for said in found] == ["manual", "manual"]


def test_a_note_between_an_order_and_its_rows_is_not_on_the_row_before() -> None:
    note, order = "NTE|1||manually entered", "OBR|2|||X^Y^L|||20260701080000+0000"
    rows = [weight(value, rest=_SENSED) for value in ("80", "81")]
    found = readings(message(rows[0], "ORC|RE", note, order, rows[1]))
    assert [said.series.entry.word for said in found] == ["automatic", "manual"]
    found = readings(message(rows[0], note, "ORC|RE", order, rows[1]))
    assert [said.series.entry.word for said in found] == ["manual", "automatic"]


def test_a_note_on_half_of_a_pressure_is_one_on_the_whole() -> None:
    row = "OBX|1|NM|{}^X^LN|1.1.{}|{}|mm[Hg]|||||F||||||AMEAS^^MDC|CUFF-1"
    upper, lower = row.format("8480-6", 1, 121), row.format("8462-4", 2, 79)
    (said,) = readings(message(upper, lower, "NTE|1|L|manual entry"))
    assert (said.series.metric, said.series.entry.word) == ("85354-9", "manual")


def test_a_control_solution_noted_on_an_order_or_a_head_is_so_on_the_rows_under_it() -> None:
    note, order = "NTE|1||Control solution", "OBR|2|||X^Y^L|||20260701080000+0000"
    rows = [weight(value, rest=_SENSED) for value in ("80", "81")]
    for segments in ((rows[0], order, note, rows[1]), (rows[0], "ORC|RE", note, order, rows[1])):
        assert [said.series.test for said in readings(message(*segments))] == [False, True]
    row = "OBX|1|NM|{}^X^LN|{}|61|/min|||||F|||20260701080000+0000|||AMEAS^^MDC|MON-1"
    under, other = row.format("8867-4", "1.0.0.1"), row.format("9279-1", "2.0.0.1")
    heads = [_head("528391", "1"), _head("528399", "2")]
    found = readings(message(heads[0], note, under, heads[1], other))
    assert [said.series.test for said in found] == [True, False]
