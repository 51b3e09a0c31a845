"""The verifier in a packet, run as a stranger runs it; no byte can be changed unseen."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as some

import made_up_packets as made_up
from made_up_packets import AT
from proofline.decide.records.canonical import canonical
from proofline.ledger.checkpoint import sign
from proofline.ledger.kept.keeping import item_name
from proofline.ledger.kept.log import Record
from proofline.ledger.note import Algorithm, SigningKey
from proofline.ledger.proof import InclusionProof, inclusion_ranges
from proofline.ledger.tree import leaf_hash, node_hash
from proofline.packet import verify
from proofline.packet.archive import archived
from proofline.packet.entering import entered
from proofline.packet.gathering import Gathered
from sampling import tried

FLIP = "DEMO-UTC-FLIP-UP-RPM"
EACH, AROUND = tried("PROBE_EDITS", 101, 1), tried("PROBE_EDITS", 3, 1)  # bytes for one turned
PROGRAM = Path(verify.__file__)
Files: TypeAlias = dict[str, bytes]
OLDER = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))
ASKED = {"9", "10", "11", "12", "13"}
PYTHONS = [str(one) for one in OLDER if one.parts[-3].split(".")[1] in ASKED] or [sys.executable]


@pytest.fixture(scope="module")
def one(practice: Path) -> Gathered:
    return made_up.line(practice, FLIP, 1, "99454")


@pytest.fixture(scope="module")
def packet(one: Gathered, practice: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A packet that a ledger vouches for."""
    log = made_up.ledger_of(tmp_path_factory.mktemp("ledger") / "ledger.db", one, practice)
    return archived(one.packet, one.grounds, entered(one.packet, log, made_up.public()))


def opened(data: bytes) -> Files:
    with ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(files: Files, compression: int = ZIP_STORED) -> bytes:
    """Lay files out as a packet does, with checksums that fit: what a forger would do."""
    out = io.BytesIO()
    with ZipFile(out, "w") as file:
        for name, content in files.items():
            about = ZipInfo(name)
            about.create_system, about.external_attr = 3, 0o100644 << 16
            about.compress_type = compression
            file.writestr(about, content)
    return out.getvalue()


def resealed(files: Files) -> bytes:
    """Write manifest and seal anew for altered files: what a patient forger would do."""
    manifest = json.loads(files["manifest.json"])
    for told in manifest["files"]:
        content = files[told["name"]]
        told["bytes"] = len(content)
        told["sha256"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    manifest["packet"] = f"sha256:{hashlib.sha256(files['packet.json']).hexdigest()}"
    before = json.loads(files["manifest.json"])["packet"].encode()
    files = files | {"packet.pdf": files["packet.pdf"].replace(before, manifest["packet"].encode())}
    for told in manifest["files"]:
        if told["name"] == "packet.pdf":
            told["sha256"] = f"sha256:{hashlib.sha256(files['packet.pdf']).hexdigest()}"
    sealed = canonical(manifest)
    seal = f"{hashlib.sha256(sealed).hexdigest()}  manifest.json\n".encode()
    return zipped(files | {"manifest.json": sealed, "manifest.sha256": seal})


def holds(data: bytes, key: str = "") -> bool:
    try:
        verify.checked(data, key)
    except (verify.Altered, *verify.TROUBLE):
        return False
    return True


def test_a_packet_holds(packet: bytes, one: Gathered) -> None:
    assert holds(packet)
    assert holds(packet, str(made_up.public()))
    assert holds(archived(one.packet, one.grounds))


def test_a_packet_that_nobody_signed_does_not_hold_for_whoever_has_a_key(one: Gathered) -> None:
    bare = archived(one.packet, one.grounds)
    with pytest.raises(verify.Altered, match="nothing in the packet is signed"):
        verify.checked(bare, str(made_up.public()))


def test_a_key_of_another_form_is_named(packet: bytes) -> None:
    with pytest.raises(verify.Altered, match="not of the form"):
        verify.checked(packet, "ledger.key.pub")


def test_the_packet_carries_this_very_program(packet: bytes) -> None:
    assert opened(packet)["verify.py"] == PROGRAM.read_bytes()


@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: path.split("/")[-3])
def test_a_stranger_runs_it_alone(packet: bytes, tmp_path: Path, python: str) -> None:
    (tmp_path / "a.zip").write_bytes(packet)
    (tmp_path / "verify.py").write_bytes(opened(packet)["verify.py"])
    words = [python, "-I", "-S", "verify.py", "a.zip"]
    run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, env={})
    assert run.returncode == 0, run.stdout + run.stderr
    assert "transmission_days counted again from the raw log: 15" in run.stdout
    assert "utc_days counted again from the raw log: 30" in run.stdout
    assert f"ledger {made_up.ORIGIN}" in run.stdout
    assert "What it does not prove" in run.stdout
    assert "a key that comes with the packet alone proves nothing" in " ".join(run.stdout.split())
    (tmp_path / "b.zip").write_bytes(packet[:-30] + b"x" + packet[-29:])
    words[-1] = "b.zip"
    run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, env={})
    assert run.returncode == 1
    assert run.stdout.startswith("FAILS")


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


