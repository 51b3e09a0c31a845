"""HL7 v2 beyond the fixtures: the splitter, values, times, the tree of OBX-4, corrections."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_hl7 import HEAD, codes, message, readings, told, weight
from proofline.intake.measurements.measurement import Said
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble
from proofline.intake.sources.hl7v2.er7 import (
    USUAL,
    Delimiters,
    components,
    delimiters,
    escaped,
    unescaped,
)
from proofline.intake.sources.hl7v2.times import moment_of
from proofline.intake.sources.hl7v2.values import value_of
from proofline.intake.taking_in import take_in_payloads

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "hl7v2"

# The splitter.


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\n", "\r\r"])
def test_every_line_end_is_read(end: str) -> None:
    (one,) = readings(message(weight("82.4"), end=end))
    assert one.quantity.value == "82.4"


def test_letters_that_other_alphabets_use_end_no_segment() -> None:
    note = "NTE|1||next line\x85 line separator\u2028 paragraph\u2029 all inside a note"
    (one,) = readings(message(note, weight("82.4")))
    assert one.place.where == "message 1 OBX 1"


@pytest.mark.parametrize(
    "head",
    [
        "MSH|",
        "MSH",
        "MSH||||",
        r"MSH|^^\&|HUB",
        "MSH1^~\\&1HUB",
        r"MSH|^~\.|HUB",
        r"MSH|^~\-|HUB",
        r"MSH|^~\&#%|HUB",
        "MSH|^~",
    ],
)
def test_delimiters_that_separate_nothing_are_refused(head: str) -> None:
    assert delimiters(head) is None


def test_a_truncation_mark_is_no_delimiter_of_ours() -> None:
    assert delimiters(r"MSH|^~\&#|HUB") == USUAL


def test_two_codes_in_one_row_are_refused_as_that() -> None:
    two = "OBX|1|NM|8480-6^Sys^LN~8462-4^Dia^LN||135~85|mm[Hg]|||||F|||20260701080000+0000"
    assert codes(message(two)) == ["repeated"]
    unknown = two.replace("8480-6", "718-7").replace("8462-4", "20570-8")
    assert codes(message(unknown)) == ["metric_not_known"]


@pytest.mark.parametrize("encoding", ["^~", "^~\\", "^~&"])
def test_marks_that_nothing_needs_may_be_left_out(encoding: str) -> None:
    marks = delimiters(f"MSH|{encoding}|HUB")
    assert marks is not None
    assert components(r"A&B\T\C^D", marks) == (r"A&B\T\C", "D")
    (one,) = readings(message(weight("82.4")).replace("^~\\&", encoding, 1))
    assert one.quantity.value == "82.4"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (r"a\F\b", "a|b"),
        (r"a\S\b\T\c\R\d\E\e", r"a^b&c~d\e"),
        (r"one\.br\two", "one\ntwo"),
        (r"\H\bold\N\ plain", "bold plain"),
        (r"\X38322E35\ ", "82.5 "),
        (r"\XC3A9\ ", "é "),
        (r"\XC3\ ", r"\XC3\ "),  # half a letter
        (r"\Z9\ and \unknown\ ", r"\Z9\ and \unknown\ "),
        ("ends in one\\", "ends in one\\"),
        (r"\X0D\OBX|1", "\rOBX|1"),
    ],
)
def test_escapes_mean_what_the_standard_says(sent: str, meant: str) -> None:
    assert unescaped(sent, USUAL) == meant


MARKS = st.permutations("|^~\\&#$%@!").map(lambda marks: Delimiters(*marks[:5]))


@pytest.mark.slow
@given(st.text(), MARKS)
def test_what_is_escaped_comes_back_and_separates_nothing(text: str, marks: Delimiters) -> None:
    text = text.encode("utf-8", "replace").decode()
    written = escaped(text, marks)
    assert unescaped(written, marks) == text
    assert not {"\r", "\n", marks.field, marks.component, marks.repetition} & set(written)


def test_an_escaped_segment_is_no_segment() -> None:
    hidden = r"NTE|1||\X0D\OBX|2|NM|29463-7^Weight^LN||99|kg|||||F|||||||SCALE-1"
    assert len(readings(message(hidden, weight("82.4")))) == 1


# Values and times.


@pytest.mark.parametrize(
    ("kind", "sent", "first", "second", "code"),
    [
        ("NM", "82.40", "82.40", "", ""),
        ("NM", "+7", "7", "", ""),
        ("NM", "007", "7", "", ""),
        ("NM", ".5", "0.5", "", ""),
        ("NM", "5.", "5", "", ""),
        ("NM", "-0.0", "-0.0", "", ""),
        ("NM", "0", "0", "", ""),
        ("NM", "1,5", "", "", "bad_number"),
        ("NM", "1e3", "1000", "", ""),
        ("NM", "NaN", "", "", "bad_number"),
        ("NM", "٣", "", "", "bad_number"),
        ("NM", "9" * 5000, "", "", "bad_number"),
        ("NM", '""', "", "", ""),
        ("NM", "120/80", "", "", "bad_number"),
        ("SN", "=^5", "5", "", ""),
        ("SN", "^120^/^80", "120", "80", ""),
        ("SN", "^1^-^2", "", "", "bad_number"),
        ("SN", "<^40", "40", "", ""),
        ("SN", "<>^40", "", "", "bad_number"),
        ("SN", "^", "", "", "bad_number"),
        ("ST", "120 / 80", "120", "80", ""),
        ("ST", "HI", "", "", ""),
        ("ST", "> 600", "600", "", ""),
        ("ST", "about 5", "", "", "bad_number"),
        ("TX", "5", "", "", "not_a_reading"),
        ("", "5", "", "", "not_a_reading"),
    ],
)
def test_value_is_read_as_its_type_says(
    kind: str, sent: str, first: str, second: str, code: str
) -> None:
    value = value_of(kind, sent, USUAL)
    assert (value.first, value.second, value.code) == (first, second, code)


@pytest.mark.parametrize(
    ("sent", "zone", "text"),
    [
        ("20260701075500+0000", "", "2026-07-01T07:55:00+00:00"),
        ("202607010755-0530", "+0000", "2026-07-01T07:55:00-05:30"),
        ("20260701075500.25", "+0100", "2026-07-01T07:55:00.250000+01:00"),
        ("20260701075500", "", "2026-07-01T07:55:00"),
        ("2026070107", "", None),
        ("20260701", "+0000", None),
        ("20260231075500", "", None),
        ("20260701245500", "", None),
        ("20260701075500+9900", "", None),
        ("20260701075500+1500", "", None),
        ("20260701075500Z", "", None),
        ("00000101000000", "", None),
        ("٢٠٢٦٠٧٠١٠٧٥٥", "", None),
        ("2026-07-01T07:55:00Z", "", None),
        ("2026070107550" + "0" * 100, "", None),
    ],
)
def test_time_is_a_moment_or_nothing(sent: str, zone: str, text: str | None) -> None:
    moment = moment_of(sent, zone)
    assert (moment.text if moment else None) == text


# The tree, the pairs, the heads.


@pytest.mark.parametrize(
    ("metric", "sent", "unit"),
    [
        ("8480-6", "mm(hg)^^ISO+", "mm[Hg]"),
        ("8310-5", "degC", "Cel"),
        ("8310-5", "degF^^L", "[degF]"),
        ("9279-1", "breaths/min", "/min"),
        ("9279-1", "rpm", "/min"),
        ("8480-6", "mm Hg", "mm[Hg]"),
        ("8310-5", "deg F", "[degF]"),
        ("8867-4", "beats/minute", "/min"),
        ("59408-5", "{%}", "%"),
    ],
)
def test_units_of_the_older_tables_are_understood(metric: str, sent: str, unit: str) -> None:
    (one,) = readings(message(f"OBX|1|NM|{metric}^X^LN||98|{sent}|||||F|||||||HUB-1"))
    assert one.quantity.unit == unit


def pressure(code: str, sub_id: str, value: str, rest: str = "F|||||||CUFF-1") -> str:
    return f"OBX|1|NM|{code}^P^LN|{sub_id}|{value}|mm[Hg]|||||{rest}"


def test_two_pressures_of_one_order_are_paired_by_their_heads() -> None:
    rows = [
        pressure("8480-6", "1.0.1.1", "131"),
        pressure("8480-6", "1.0.2.1", "122"),
        pressure("8462-4", "1.0.2.2", "72"),
        pressure("8462-4", "1.0.1.2", "81"),
    ]
    found = [
        (one.quantity.value, one.second and one.second.value) for one in readings(message(*rows))
    ]
    assert found == [("131", "81"), ("122", "72")]


@pytest.mark.parametrize(
    "rows",
    [
        # two of each, and nothing says which belong together
        [("8480-6", ""), ("8480-6", ""), ("8462-4", ""), ("8462-4", "")],
        [("8480-6", "1"), ("8480-6", "2"), ("8462-4", "3")],
    ],
)
def test_pressures_that_could_be_paired_in_two_ways_stay_apart(rows: list[tuple[str, str]]) -> None:
    sent = [pressure(code, sub_id, str(100 + at)) for at, (code, sub_id) in enumerate(rows)]
    assert [one.series.metric for one in readings(message(*sent))] == [code for code, _ in rows]


def test_pressures_of_two_times_are_no_pair() -> None:
    later = "F|||20260701090000+0000||||CUFF-1"
    found = readings(message(pressure("8480-6", "", "131"), pressure("8462-4", "", "81", later)))
    assert [one.series.metric for one in found] == ["8480-6", "8462-4"]


def test_a_pair_came_in_by_itself_only_if_both_of_it_did() -> None:
    by_itself = "F||||||AMEAS^auto-measurement^MDC|CUFF-1"
    (one,) = readings(
        message(pressure("8480-6", "1.1", "131", by_itself), pressure("8462-4", "1.2", "81"))
    )
    assert one.series.entry.word == "unknown"


def test_a_hand_in_it_outweighs_the_device() -> None:
    (said,) = readings(message(weight("80", rest="||||||AMEAS^^MDC~MMEAS^^MDC|SCALE-1")))
    assert said.series.entry == Said("manual", "OBX-17=MMEAS")


def test_heads_of_one_order_hold_for_no_other() -> None:
    head = "OBX|1||528399^MDC_DEV_SPEC_PROFILE_SCALE^MDC|1|||||||X|||||||SCALE-9^EUI-64"
    row = weight("82.4", rest="").replace("LN||", "LN|1.0.0.1|")
    first, second = readings(message(head, row, "OBR|2|||X^Y^L|||20260701080000+0000", row))
    assert (first.series.instrument.id, second.series.instrument.id) == ("SCALE-9", "")


def test_two_patients_in_one_message_stay_two() -> None:
    other = "PID|||P-2^^^PRACTICE^PI"
    order = "OBR|1|||X^Y^L|||20260701080000+0000"
    found = readings(message(weight("82.4"), other, order, weight("70")))
    assert [one.series.patient_id for one in found] == ["P-1", "P-2"]


# Corrections and repeats, in the folder.


def take(folder: Path, *sent: str) -> list[Trouble]:
    payloads = [payload(f"{at}.hl7", one.encode()) for at, one in enumerate(sent)]
    return take_in_payloads("hl7v2", payloads, folder).troubles()


def later(text: str, seconds: int, control_id: str) -> str:
    return text.replace("20260701080000", f"202607010800{seconds:02}").replace("M-1", control_id)


def test_a_correction_takes_the_place_of_what_it_corrects(tmp_path: Path) -> None:
    first, second = message(weight("82.4")), message(weight("84.2", "C"))
    assert "corrects" in [one.code for one in take(tmp_path, first, later(second, 5, "M-2"))]
    lines = (tmp_path / "readings.ndjson").read_text().splitlines()
    assert len(lines) == 2
    assert len({re.search(r'"reading_id":"([^"]*)"', line)[1] for line in lines}) == 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("UTF8", "B\u00fchne".encode()),
        ("UNICODE", "B\u00fchne".encode()),
        ("ISO-8859-1", b"B\xfchne"),
        ("WINDOWS-1252", b"B\xfchne\x80"),
    ],
)
def test_character_sets_are_taken_by_the_names_that_senders_give_them(
    charset: str, name: bytes
) -> None:
    head = f"{HEAD}||||||{charset}"
    sent = message("NTE|1||NAME", weight("80"), head=head)
    assert len(readings(sent.encode().replace(b"NAME", name))) == 1


def test_a_device_that_says_it_has_no_number_has_measured_none(tmp_path: Path) -> None:
    assert "not_living" in [one.code for one in take(tmp_path, message(weight("8388607")))]
    (line,) = (tmp_path / "readings.ndjson").read_text().splitlines()
    assert '"value"' not in line


def test_a_withdrawal_takes_the_value_away(tmp_path: Path) -> None:
    first, second = message(weight("82.4")), message(weight("82.4", "W"))
    found = [one.code for one in take(tmp_path, first, later(second, 5, "M-2"))]
    assert {"withdrawn", "corrects"} <= set(found)
    assert '"value"' not in (tmp_path / "readings.ndjson").read_text().splitlines()[1]


def test_a_withdrawal_that_nothing_shows_to_be_later_has_the_reading_wait(tmp_path: Path) -> None:
    first, second = message(weight("82.4")), message(weight("82.4", "W"))
    assert "takes_back" in [one.code for one in take(tmp_path, first, second)]
    lines = (tmp_path / "readings.ndjson").read_text().splitlines()
    assert ['"value"' in line for line in lines] == [True, False]


def test_a_correction_that_nothing_shows_to_be_later_is_for_a_person(tmp_path: Path) -> None:
    first, second = message(weight("82.4")), message(weight("84.2", "C"))
    assert "differs_undated" in [one.code for one in take(tmp_path, first, second)]


def test_the_same_reading_in_two_messages_is_one(tmp_path: Path) -> None:
    sent = message(weight("82.4"))
    take(tmp_path, sent, later(sent, 5, "M-2"))
    assert len((tmp_path / "readings.ndjson").read_text().splitlines()) == 1
    assert len((tmp_path / "provenance.ndjson").read_text().splitlines()) == 2


def rate(code: str, value: str, status: str = "R") -> str:
    return f"OBX|1|NM|{code}^PULSE^MDC||{value}|264864^X^MDC|||||{status}|||||||MONITOR-1"


BY_ELECTRODES, BY_CLIP = "147842", "149530"


@pytest.mark.parametrize(("second", "found"), [("68", []), ("67", ["differs_undated"])])
def test_two_codes_of_one_metric_and_time_are_one_reading(
    second: str, found: list[str], tmp_path: Path
) -> None:
    said = take(tmp_path, message(rate(BY_ELECTRODES, "68"), rate(BY_CLIP, second)))
    assert [one.code for one in said if one.code == "differs_undated"] == found
    assert len((tmp_path / "readings.ndjson").read_text().splitlines()) == 1


def test_a_withdrawal_reaches_the_reading_whichever_code_it_names(tmp_path: Path) -> None:
    sent = message(rate(BY_ELECTRODES, "68"), rate(BY_CLIP, "67"))
    gone = message(rate(BY_ELECTRODES, "", "D"), rate(BY_CLIP, "", "D"))
    take(tmp_path, sent, later(gone, 5, "M-2"))
    *_, last = (tmp_path / "readings.ndjson").read_text().splitlines()
    assert '"value"' not in last


# Files of others.


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
def test_every_sample_goes_in_with_a_stated_outcome() -> None:
    files = sorted(SAMPLES.glob("*.hl7"))
    assert files
    for path in files:
        found = told(path.read_bytes())
        assert found
        assert not [one for one in found if isinstance(one, Trouble) and one.kind == "refused"]
