"""The GUDID release as XML: the same record as from its tables, versions, and hostile files."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from proofline.intake.fda.checking import check_devices, read_register
from proofline.intake.fda.gudid_xml import DEEPEST, LONGEST_MARK, LONGEST_VALUE
from proofline.intake.fda.register import Labeled
from proofline.intake.report import IntakeError

CUFF, BOX, SCALE = "00844588018923", "10844588018920", "00208851107347"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><gudid xmlns="http://www.fda.gov/cdrh/gudid"><header/>'
)
TAIL = "</gudid>"


def device(
    version: int = 1,
    *,
    key: str = "made-up-key",
    dis: tuple[str, ...] = (CUFF, BOX),
    number: str = "K990001",
    status: str = "Published",
) -> str:
    """Write a record in the order of the release, made up but for the names of its elements."""
    kinds = ("Primary", "Package", "Previous")
    identifiers = "".join(
        f"<identifier><deviceId>{di}</deviceId><deviceIdType>{kind}</deviceIdType>"
        "<pkgQuantity xsi:nil='true'/></identifier>"
        for di, kind in zip(dis, kinds, strict=False)
    )
    return (
        f"<device xmlns:xsi='made-up'><publicDeviceRecordKey>{key}</publicDeviceRecordKey>"
        f"<publicVersionStatus>Update</publicVersionStatus>"
        f"<deviceRecordStatus>{status}</deviceRecordStatus>"
        f"<publicVersionNumber>{version}</publicVersionNumber>"
        f"<identifiers>{identifiers}</identifiers><brandName>Made &amp; Up</brandName>"
        "<premarketExempt>false</premarketExempt>"
        "<productCodes><fdaProductCode><productCode>DXN</productCode>"
        "<productCodeName>x</productCodeName></fdaProductCode></productCodes>"
        "<premarketSubmissions><premarketSubmission>"
        f"<submissionNumber>{number}</submissionNumber><supplementNumber>000</supplementNumber>"
        "</premarketSubmission></premarketSubmissions></device>"
    )


def release(*devices: str) -> str:
    return f"{HEAD}{''.join(devices)}{TAIL}"


def said_of(folder: Path, *asked: str) -> dict[str, Labeled]:
    return read_register(folder, asked).labeled


OTHERS = [device(key=f"other-{n}", dis=(f"9{n:013}",), number="K000009") for n in range(50)]
"""Records that nobody asks for."""


@pytest.mark.parametrize("packed", [True, False])
def test_the_record_of_a_di_and_of_its_package_is_found(tmp_path: Path, *, packed: bool) -> None:
    text = release(*OTHERS, device(), *OTHERS)
    if packed:
        with zipfile.ZipFile(tmp_path / "gudid_full_release_20260901.zip", "w", 8) as archive:
            archive.writestr("FULLDownload_Part1_Of_2_2026-09-01.xml", release(*OTHERS))
            archive.writestr("FULLDownload_Part2_Of_2_2026-09-01.xml", text)
            archive.writestr("readme.txt", "not XML")
    else:
        (tmp_path / "part.xml").write_text(text)
    found = said_of(tmp_path, CUFF, BOX, SCALE)
    assert found == dict.fromkeys(
        (CUFF, BOX), Labeled(CUFF, ("DXN",), ("K990001",), record_key="made-up-key", version=1)
    )


def test_the_fdas_own_test_file_is_read(tmp_path: Path) -> None:
    """In its shape: another root, the DI once more at the end, submissions in no namespace."""
    odd = (
        '<?xml version="1.0" encoding="utf-8"?><data><device '
        'xmlns="http://www.fda.gov/cdrh/gudid"><identifiers><identifier>\n'
        f"<deviceId> {CUFF}\n</deviceId><deviceIdType>Primary</deviceIdType></identifier>"
        f"</identifiers><premarketExempt>true</premarketExempt><deviceId>{CUFF}</deviceId>"
        '<premarketSubmissions xmlns=""><premarketSubmission><submissionNumber>K990001'
        "</submissionNumber></premarketSubmission></premarketSubmissions></device></data>"
    )
    (tmp_path / "a.xml").write_text(odd)
    expected = Labeled(CUFF, (), ("K990001",), premarket_exempt=True, record_key=CUFF)
    assert said_of(tmp_path, CUFF) == {CUFF: expected}


def test_of_all_versions_of_a_record_the_latest_holds(tmp_path: Path) -> None:
    # By name the update of a day comes before the full release, and one of a week after it.
    for name, number in (("daily", 3), ("full", 1), ("weekly", 2)):
        (tmp_path / f"gudid_{name}.xml").write_text(release(device(number, number=f"K{number}")))
    assert said_of(tmp_path, CUFF)[CUFF].submissions == ("K3",)


def test_a_di_that_a_later_version_drops_is_no_longer_that_records(tmp_path: Path) -> None:
    (tmp_path / "gudid_full.xml").write_text(release(device(1)))
    (tmp_path / "gudid_daily.xml").write_text(release(device(2, dis=(CUFF,))))
    assert said_of(tmp_path, BOX) == {}
    assert said_of(tmp_path, CUFF)[CUFF].version == 2


def test_an_update_overrules_the_tables_and_older_xml_does_not(tmp_path: Path) -> None:
    (tmp_path / "identifiers.txt").write_text(f"PrimaryDI|deviceId\n{CUFF}|{CUFF}\n")
    (tmp_path / "device.txt").write_text(
        "PrimaryDI|publicDeviceRecordKey|publicVersionNumber|premarketExempt\n"
        f"{CUFF}|made-up-key|2|true\n"
    )
    for version, exempt in ((1, True), (3, False)):
        (tmp_path / "update.xml").write_text(release(device(version)))
        assert said_of(tmp_path, CUFF)[CUFF].premarket_exempt is exempt


@pytest.mark.parametrize("status", ["Deactivated", "Unpublished"])
def test_a_record_that_was_taken_back_says_nothing(tmp_path: Path, status: str) -> None:
    evidence, fda = tmp_path / "evidence", tmp_path / "fda"
    evidence.mkdir()
    fda.mkdir()
    row = {"device_id": "D1", "kind": "blood_pressure", "udi_di": CUFF}
    (evidence / "devices.ndjson").write_text(json.dumps(row) + "\n")
    cleared = {"k_number": "K990001", "decision_code": "SESE", "decision_date": "20200504",
               "product_code": "DXN"}  # fmt: skip
    (fda / "device-510k.json").write_text(json.dumps({"results": [cleared]}))
    (fda / "gudid_full.xml").write_text(release(device(1)))
    ((before,), _) = check_devices(evidence, fda)
    (fda / "gudid_daily.xml").write_text(release(device(2, status=status)))
    ((after,), _) = check_devices(evidence, fda)
    assert (before.standing, before.reference) == ("found", "K990001")
    assert after.standing == "not_found"
    assert any(status.lower() in step for step in after.steps)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><gudid>&l9;</gudid>',
    "file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><gudid>&f;</gudid>',
    "outside": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><gudid/>',
    "entity": f"{HEAD}<device>&nobody;</device>{TAIL}",
    "deep": HEAD + "<a>" * (DEEPEST + 1),
    "value": f"{HEAD}<device><deviceId>{'1' * (LONGEST_VALUE + 1)}</deviceId></device>{TAIL}",
    "cut": release(device())[:-40],
    "two": release() * 2,
    "json": '{"results": []}',
    "nothing": "",
    "bytes": "\udcff\udcfe\udc80",
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_what_is_hostile_or_broken_is_refused(tmp_path: Path, what: str) -> None:
    (tmp_path / "part.xml").write_bytes(HOSTILE[what].encode("utf-8", "surrogateescape"))
    with pytest.raises(IntakeError) as error:
        said_of(tmp_path, CUFF)
    assert error.value.code == "devices.not_gudid"
    assert "part.xml" in error.value.message
    assert "passwd" not in error.value.message


@pytest.mark.parametrize("begun", ["<a ", "<a x='", "<!-- ", "<?x ", "<![CDATA["])
def test_what_does_not_end_is_left_early(tmp_path: Path, begun: str) -> None:
    with (tmp_path / "part.xml").open("w") as file:
        file.write(HEAD + begun)
        for _ in range(12):
            file.write("y" * LONGEST_MARK)
    tracemalloc.start()
    with pytest.raises(IntakeError) as error:
        said_of(tmp_path, CUFF)
    assert tracemalloc.get_traced_memory()[1] < 8 * LONGEST_MARK
    tracemalloc.stop()
    assert error.value.code == "devices.not_gudid"


@pytest.mark.slow
def test_what_unpacks_to_very_much_is_left_early(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", 8) as archive:
        archive.writestr("part.xml", HEAD + " " * (12 << 20))
    with pytest.raises(IntakeError) as error:
        said_of(tmp_path, CUFF)
    assert error.value.code == "intake.unreadable"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_release(tmp_path: Path) -> None:
    with (tmp_path / "part.xml").open("w") as file:
        file.write(HEAD)
        for number in range(2_000):
            file.write(device(key=f"other-{number}", dis=(f"9{number:013}",)))
        file.write(device() + TAIL)
    tracemalloc.start()
    assert set(said_of(tmp_path, CUFF)) == {CUFF}
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
