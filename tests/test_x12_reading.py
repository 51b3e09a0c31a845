"""X12 is read by the delimiters that it declares, whole or not at all."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest
import pyx12.x12file
from hypothesis import given, settings
from hypothesis import strategies as st

from proofline.claims.x12 import tokens
from proofline.claims.x12.reading import interchanges, segments
from proofline.claims.x12.segment import Delimiters, Segment
from proofline.claims.x12.tokens import FILE_BYTES, SEGMENT_BYTES
from proofline.claims.x12.trouble import X12Refused

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER1        *ZZ*RECEIVER1      "
    "*260203*0905*^*00501*000000042*0*T*:~"
)
GS, GE = "GS*HP*SENDER1*RECEIVER1*20260203*0905*7*X*005010X221A1~", "GE*1*7~"
ST, SE, IEA = "ST*835*0001~", "SE*4*0001~", "IEA*1*000000042~"
BODY = "N1*PR*EXAMPLE PLAN~HI*ABK:I10*ABF:E119^ABF:J449~"
GOOD = ISA + GS + ST + BODY + SE + GE + IEA
SHELF = Path(__file__).parents[2] / "shared/samples/x12"
SAMPLES = sorted(SHELF.rglob("*.*")) if SHELF.exists() else []


def read(text: str) -> list[Segment]:
    return list(segments(text.encode()))


def test_a_file_becomes_segments_with_their_places() -> None:
    found = read(GOOD)
    assert [one.tag for one in found] == ["ISA", "GS", "ST", "N1", "HI", "SE", "GE", "IEA"]
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found[3][2] == "EXAMPLE PLAN"
    assert found[3][9] == ""
    assert all(GOOD[one.offset :].startswith(one.tag + "*") for one in found)
    with pytest.raises(IndexError):
        found[3][0]


def test_composites_and_repetitions_are_parted() -> None:
    diagnoses = read(GOOD)[4]
    assert diagnoses.components(1) == ("ABK", "I10")
    assert diagnoses.repetitions(2) == ("ABF:E119", "ABF:J449")
    assert diagnoses.components(3) == diagnoses.repetitions(3) == ()
    assert diagnoses.repetitions(1) == ("ABK:I10",)
    assert len(diagnoses) == 2


@pytest.mark.parametrize("marks", ["|>!\n", "*:^\r", "\x1d\x1f\x1c\x1e", "+<%'"])
def test_other_delimiters_are_taken_from_the_isa(marks: str) -> None:
    text = GOOD.translate(str.maketrans("*:^~", marks))
    found = read(text)
    assert found[0].delimiters == Delimiters(*marks)
    assert found[4].components(1) == ("ABK", "I10")
    assert [one.elements for one in found[1:4]] == [one.elements for one in read(GOOD)[1:4]]


def test_a_byte_order_mark_and_line_ends_say_nothing() -> None:
    wrapped = "\ufeff" + GOOD.replace("~", "~\r\n") + "\n\n"
    assert [one.elements for one in read(wrapped)] == [one.elements for one in read(GOOD)]


def test_an_older_interchange_has_no_repetitions() -> None:
    found = read(GOOD.replace("*^*00501*", "*U*00401*"))
    assert found[4].repetitions(2) == ("ABF:E119^ABF:J449",)


def test_an_accent_is_read_in_utf_8_and_in_latin_1() -> None:
    for encoding in ("utf-8", "latin-1"):
        found = list(segments(GOOD.replace("PLAN", "PLÀN").encode(encoding)))
        assert found[3][2] == "EXAMPLE PLÀN"


def test_a_file_may_hold_several_interchanges() -> None:
    second = GOOD.replace("000000042", "000000043").replace("*T*:", "*P*:")
    second = second.replace(GS, "TA1*000000041*260203*0905*A*000~" + GS)
    first, other = interchanges((GOOD + second).encode())
    assert (first.control, first.usage, first.sender) == ("000000042", "T", "SENDER1")
    assert (other.control, other.usage, other.receiver) == ("000000043", "P", "RECEIVER1")
    assert [one[4] for one in other.acknowledged] == ["A"]
    assert first.acknowledged == ()
    (group,) = first.groups
    (transaction,) = group.transactions
    assert (group.kind, group.guide, transaction.kind) == ("HP", "005010X221A1", "835")
    assert [one.tag for one in transaction.segments] == ["ST", "N1", "HI", "SE"]
    assert transaction.guide == "005010X221A1"


TROUBLE = {
    "empty": ("", "no_isa", 0, 0),
    "only line ends": ("\r\n\n", "no_isa", 0, 0),
    "no isa": (GOOD[1:], "no_isa", 1, 0),
    "isa cut off": (GOOD[:100], "cut_off", 1, 0),
    "isa trimmed": (GOOD.replace("*SENDER1        *", "*SENDER1*", 1), "isa_width", 1, 6),
    "letter parts": (GOOD.replace("*T*:~", "*T*X~", 1), "delimiters", 1, 0),
    "same twice": (GOOD.replace("*T*:~", "*T**~", 1), "isa_width", 1, 16),
    "cut in a segment": (GOOD[:-3], "cut_off", 8, 0),
    "cut between": (GOOD.removesuffix(IEA), "cut_off", 7, 0),
    "junk behind": (GOOD + "\x1ax", "cut_off", 9, 0),
    "empty segment": (GOOD.replace(ST, ST + "~"), "no_segment", 4, 0),
    "small tag": (GOOD.replace("N1*PR", "n1*PR"), "no_segment", 4, 0),
    "space before": (GOOD.replace("~N1", "~ N1"), "no_segment", 4, 0),
    "line end inside": (GOOD.replace("EXAMPLE PLAN", "EXAMPLE\nPLAN"), "control_character", 4, 2),
    "nul inside": (GOOD.replace("EXAMPLE", "EXA\x00PLE"), "control_character", 4, 2),
    "too long": (GOOD.replace("PLAN", "P" * SEGMENT_BYTES), "segment_too_long", 4, 0),
    "too many": (GOOD.replace("*EXAMPLE PLAN", "*A" * 120), "too_many_elements", 4, 0),
    "se count": (GOOD.replace("SE*4", "SE*5"), "count", 6, 1),
    "huge count": (GOOD.replace("SE*4", "SE*" + "9" * 5000), "count", 6, 1),
    "ge count": (GOOD.replace("GE*1", "GE*2"), "count", 7, 1),
    "iea count": (GOOD.replace("IEA*1", "IEA*0"), "count", 8, 1),
    "no count": (GOOD.replace("SE*4", "SE*x"), "no_number", 6, 1),
    "isa no number": (GOOD.replace("000000042", "00000004A"), "no_number", 1, 13),
    "se control": (GOOD.replace("SE*4*0001", "SE*4*1"), "control_number", 6, 2),
    "ge control": (GOOD.replace("GE*1*7", "GE*1*8"), "control_number", 7, 2),
    "iea control": (GOOD.replace("IEA*1*000000042", "IEA*1*000000041"), "control_number", 8, 2),
    "no st control": (GOOD.replace("*0001~", "*~"), "control_number", 3, 2),
    "st twice": (GOOD.replace(ST + BODY + SE, (ST + BODY + SE) * 2), "control_number", 7, 2),
    "isa twice": (GOOD + GOOD, "control_number", 9, 13),
    "other guide": (GOOD.replace(ST, "ST*835*0001*005010X222A1~"), "guide", 3, 3),
    "outside": (GOOD.replace(ST, "N1*PR~" + ST), "misplaced", 3, 0),
    "st in st": (GOOD.replace(BODY, BODY + ST), "misplaced", 6, 0),
    "se alone": (GOOD.replace(ST + BODY, ""), "misplaced", 3, 0),
    "ge before se": (GOOD.replace(SE, ""), "misplaced", 6, 0),
    "iea before ge": (GOOD.replace(GE, ""), "misplaced", 7, 0),
    "iea alone": (GOOD + IEA, "misplaced", 9, 0),
    "isa in isa": (GOOD.replace(IEA, GOOD), "misplaced", 8, 0),
    "gs in gs": (GOOD.replace(ST, GS + ST), "misplaced", 3, 0),
    "ta1 in gs": (GOOD.replace(ST, "TA1*000000041*260203*0905*A*000~" + ST), "misplaced", 3, 0),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_is_refused_with_its_place_and_no_data(name: str) -> None:
    text, kind, number, element = TROUBLE[name]
    with pytest.raises(X12Refused) as caught:
        interchanges(text.encode())
    refusal = caught.value
    assert refusal.code == f"claims.x12_{kind}"
    assert (refusal.place.number, refusal.place.element) == (number, element)
    assert refusal.remedy
    assert "EXAMPLE" not in str(refusal)
    assert pickle.loads(pickle.dumps(refusal)).place == refusal.place  # noqa: S301 - our own


def test_a_file_beyond_measure_is_refused_unread() -> None:
    with pytest.raises(X12Refused, match="MiB") as caught:
        list(segments(bytes(FILE_BYTES + 1)))
    assert caught.value.code == "claims.x12_too_large"


@given(
    at=st.integers(0, len(GOOD)),
    taken=st.integers(0, 40),
    put=st.binary(max_size=12) | st.sampled_from([b"ISA*", b"~~", b"SE*4*0001~", b"\xff*"]),
)
def test_a_broken_file_is_read_or_refused_and_nothing_else(at: int, taken: int, put: bytes) -> None:
    broken = GOOD.encode()[:at] + put + GOOD.encode()[at + taken :]
    try:
        found = interchanges(broken)
    except X12Refused:
        return
    assert [len(one.groups) for one in found] == [1]


LONG = ISA + GS + ST + BODY * 400 + f"SE*{2 * 400 + 2}*0001~" + GE + IEA
"""Some twenty thousand bytes, which take several stretches."""


def told(data: bytes, *, walked: bool) -> list[Segment | str]:
    """Give the segments of a file and its refusal, if need be by walking every one of them."""
    found: list[Segment | str] = []
    with pytest.MonkeyPatch.context() as patched:
        if walked:
            patched.setattr(tokens, "_stretch", lambda _d, at, _m, length: ([], 0, at + length))
        try:
            found.extend(segments(data))
        except X12Refused as refusal:
            found.append(str(refusal))
    return found


@pytest.mark.slow
@settings(max_examples=150)
@given(
    at=st.integers(0, len(LONG)),
    taken=st.integers(0, 40),
    put=st.binary(max_size=12)
    | st.sampled_from(
        [b"~~", b"\r\n", b"~\n", b"~\r\n\r\n", b"\xc3\x80", b"~ N1*", b"\x1f", b"*" * 99]
    )
    | st.sampled_from([b"~XYZ*1", b"~ISA*", GOOD.encode(), b"A" * 8191, b"A" * 8192]),
    ends=st.sampled_from(["~", "~\n", "~\r\n", "~\n\n", "\n", "\r\n"]),
)
def test_what_is_parted_at_once_is_what_walking_gives(
    at: int, taken: int, put: bytes, ends: str
) -> None:
    data = LONG.replace("*T*:~", f"*T*:{ends[0]}").replace("~", ends).encode()
    broken = data[:at] + put + data[at + taken :]
    assert told(broken, walked=False) == told(broken, walked=True)


@pytest.mark.parametrize("size", [SEGMENT_BYTES - 1, SEGMENT_BYTES])
def test_the_longest_segment_is_the_same_both_ways(size: int) -> None:
    name = "N1*PR*" + "A" * (size - 6)
    data = LONG.replace("N1*PR*EXAMPLE PLAN", name, 300).encode()
    assert told(data, walked=False) == told(data, walked=True)
    assert isinstance(told(data, walked=False)[-1], str) == (size == SEGMENT_BYTES)


@pytest.mark.skipif(not SAMPLES, reason="the shared samples are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_published_files_are_parted_as_pyx12_parts_them(path: Path) -> None:
    data = path.read_bytes()
    plain = data.decode("ascii").replace("\r", "").replace("\n", "")
    reader = pyx12.x12file.X12Reader(io.StringIO(plain))
    theirs = [str(one).rstrip("~") for one in reader]
    for ours, other in zip(segments(data), theirs, strict=True):
        mark = ours.delimiters.element
        assert mark.join((ours.tag, *ours.elements)).rstrip(mark) == other.rstrip(mark)


@pytest.mark.parametrize("padding", [b"\r\n\r\n", b"   \n", b"\x1a", b"\0" * 512, b"\n\t \x1a\n"])
def test_padding_after_the_last_segment_says_nothing(padding: bytes) -> None:
    whole = GOOD.encode()
    assert [one.tag for one in segments(whole + padding)] == [one.tag for one in read(GOOD)]
    cut = whole.removesuffix(IEA.encode())
    with pytest.raises(X12Refused, match="before the interchange is closed"):
        list(segments(cut + padding))


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        (b"PK\x03\x04....", "ZIP"),
        (b"\x1f\x8b\x08....", "gzip"),
        ("ISA*00*".encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html>", "HTML"),
        (b"isa*00*", "small letters"),
    ],
)
def test_what_is_given_by_mistake_is_named(begins: bytes, told: str) -> None:
    with pytest.raises(X12Refused, match=told) as caught:
        list(segments(begins))
    assert caught.value.code == "claims.x12_no_isa"
    assert caught.value.remedy
