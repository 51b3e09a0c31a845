"""Files larger than memory: cut into pieces, they become what they would become whole."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.intake import Sample, samples
from proofline.intake.payloads import pieces as room
from proofline.intake.payloads.payload import Payload
from proofline.intake.payloads.pieces import pieces
from proofline.intake.report import Trouble
from proofline.intake.taking_in import take_in
from test_intake_once import message

HEAD = b"when,what\n"
MESSAGE = b"MSH|^~\\&|made|up|||20260301||ORU^R01|%d|P|2.6\rPID|1\rOBX|1|NM|x\r"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut what is larger than 2,000 bytes into pieces of about 300."""
    monkeypatch.setattr(room, "WHOLE", 2_000)
    monkeypatch.setattr(room, "PIECE", 300)
    monkeypatch.setattr(room, "LONGEST_LINE", 1_000)


def cut(data: bytes, heading: room.Heading | None = None) -> list[Payload | Trouble]:
    whole = Payload("made-up", b"", "0" * 64)
    return list(pieces(io.BytesIO(data), (0, len(data)), whole, heading))


def payloads(cut: list[Payload | Trouble]) -> list[Payload]:
    assert not [one for one in cut if isinstance(one, Trouble)]
    return [one for one in cut if isinstance(one, Payload)]


def codes(cut: list[Payload | Trouble]) -> list[str]:
    return [one.code for one in cut if isinstance(one, Trouble)]


@pytest.mark.usefixtures("small")
def test_lines_are_cut_between_lines_and_keep_their_numbers() -> None:
    lines = [json.dumps(message(number)).encode() + b"\n" for number in range(1, 20)]
    data = b"".join(lines)
    found = payloads(cut(data))
    assert b"".join(one.data for one in found) == data
    assert len(found) > 3
    for one in found:
        assert one.data.startswith(lines[one.first_line - 1])


@pytest.mark.usefixtures("small")
def test_messages_of_hl7_are_cut_between_messages_and_keep_their_numbers() -> None:
    sent = [MESSAGE % number for number in range(1, 40)]
    data = b"FHS|^~\\&\rBHS|^~\\&\r" + b"".join(sent) + b"BTS|39\rFTS|1\r"
    found = payloads(cut(data))
    assert b"".join(one.data for one in found).split() == b"".join(sent).split()
    for one in found:
        assert one.data.lstrip(b"\r").startswith(sent[one.first_line - 1])


@pytest.mark.usefixtures("small")
def test_each_piece_of_a_table_has_its_heading_and_no_row_is_cut() -> None:
    rows = [b'%d,"made\n up"\n' % number for number in range(300)]
    found = payloads(cut(HEAD + b"".join(rows), lambda _: len(HEAD)))
    assert b"".join(one.data.removeprefix(HEAD) for one in found) == b"".join(rows)
    for one in found:
        number = int(one.data.removeprefix(HEAD).split(b",")[0])
        # The first row below the heading stands in line 2, and each takes two lines.
        assert one.first_line + 1 == 2 + 2 * number


@pytest.mark.usefixtures("small")
def test_one_document_that_is_too_large_is_refused() -> None:
    for data in (
        json.dumps([message(number) for number in range(20)]).encode(),
        json.dumps({"results": [message(number) for number in range(20)]}, indent=1).encode(),
        HEAD * 300,
    ):
        assert codes(cut(data)) == ["too_large"]


@pytest.mark.usefixtures("small")
def test_a_line_that_is_too_long_is_told_of_and_the_next_are_read() -> None:
    line = json.dumps(message()).encode() + b"\n"
    found = cut(line * 4 + b'{"id":"' + b"x" * 3_000 + b'"}\n' + line * 4)
    assert codes(found) == ["too_long"]
    read = b"".join(one.data for one in found if isinstance(one, Payload))
    assert read.count(line) == 8


@pytest.mark.parametrize(
    "sample",
    [one for one in samples() if one.source == "hl7v2" or one.name.endswith(".ndjson")],
    ids=lambda one: f"{one.source}-{one.name}",
)
def test_a_fixture_in_pieces_brings_the_rows_of_the_whole(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sample.source == "fhir":
        pytest.skip("it has its own way of reading what is larger than memory")
    (tmp_path / sample.name).write_bytes(sample.data)
    tables = []
    two_lines = len(b"\n".join(sample.data.split(b"\n")[:2])) + 20
    for into, size in (("whole", 1 << 20), ("pieces", two_lines)):
        monkeypatch.setattr(room, "WHOLE", size)
        monkeypatch.setattr(room, "PIECE", size)
        take_in(sample.source, [tmp_path / sample.name], tmp_path / into, options=sample.options)
        found = sorted((tmp_path / into).glob("*.ndjson"))
        tables.append({path.name: path.read_bytes() for path in found})
    assert tables[0] == tables[1]


@pytest.mark.slow
@settings(max_examples=200)
@given(
    st.binary(max_size=400), st.integers(1, 60), st.sampled_from([b"", b'{"a":1}\n', b"MSH|x\r"])
)
def test_nothing_that_is_cut_gets_lost(data: bytes, size: int, first: bytes) -> None:
    data = first + data.replace(b"BHS", b"").replace(b"FHS", b"").replace(b"BTS", b"")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "WHOLE", 1)
        patched.setattr(room, "PIECE", size)
        found = cut(data)
    if not codes(found):
        assert b"".join(one.data for one in found if isinstance(one, Payload)) == data
