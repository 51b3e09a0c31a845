"""HL7 v2 from hostile senders: never an exception, never much time or memory, always a reason."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_hl7 import FIXTURES, HEAD, codes, message, readings, told, weight
from proofline.intake.report import Trouble
from proofline.intake.sources.hl7v2.wire.answers import Outcome, answer
from proofline.intake.sources.hl7v2.wire.framing import BrokenFraming, Frames, framed

# Hostile bytes.


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"PID|||P-1\r", "no_message"),
        (b"{}", "no_message"),
        (b"\x00\x00", "nul"),
        ((HEAD + "\rOBR|1\r").encode("utf-16-le"), "nul"),
        ((HEAD + "\rPID|||P-1\robx|1|NM|lower case\r").encode(), "no_rows"),
        (b"\x0bMSH|^~\\&|A\r", "framing"),
        (b"\x0bMSH|^~\\&|A\r\x1c\rjunk", "framing"),
        (HEAD.encode() + b"\rNTE|1||\x1c\r", "control"),
        (HEAD.encode() + b"\rNTE|1||\x00\r", "control"),
        (HEAD.encode() + b"\rNTE|1||\xe9\r", "charset"),
        (HEAD.encode() + b"||||||UNICODE UTF-16\r", "charset"),
        (HEAD.encode() + b"||||||ISO IR87\r", "charset"),
        (HEAD.encode() + b"\r" + b"NTE|1\r" * 50_000, "too_many"),
        (HEAD.encode() + b"\rNTE|1||" + b"x" * (5 << 20), "too_long"),
    ],
)
def test_what_is_no_message_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert codes(data)[-1] == code
    assert not readings(data)


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [
        weight("~".join(["1"] * 100_000)),
        weight("82.4", rest="|||||||" + "~".join(["S"] * 100_000)),
        weight("82.4", rest="|" * 100_000),
        weight("82.4", rest="|||||||" + "^" * 100_000),
        weight("82.4").replace("LN||", "LN|" + "1." * 100_000 + "1|"),
        weight("82.4").replace("LN||", "LN|1" + ".0" * 100_000 + "|"),
        "OBX|1||1^A^MDC|1" + ".0" * 100_000 + "|||||||X",
        weight("82.4", rest="|||||||" + "\\" * 100_000),
        weight("82.4").replace("29463-7", "29463-7" * 20_000),
        "PID|||" + "~".join(f"{one}^^^A^PI" for one in range(100_000)),
        "PRT|1|||EQUIP||||||" + "~".join(["D"] * 100_000),
        "NTE|1||" + "a\n" * 30_000,
    ],
)
def test_a_hundred_thousand_of_anything_is_read_at_once_in_little_memory(row: str) -> None:
    sent = message(row, weight("70")).encode()
    tracemalloc.start()
    began = time.process_time()
    told(sent)
    spent = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 2
    assert peak < 40 * len(sent) + (16 << 20)


@pytest.mark.slow
def test_nothing_is_held_of_a_message_that_was_read() -> None:
    """No circles: the garbage collector does not look at our structures."""
    sent = (FIXTURES / "pcd01.hl7").read_bytes()
    for _ in range(50):
        told(sent)
    tracemalloc.start()
    for _ in range(500):
        told(sent)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 50_000


SEEDS = [
    *(path.read_bytes() for path in sorted(FIXTURES.glob("*.hl7"))),
    message(weight("82.4")).encode(),
]


@pytest.mark.slow
@given(st.sampled_from(SEEDS), st.data())
def test_mutated_messages_never_raise(seed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(seed)))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(
        st.binary(max_size=12) | st.sampled_from([b"\r", b"|", b"^", b"~", b"\\", b"\x0b"])
    )
    mutated = seed[:at] + put + seed[at + cut :]
    for one in told(mutated):
        if isinstance(one, Trouble):
            assert one.reason
    answer(mutated, Outcome(kept=True), "20260701080000+0000")


@given(st.binary(max_size=300))
def test_any_bytes_never_raise(data: bytes) -> None:
    told(data)
    told(b"MSH" + data)


# Frames.


@pytest.mark.slow
@given(st.lists(st.binary(max_size=40), max_size=5), st.data())
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    sent: list[bytes], data: st.DataObject
) -> None:
    sent = [one.replace(b"\x1c\r", b"..").rstrip(b"\x1c") for one in sent]
    wire = b"".join(framed(one) + b"\r\n" for one in sent)
    frames, found, at = Frames(), [], 0
    while at < len(wire):
        step = data.draw(st.integers(1, 17))
        found += frames.feed(wire[at : at + step])
        at += step
    assert found == sent
    assert not frames.begun


@pytest.mark.parametrize(
    "wire", [b"MSH|", b"GET / HTTP/1.1", b"\x0bok\x1c\rMSH", b"\x0b" + b"x" * 99]
)
def test_wrong_framing_is_told(wire: bytes) -> None:
    with pytest.raises(BrokenFraming):
        Frames(50).feed(wire)
