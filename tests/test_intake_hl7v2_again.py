"""A message that says again what another said: as the long way reads it, or by the long way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up_hl7 import HEAD, message, readings, weight
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.report import Place, Trouble
from proofline.intake.sources import hl7v2
from proofline.intake.sources.hl7v2.again import Again
from proofline.intake.sources.hl7v2.header import Message
from proofline.intake.sources.hl7v2.messages import message_of
from proofline.intake.sources.hl7v2.reading import observed

PRESSURE = (
    r"MSH|^~\&|HUB^{device}^EUI-64|HOME|PROOF|PRACTICE|{sent}||ORU^R01^ORU_R01|{control_id}|P|2.6"
    "\r"
    "PID|||{who}||PLAINLY^MADEUP|||F\r"
    "OBR|1|A-{control_id}|B-{control_id}|X^Y^L|||{order_time}\r"
    "OBX|1|ST|531969^MDC_ID_MODEL_NUMBER^MDC|1.0.0.1|Cuff 7||||||R\r"
    "OBX|2||150020^MDC_PRESS_BLD_NONINV^MDC|1.0.1|||||||X|||{at}||||{device}^CUFF^{device}^EUI-64\r"
    "OBX|3|NM|150021^S^MDC|1.0.1.1|{systolic}|266016^M^MDC|||||R||||||AMEAS^a^MDC\r"
    "OBX|4|NM|150022^D^MDC|1.0.1.2|{diastolic}|266016^M^MDC|||||{status}|||{own_time}\r"
)
USUAL = {
    "sent": "20260701080000-0500",
    "control_id": "M-1",
    "who": "P-1^^^PRACTICE^PI",
    "order_time": "20260701075500-0500",
    "device": "00000000000000C9",
    "at": "20260701075501-0500",
    "systolic": "128",
    "diastolic": "82",
    "status": "R",
    "own_time": "",
}
TIMES = st.sampled_from(
    ["20260702091500-0500", "20260702091500+0000", "20260702091500", "202607020915", "20260702",
     "20260231080000-0500", "20260702091500-9900", "20260702091500.5-0500", '""', "", "noon"]
)  # fmt: skip
NUMBERS = st.sampled_from(
    ["130", "085", "+85", "85.", ".5", "0", "-3", "1e2", "120/80", ">300", "HI", '""', "", "1~2"]
)
IDS = st.sampled_from(["M-2", "", '""', "x y", "x\\F\\y", "x&y", "x^y", "x~y", "\u00e9", "00C8"])
FIELDS: dict[str, st.SearchStrategy[str]] = {
    "sent": TIMES,
    "order_time": TIMES,
    "at": TIMES,
    "own_time": TIMES,
    "systolic": NUMBERS,
    "diastolic": NUMBERS,
    "control_id": IDS,
    "who": IDS | st.sampled_from(["^^^A^PI", "1^^^A^SS~2^^^A^PI"]),
    "device": IDS,
    "status": st.sampled_from(["R", "F", "D", "X", ""]),
}


def sent(**others: str) -> bytes:
    return PRESSURE.format(**(USUAL | others)).encode()


def by_both(again: Again, data: bytes) -> tuple[list[Measurement | Trouble], bool]:
    """Give what the long way tells, and whether the short one knew the message; both agree."""
    place = Place("made-up.hl7", "message 7")
    short = again.read(data, place)
    read = message_of(data, place)
    if isinstance(read, Trouble):
        assert short is None
        return [read], False
    told = observed(read)
    if short is None:
        again.learn(read, told)
        return told, False
    assert short == told
    return told, True


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.none(), max_size=2)), st.data())
def test_whatever_the_fields_both_ways_agree(
    changed: list[dict[str, None]], data: st.DataObject
) -> None:
    again = Again()
    for number, names in enumerate([{}, *changed, {}, {}, {}]):
        others = {name: data.draw(FIELDS[name]) for name in names}
        for _ in range(2):  # a shape is learnt from the second of its kind
            by_both(again, sent(**({"control_id": f"M-{number}"} | others)))


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_shape_learnt_from_what_is_odd_says_nothing_of_what_is_sound(field: str) -> None:
    odd = {"sent": "20260701080000-9900", "systolic": "1.2.3", "control_id": '""', "who": '""',
           "device": '""', "status": "X"}  # fmt: skip
    again = Again()
    for _ in range(3):
        by_both(again, sent(**{field: odd.get(field, "20260702091500-9900")}))
    told, _ = by_both(again, sent())
    (reading,) = (one for one in told if isinstance(one, Measurement))
    assert (reading.quantity.value, reading.second and reading.second.value) == ("128", "82")


def test_the_third_of_a_kind_is_known_with_fields_of_its_own() -> None:
    again = Again()
    assert [by_both(again, sent())[1] for _ in range(3)] == [False, False, True]
    others = {
        "control_id": "M-9", "who": "P-9^^^PRACTICE^PI", "device": "00000000000000FF",
        "at": "20260703075501-0500", "systolic": "141", "diastolic": "91.5",
    }  # fmt: skip
    told, known = by_both(again, sent(**others))
    (reading,) = (one for one in told if isinstance(one, Measurement))
    assert known
    assert (reading.message_id, reading.series.patient_id, reading.series.instrument.id) == (
        "M-9", "P-9", "00000000000000FF",
    )  # fmt: skip
    assert reading.measured.text == "2026-07-03T07:55:01-05:00"
    assert reading.series.instrument.model == "Cuff 7"


def test_two_pressures_whose_times_may_become_the_same_are_never_a_shape() -> None:
    def halves(first: str, second: str) -> bytes:
        rows = (
            f"OBX|{number}|NM|{code}^x^LN||{value}|mm[Hg]|||||F|||{time}+0000||||CUFF-1"
            for number, code, value, time in ((1, "8480-6", 120, first), (2, "8462-4", 80, second))
        )
        return message(*rows).encode()

    again = Again()
    apart = halves("20260701070000", "20260701070100")
    assert [by_both(again, apart)[1] for _ in range(3)] == [False] * 3
    told, _ = by_both(again, halves("20260701070000", "20260701070000"))
    assert len([one for one in told if isinstance(one, Measurement)]) == 1


def test_a_file_of_one_hub_takes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(message(weight(f"7{n}.5"), head=HEAD.replace("M-1", f"M-{n}")) for n in range(3))
    expected = readings(text)
    asked: list[object] = []

    def counted(one: Message) -> list[Measurement | Trouble]:
        asked.append(one)
        return observed(one)

    monkeypatch.setattr(hl7v2, "_AGAIN", Again())
    monkeypatch.setattr(hl7v2, "observed", counted)
    assert readings(text) == expected
    assert [one.quantity.value for one in expected] == ["70.5", "71.5", "72.5"]
    assert len(asked) == 2


def _monitor(control_id: str, *devices: str) -> bytes:
    row = "OBX|1|NM|8867-4^X^LN||6{}|/min|||||F|||20260701075501-0500||||{}"
    head = HEAD.replace("M-1", control_id)
    rows = (row.format(at, one) for at, one in enumerate(devices))
    return message(*rows, head=head).encode()


@pytest.mark.parametrize("devices", [("A", ""), ("A", "A", ""), ("A", "B", ""), ("", "A", "")])
def test_a_device_of_the_first_row_only_is_found_by_either_way(devices: tuple[str, ...]) -> None:
    again = Again()
    for number, others in enumerate([devices, devices, ("C", *devices[1:]), ("C",) * len(devices)]):
        by_both(again, _monitor(f"M-{number}", *others))


def test_how_long_an_order_lasted_is_asked_of_each_message() -> None:
    order = "OBR|1|||X^Y^L|||20260701075500+0000"
    again = Again()
    for number, end in enumerate(["01075500", "01075500", "01075500", "03075500", "01075500"]):
        said = message(weight("80", rest=""), head=HEAD.replace("M-1", f"M-{number}"))
        told, _ = by_both(again, said.replace(order, f"{order}|202607{end}+0000").encode())
        assert isinstance(told[0], Trouble) == (end == "03075500")


@pytest.mark.parametrize("odd", ['""', "^^^"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_device_field_that_names_none_is_found_by_either_way(odd: str, at: int) -> None:
    again = Again()
    for number, device in enumerate(["A", "B", odd, "C"]):
        devices = ["A", "A", ""]
        devices[at] = device
        by_both(again, _monitor(f"M-{number}", *devices))