def test_a_sample_of_flips_is_found(packet: bytes) -> None:
    assert not any(holds(flipped(packet, place)) for place in range(7, len(packet), 997))


@pytest.mark.slow
def test_every_flipped_byte_of_a_packet_is_found(packet: bytes) -> None:
    """Of the pages one byte in `EACH`, of the rest one in `AROUND`: one digest vouches for all."""
    before, pages, _ = packet.partition(opened(packet)["packet.pdf"])
    start, end, every = len(before), len(before + pages), range(len(packet))
    places = (*every[:start:AROUND], *every[start:end:EACH], *every[end::AROUND])
    assert not any(holds(flipped(packet, place)) for place in places)


@pytest.mark.slow
def test_a_forger_who_mends_the_checksums_is_found(packet: bytes) -> None:
    files = opened(packet)
    assert zipped(files) == packet
    for name, content in files.items():
        for place in range(0, len(content), max(1, len(content) // 40)):
            assert not holds(zipped(files | {name: flipped(content, place)})), (name, place)


CHANGES: dict[str, Callable[[Files], Files]] = {
    "missing": lambda files: {n: c for n, c in files.items() if n != "snapshot.tsv"},
    "added": lambda files: files | {"more.txt": b"more"},
    "renamed": lambda files: {n.replace("facts", "fact"): c for n, c in files.items()},
    "reordered": lambda files: dict(reversed(files.items())),
    "empty": lambda files: files | {"record.json": b""},
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_set_of_files_is_found(packet: bytes, change: str) -> None:
    assert not holds(zipped(CHANGES[change](opened(packet))))


def test_other_ways_to_lay_the_same_files_out_are_found(packet: bytes) -> None:
    assert not holds(zipped(opened(packet), ZIP_DEFLATED))
    assert not holds(packet + b"\0")
    assert not holds(b"\0" + packet)
    for length in (0, 21, 22, 4000, len(packet) - 1):
        assert not holds(packet[:length])


def altered(files: Files, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Change the data of a packet and seal it anew."""
    data = json.loads(files["packet.json"])
    change(data)
    return resealed(files | {"packet.json": canonical(data)})


def _fewer_days(data: dict[str, Any]) -> None:
    del data["readings"][-2:]  # both of the last day


def _one_minute_more(data: dict[str, Any]) -> None:
    begun = data["work"][0]["work"]["started_at"]
    data["work"][0]["work"]["started_at"] = begun.replace("16:48", "16:46")


def _a_call_more(data: dict[str, Any]) -> None:
    data["calls"].append(data["calls"][0])


def _another_zone(data: dict[str, Any]) -> None:
    data["time_zone"] = "Asia/Tokyo"


def _another_value(data: dict[str, Any]) -> None:
    data["readings"][3]["reading"]["value"] = "99"


def _another_consent(data: dict[str, Any]) -> None:
    data["papers"]["consents"][0]["modality"] = "written"


def _another_instant(data: dict[str, Any]) -> None:
    data["readings"][3]["reading"]["received_at"] = "2026-01-04T07:00:41-05:00"


def _another_device(data: dict[str, Any]) -> None:
    data["readings"][3]["reading"]["device_id"] = "D-2"


def _another_channel(data: dict[str, Any]) -> None:
    data["calls"][0]["call"]["channel"] = "video"


def _another_worker(data: dict[str, Any]) -> None:
    data["work"][0]["work"]["performer_id"] = "DEMO-NP-ADA"


def _another_outcome(data: dict[str, Any]) -> None:
    data["decision"]["outcome"] = "billable"


@pytest.mark.parametrize(
    "change",
    [
        *(_fewer_days, _one_minute_more, _a_call_more, _another_zone, _another_value),
        *(_another_consent, _another_outcome),
    ],
)
def test_data_that_was_changed_and_sealed_anew_is_found(
    packet: bytes, change: Callable[[dict[str, Any]], None]
) -> None:
    files = opened(packet)
    assert holds(altered(files, lambda _: None))
    assert not holds(altered(files, change))


@pytest.mark.parametrize(
    "change",
    [_another_value, _another_instant, _another_device, _another_channel, _another_worker],
)
def test_a_log_that_is_not_the_evidence_is_found_without_a_ledger(
    one: Gathered, change: Callable[[dict[str, Any]], None]
) -> None:
    """The snapshot's digest stands in the decision: the log has to be the snapshot's rows."""
    files = opened(archived(one.packet, one.grounds))
    assert holds(altered(files, lambda _: None))
    assert not holds(altered(files, change))


def proving(data: bytes, wanted: Callable[[str], bool]) -> list[str]:
    """Check a packet in whose ledger.json a forger left only some proofs."""
    files = opened(data)
    told = json.loads(files["ledger.json"])
    left = [proof for proof in told["proven"] if wanted(proof["about"])]
    return verify.checked(resealed(files | {"ledger.json": canonical(told | {"proven": left})}), "")


def test_what_the_ledger_does_not_prove_is_told(packet: bytes) -> None:
    """The made-up ledger holds the decision, the readings and the consents, and nothing else."""
    told = [line for line in verify.checked(packet, "") if line.startswith("LACKS")]
    assert not any("decision" in line or "readings" in line for line in told), told
    assert "LACKS  3 of 3 time_entries are not in the ledger up to its signed head" in told
    without = proving(packet, lambda about: about != "readings/DEMO-RDG-1")
    assert "LACKS  1 of 30 readings are not in the ledger up to its signed head" in without
    without = proving(packet, lambda about: not about.startswith("decisions/"))
    assert "LACKS  the decision is not in the ledger up to its signed head" in without


@pytest.mark.slow
def test_what_was_kept_otherwise_before_is_told(one: Gathered, tmp_path: Path) -> None:
    """Of a row the last that was kept counts; every other decision of the line is told."""
    name = item_name("readings", "DEMO-RDG-1")
    record = json.loads(one.grounds.record)
    before = record | {"setting": record["setting"] | {"as_of": "2026-03-01"}}
    line = item_name("decisions", one.packet.line.line_id)

    def told(*kept: tuple[str, dict[str, Any]]) -> list[str]:
        place = tmp_path / str(len(list(tmp_path.iterdir())))
        place.mkdir()
        log = made_up.ledger_of(place / "ledger.db", one, None)
        log.append([Record("x", canonical(what), "made-up", item=of) for of, what in kept], AT)
        log.see(sign(log.head(), made_up.KEY, AT))
        vouched = entered(one.packet, log, made_up.public())
        return verify.checked(archived(one.packet, one.grounds, vouched), "")

    right, wrong = {"row": {"value": "123"}}, {"row": {"value": "99"}}
    assert "holds  readings/DEMO-RDG-1 was kept otherwise before: entry 2" in told(
        (name, wrong), (name, right)
    )
    with pytest.raises(verify.Altered, match="something else: readings/DEMO-RDG-1"):
        told((name, right), (name, wrong))
    outcome = f"{record['decision']['outcome']} x{record['decision']['units']}"
    assert any(f"as of 2026-03-01: {outcome}" in said for said in told((line, before)))
    same_day = told((line, record | {"sheet": "sha256:0"}))
    assert any(f"as of {made_up.AS_OF}: {outcome}" in said for said in same_day)


@pytest.mark.parametrize(
    ("sent", "holding"),
    [
        ("2026-01-02T07:00:00", True),  # New York, five hours behind
        ("2026-01-02T12:00:00", False),
        ("2026-01-03T07:00:00", False),
        ("2026-01-02T12:00:00Z", True),
    ],
)
def test_an_instant_without_offset_is_in_the_patient_s_time(sent: str, holding: bool) -> None:
    assert verify.same("2026-01-02T12:00:00Z", sent, "America/New_York") is holding


def test_an_hour_that_comes_twice_or_never_holds_either_way() -> None:
    """Clocks in New York went on at 2:00 on 2026-03-08 and back at 2:00 on 2026-11-01."""
    zone = "America/New_York"
    for instant in ("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"):
        assert verify.same(instant, "2026-11-01T01:30:00", zone)
    for instant in ("2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"):
        assert verify.same(instant, "2026-03-08T02:30:00", zone)
    assert not verify.same("2026-11-01T07:30:00Z", "2026-11-01T01:30:00", zone)


def test_a_ledger_of_somebody_else_is_found(packet: bytes) -> None:
    stranger = SigningKey(made_up.ORIGIN, b"s" * 32).public(Algorithm.ED25519)
    assert not holds(packet, str(stranger))
    files = opened(packet)
    told = json.loads(files["ledger.json"])
    for forged in (
        told | {"key": str(stranger)},
        told | {"size": told["size"] + 1},
        told | {"checkpoint": told["checkpoint"].replace(f"\n{told['size']}\n", "\n7\n")},
        told | {"proven": [told["proven"][1] | {"hashes": told["proven"][0]["hashes"]}]},
        told | {"proven": [told["proven"][0] | {"nonce": "00" * 16}]},
    ):
        assert not holds(resealed(files | {"ledger.json": canonical(forged)}))


@pytest.mark.slow
@settings(max_examples=20)
@given(some.binary(min_size=32, max_size=32), some.binary(max_size=80), some.integers(0, 511))
def test_signatures_are_checked_as_cryptography_checks_them(
    seed: bytes, message: bytes, bit: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.signed(key, message, signature)
    broken = bytearray(signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert not verify.signed(key, message, bytes(broken))
    assert not verify.signed(key, message + b"!", signature)


def test_a_signature_of_rfc_8032_holds() -> None:
    """RFC 8032, 7.1, test 2."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify.signed(key, b"\x72", signature)


@given(some.integers(1, 200), some.data())
def test_proofs_are_checked_as_the_ledger_makes_them(size: int, data: some.DataObject) -> None:
    index = data.draw(some.integers(0, size - 1))
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]

    def root_of(low: int, high: int) -> bytes:
        if high - low == 1:
            return leaves[low]
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        return node_hash(root_of(low, middle), root_of(middle, high))

    hashes = [root_of(*part) for part in inclusion_ranges(index, size)]
    proof = InclusionProof(index, size, tuple(hashes))
    assert verify.included(leaves[index], proof.index, proof.size, hashes) == root_of(0, size)
    if hashes:
        assert verify.included(leaves[index], index, size, hashes[:-1]) is None
        assert verify.included(leaves[index], index, size, [*hashes, hashes[0]]) is None
    assert verify.included(leaves[index], size, size, hashes) is None


def test_the_zip_is_laid_out_as_the_standard_library_lays_it(packet: bytes) -> None:
    files = opened(packet)
    assert verify.packed(files) == zipped(files) == packet
