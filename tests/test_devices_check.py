"""Devices against made-up files in the form of the FDA's: what is written, and what never is."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree

import pytest

from proofline.intake.fda.checking import check_devices, read_register
from proofline.intake.fda.verdict import Verdict
from proofline.intake.report import IntakeError

CUFF, BOX, SCALE, UNKNOWN = "00844588018923", "10844588018920", "00208851107347", "51022222233336"

CLASSES = [
    {"product_code": "DXN", "device_class": "2", "regulation_number": "870.1130",
     "submission_type_id": "1", "device_name": "Made-up pressure meter"},
    {"product_code": "FRI", "device_class": "1", "regulation_number": "880.2700",
     "submission_type_id": "4", "device_name": "Made-up scale"},
]  # fmt: skip
DECISIONS = [
    {"k_number": "K990001", "decision_code": "SESE", "decision_date": "2020-05-04",
     "product_code": "DXN"},
    {"k_number": "K990002", "decision_code": "SEKD", "decision_date": "2026-03-01",
     "product_code": "DXN"},
    {"k_number": "K990003", "decision_code": "NE", "decision_date": "2019-01-01",
     "product_code": "DXN"},
    {"k_number": "DEN990004", "decision_code": "DENG", "decision_date": "2019-01-01",
     "product_code": "QQQ"},
]  # fmt: skip


@pytest.fixture
def fda(tmp_path: Path) -> Path:
    folder = tmp_path / "fda"
    gudid = folder / "gudid"
    gudid.mkdir(parents=True)
    for name, results in (("device-classification", CLASSES), ("device-510k", DECISIONS)):
        (folder / f"{name}-0001-of-0001.json").write_text(
            json.dumps({"meta": {}, "results": results})
        )
    tables = {
        "identifiers": [
            "PrimaryDI|deviceId|deviceIdType",
            f"{CUFF}|{CUFF}|Primary",
            f"{CUFF}|{BOX}|Package",
            f"{SCALE}|{SCALE}|Primary",
        ],
        "productCodes": [
            "PrimaryDI|productCode|productCodeName",
            f'{CUFF}|DXN|A "quoted name',
            f"{SCALE}|FRI|Scale",
        ],
        "premarketSubmissions": [
            "PrimaryDI|submissionNumber|supplementNumber",
            f"{CUFF}|K990001|000",
        ],
        "device": ["PrimaryDI|premarketExempt|brandName", f"{CUFF}|false|B", f"{SCALE}|true|S"],
    }
    for name, lines in tables.items():
        (gudid / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return folder


def judged(tmp_path: Path, fda: Path, row: dict[str, str], first_used: str = "") -> Verdict:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    device = {"device_id": "D1", "kind": "blood_pressure"} | row
    (evidence / "devices.ndjson").write_text(json.dumps(device) + "\n")
    if first_used:
        given = {"device_id": "D1", "patient_id": "P1", "from_date": first_used}
        (evidence / "assignments.ndjson").write_text(json.dumps(given) + "\n")
    ((found,), _) = check_devices(evidence, fda)
    return found


DEVICES: list[tuple[dict[str, str], tuple[str, str, str]]] = [
    ({"udi_di": CUFF}, ("found", "cleared", "K990001")),
    ({"udi_di": f"(01){CUFF}(21)SN1"}, ("found", "cleared", "K990001")),  # the whole UDI
    ({"udi_di": BOX}, ("found", "cleared", "K990001")),  # the DI of the package
    # A scale needs no number.
    ({"kind": "weight", "udi_di": SCALE}, ("found", "exempt", "FRI")),
    ({"udi_di": UNKNOWN}, ("not_found", "", "")),
    ({}, ("not_found", "", "")),
    ({"fda_reference": "K990001"}, ("found", "cleared", "K990001")),
    ({"fda_reference": "K990003"}, ("not_found", "", "")),  # not equivalent
    ({"fda_reference": "K999999"}, ("not_found", "", "")),  # no such number
    ({"fda_reference": "DEN990004"}, ("found", "de_novo", "DEN990004")),
    # The paper of a scale is none for a cuff.
    ({"udi_di": SCALE}, ("not_found", "", "")),
    ({"kind": "weight", "fda_reference": "K990001"}, ("not_found", "", "")),
    ({"kind": "weight", "fda_reference": "FRI"}, ("found", "exempt", "FRI")),
    ({"fda_reference": "DXN"}, ("not_found", "", "")),  # a code that is not exempt is no paper
    ({"fda_reference": "P990005"}, ("not_found", "", "")),
    ({"udi_di": CUFF, "fda_basis": "cleared", "fda_reference": "K990001"},
     ("holds", "cleared", "K990001")),
    ({"udi_di": CUFF, "fda_basis": "exempt"}, ("contradicted", "cleared", "K990001")),
    ({"kind": "weight", "udi_di": SCALE, "fda_basis": "none"},
     ("contradicted", "exempt", "FRI")),
]  # fmt: skip


@pytest.fixture
def all_judged(tmp_path: Path, fda: Path) -> list[Verdict]:
    """Hold all of them against the files at once."""
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    lines = (
        json.dumps({"device_id": f"D{number:02}", "kind": "blood_pressure"} | row) + "\n"
        for number, (row, _) in enumerate(DEVICES)
    )
    (evidence / "devices.ndjson").write_text("".join(lines))
    found, _ = check_devices(evidence, fda)
    return sorted(found, key=lambda one: one.device_id)


def test_what_a_device_is(all_judged: list[Verdict]) -> None:
    for (row, expected), found in zip(DEVICES, all_judged, strict=True):
        assert (found.standing, found.basis, found.reference) == expected, row
        assert found.steps, row


@pytest.mark.parametrize(
    ("first_used", "standing"), [("2026-02-28", "not_found"), ("2026-03-01", "found")]
)
def test_a_decision_after_the_first_use_is_none(
    tmp_path: Path, fda: Path, first_used: str, standing: str
) -> None:
    assert judged(tmp_path, fda, {"fda_reference": "K990002"}, first_used).standing == standing


def test_filling_adds_a_row_and_changes_none(tmp_path: Path, fda: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    sent = json.dumps({"device_id": "D1", "kind": "weight", "udi_di": SCALE}) + "\n"
    (evidence / "devices.ndjson").write_text(sent)
    check_devices(evidence, fda, fill=True)
    text = (evidence / "devices.ndjson").read_text()
    assert text.startswith(sent)
    assert [json.loads(line) for line in text.splitlines()][1] == {
        "device_id": "D1",
        "kind": "weight",
        "fda_basis": "exempt",
        "fda_reference": "FRI",
    }
    ((again,), _) = check_devices(evidence, fda, fill=True)
    assert again.standing == "holds"
    assert (evidence / "devices.ndjson").read_text() == text


def test_a_field_without_a_value_does_not_spoil_the_file(tmp_path: Path, fda: Path) -> None:
    odd = [{"k_number": "K990009", "decision_date": None, "product_code": None}, *DECISIONS]
    (fda / "device-510k-0001-of-0001.json").write_text(json.dumps({"results": odd}))
    cuff = judged(tmp_path, fda, {"udi_di": CUFF})
    assert (cuff.standing, cuff.basis, cuff.reference) == ("found", "cleared", "K990001")


UDI_RECORD = {
    "public_device_record_key": "made-up", "public_version_number": "2",
    "public_version_status": "Update", "record_status": "Published", "is_pm_exempt": "false",
    "identifiers": [
        {"id": BOX, "type": "Package", "issuing_agency": "GS1"},
        {"id": CUFF, "type": "Primary", "issuing_agency": "GS1"},
    ],
    "product_codes": [{"code": "DXN", "name": "Made-up", "openfda": {}}],
    "premarket_submissions": [{"submission_number": "K990001", "supplement_number": "000"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([UDI_RECORD], ("found", "cleared", "K990001")),
        ([UDI_RECORD | {"record_status": "Deactivated"}], ("not_found", "", "")),
        # The later version of a record holds, wherever it stands.
        ([UDI_RECORD, UDI_RECORD | {"public_version_number": 1, "premarket_submissions": []}],
         ("found", "cleared", "K990001")),
        ([UDI_RECORD | {"premarket_submissions": None, "product_codes": [{"code": None}]}],
         ("not_found", "", "")),
    ],
)  # fmt: skip
def test_udi_records_of_openfda_serve_as_the_release_of_gudid_does(
    tmp_path: Path, fda: Path, records: list[object], found: tuple[str, str, str]
) -> None:
    rmtree(fda / "gudid")
    (fda / "device-udi-0001-of-0001.json").write_text(json.dumps({"results": records}))
    (fda / "device-recall-0001-of-0001.json").write_text('{"results": [{"recall_status": "x"}]}')
    box = judged(tmp_path, fda, {"udi_di": BOX})
    assert (box.standing, box.basis, box.reference) == found
    assert CUFF in box.steps[0]
    assert [name[:10] for name in read_register(fda, [BOX]).read] == [
        "device-510", "device-cla", "device-udi",
    ]  # fmt: skip


def test_a_folder_without_the_fdas_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "fda").mkdir()
    with pytest.raises(IntakeError) as error:
        check_devices(tmp_path / "evidence", tmp_path / "fda")
    assert error.value.code == "devices.no_files"
