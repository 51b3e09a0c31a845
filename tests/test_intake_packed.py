"""Archives: what is honest is taken in, and what lies, grows or hides is left, at once."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofline.intake.conformance import judged
from proofline.intake.options import Options
from proofline.intake.payloads import unpacking
from proofline.intake.payloads.payload import payload
from proofline.intake.payloads.unpacking import PackedError, unpack
from proofline.intake.report import Report
from proofline.intake.sources import fhir
from proofline.intake.taking_in import take_in
from test_intake_once import message

ZEROS = bytes(64 << 20)


def lines(*numbers: int) -> bytes:
    return b"".join(json.dumps(message(number)).encode() + b"\n" for number in numbers)


DEVICE = b'{"resourceType": "Device", "id": "cuff", "serialNumber": "MU-1"}\n'


def fhir_lines(*numbers: int) -> bytes:
    told = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": "Patient/made-up"},
        "device": {"reference": "Device/cuff"},
        "effectiveDateTime": "2026-05-01T07:00:00-05:00",
        "valueQuantity": {"value": 80, "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    return b"".join(json.dumps(told | {"id": f"w{one}"}).encode() + b"\n" for one in numbers)


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def take(folder: Path, data: bytes) -> Report:
    path = folder / "sent"
    path.write_bytes(data)
    return take_in("tenovi", [path], folder / "evidence")


GOOD = ("a.json", lines(1))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(lines(1, 2)),
        gzip.compress(lines(1)) + gzip.compress(lines(2)),
        zipped(("a.json", lines(1, 2))),
        zipped(("a/", b""), ("a/b.json", lines(1)), ("../../c.json", lines(2))),
        zipped(GOOD, ("b.json", lines(2)), how=zipfile.ZIP_STORED),
        zipped(GOOD, ("__MACOSX/._a.json", b"\0\5\x16\7"), ("b.json", lines(2))),
    ],
    ids=["gz", "gz of two", "zip", "zip of paths", "stored", "of a Mac"],
)
def test_what_is_packed_is_taken_in(tmp_path: Path, data: bytes) -> None:
    report = take(tmp_path, data)
    assert report.added() == {"devices": 1, "readings": 2, "provenance": 2}
    assert not [one for one in report.troubles() if one.kind == "refused"]
    rows = (tmp_path / "evidence/provenance.ndjson").read_text().splitlines()
    (digest,) = {json.loads(row)["payload_sha256"] for row in rows}
    assert (tmp_path / "evidence/payloads" / digest[:2] / digest).read_bytes() == data
    assert sorted(one.name for one in tmp_path.iterdir()) == ["evidence", "sent"]


def overlapping() -> bytes:
    """Make an archive with many members that all are one and the same packed stream."""
    data = bytearray(zipped(("a.json", ZEROS[: 1 << 20])))
    end = data.rfind(b"PK\5\6")
    start = struct.unpack_from("<L", data, end + 16)[0]
    entry = bytes(data[start:end])
    data[start:end] = entry * 900
    end = data.rfind(b"PK\5\6")
    struct.pack_into("<HHL", data, end + 8, 900, 900, 900 * len(entry))
    return bytes(data)


def changed(data: bytes, mark: bytes, at: int, new: bytes) -> bytes:
    """Write over some bytes behind the last mark."""
    place = data.rfind(mark) + at
    return data[:place] + new + data[place + len(new) :]


ENTRY, END = b"PK\1\2", b"PK\5\6"
LEFT: dict[str, Callable[[], bytes]] = {  # made where they are asked for
    "a bomb": lambda: gzip.compress(ZEROS),
    "a bomb of one member": lambda: zipped(("a", ZEROS)),
    "a bomb that lies of its size": lambda: changed(
        zipped(("a", ZEROS)), ENTRY, 24, struct.pack("<L", 100)
    ),
    "members that overlap": overlapping,
    "an archive in an archive": lambda: zipped(("a.zip", zipped(GOOD))),
    "a gz in a gz": lambda: gzip.compress(gzip.compress(lines(1))),
    "a tar": lambda: gzip.compress(bytes(257) + b"ustar" + bytes(250)),
    "a workbook": lambda: zipped(("[Content_Types].xml", b"<x/>")),
    "too many members": lambda: zipped(*((str(one), b"") for one in range(1_001))),
    "many members that say to be few": lambda: changed(
        zipped(*((str(one), b"{}") for one in range(1_200))), END, 8, b"\5\0\5\0"
    ),
    "an encrypted member": lambda: changed(zipped(GOOD), ENTRY, 8, b"\1\0"),
    "another way of packing": lambda: changed(zipped(GOOD), ENTRY, 10, b"\x0c\0"),
    "sizes elsewhere": lambda: changed(zipped(GOOD), ENTRY, 24, b"\xff" * 4),
    "a huge member": lambda: changed(
        zipped(GOOD), ENTRY, 20, struct.pack("<2L", 0x7FFFFFFF, 0x7FFFFFFF)
    ),
    "another checksum": lambda: changed(zipped(GOOD), ENTRY, 16, b"\0\0\0\0"),
    "a directory that is cut": lambda: changed(zipped(GOOD), END, 12, struct.pack("<L", 10)),
    "a directory beyond the end": lambda: changed(
        zipped(GOOD), END, 16, struct.pack("<L", 1 << 30)
    ),
    "a cut gz": lambda: gzip.compress(lines(1, 2))[:-12],
    "rubbish behind a gz": lambda: gzip.compress(lines(1)) + b"rubbish",
    "a zip without end": lambda: zipped(GOOD)[:-30],
    "7z": lambda: b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "zstd": lambda: b"\x28\xb5\x2f\xfd" + bytes(40),
    "xz": lambda: b"\xfd7zXZ\0" + bytes(40),
}


LARGE = {"a bomb of one member", "a bomb that lies of its size"}


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.slow] * (one in LARGE)) for one in LEFT]
)
def test_what_lies_grows_or_hides_is_left_at_once(tmp_path: Path, name: str) -> None:
    take(tmp_path, lines(9))  # so that everything is imported
    data, before = LEFT[name](), time.process_time()
    report = take(tmp_path, data)
    taken = time.process_time() - before
    assert [(one.code, one.kind) for one in report.troubles()] == [("packed", "refused")]
    assert not report.added()
    assert taken < 0.3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["evidence", "sent"]


@pytest.mark.parametrize(("cap", "value"), [("LARGEST_MEMBER", 300), ("LARGEST", 600)])
def test_what_unpacks_to_more_than_a_cap_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cap: str, value: int
) -> None:
    members = [("a", lines(1)), ("b", lines(2)), ("c", lines(3, 4))]
    both = [zipped(*members), gzip.compress(lines(1, 2, 3, 4))]
    assert not any(take(tmp_path, data).troubles() for data in both)
    monkeypatch.setattr(unpacking, cap, value)
    assert [one.code for data in both for one in take(tmp_path, data).troubles()] == ["packed"] * 2


HONEST = [zipped(GOOD, ("b", lines(2))), gzip.compress(lines(1, 2))]


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.sampled_from(HONEST),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=5)), min_size=1, max_size=3),
)
def test_no_damaged_archive_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    changes: list[tuple[float, bytes]],
) -> None:
    for share, new in changes:
        at = int(share * len(data))
        data = data[:at] + new + data[at + len(new) :]
    try:
        out, members = unpack(io.BytesIO(data), tmp_path_factory.getbasetemp())
    except PackedError:
        return
    with out:
        assert all(0 <= one.start <= one.end for one in members)


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (gzip.compress(fhir_lines(1, 2)), {"sent line 1", "sent line 2"}),
        (
            zipped(("Device.ndjson", DEVICE), ("a", fhir_lines(1)), ("b", b"\n" + fhir_lines(2))),
            {"sent member 2", "sent member 3"},
        ),
    ],
    ids=["gz", "zip"],
)
def test_fhir_is_taken_out_of_archives_too(tmp_path: Path, data: bytes, places: set[str]) -> None:
    path, into = tmp_path / "sent", tmp_path / "E"
    path.write_bytes(data)
    report = fhir.take_in([path], into)
    assert report.added()["readings"] == 2
    rows = [json.loads(line) for line in (into / "provenance.ndjson").read_text().splitlines()]
    assert {
        " ".join(filter(None, (row["payload_name"], row.get("payload_place")))) for row in rows
    } == places
    assert {row["payload_sha256"] for row in rows} == {hashlib.sha256(data).hexdigest()}
    assert not fhir.take_in([path], into).added()


def test_a_fhir_archive_that_lies_is_left_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    path.write_bytes(overlapping())
    (told,) = fhir.take_in([path], tmp_path / "E").troubles()
    assert (told.kind, told.code) == ("refused", "packed")


def test_conformance_judges_what_is_packed() -> None:
    bad = b'[{"metric": "weight"}]'
    sent = payload("sent", zipped(GOOD, ("b.json", bad)))
    assert [one.conforms for one in judged("tenovi", sent, Options())] == [True, False]
    (told,) = judged("tenovi", payload("sent", overlapping()), Options())
    assert [one.code for one in told.troubles] == ["packed"]
