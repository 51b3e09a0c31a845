"""The GUDID release as delimited tables: packed as AccessGUDID publishes it, or unpacked."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from proofline.intake.fda.checking import read_register
from proofline.intake.fda.downloads import LONGEST_LINE
from proofline.intake.fda.register import Labeled, Register
from proofline.intake.report import IntakeError

CUFF, BOX, SCALE = "00844588018923", "10844588018920", "00208851107347"
ZIP = "AccessGUDID_Delimited_Full_Release_20261101.zip"
NOT_READ = "contacts.txt"
TABLES = {
    "identifiers.txt": f"PrimaryDI|deviceId|deviceIdType\n{CUFF}|{BOX}|Package\n{CUFF}|{CUFF}|P\n",
    "productCodes.txt": f"PrimaryDI|productCode|productCodeName\n{CUFF}|DXN|A name\n",
    "premarketSubmissions.txt": f"PrimaryDI|submissionNumber|supplementNumber\n{CUFF}|K990001|0\n",
    "device.txt": (
        "PrimaryDI|publicDeviceRecordKey|publicVersionStatus|publicVersionNumber|premarketExempt\n"
        f"{CUFF}|made-up-key|New|7|false\n{SCALE}|other-key|New|1|true\n"
    ),
    NOT_READ: "PrimaryDI|phone\n",
}
CUFF_SAYS = Labeled(CUFF, ("DXN",), ("K990001",), record_key="made-up-key", version=7)
SCALE_SAYS = Labeled(SCALE, premarket_exempt=True, record_key="other-key", version=1)


def packed(folder: Path, tables: dict[str, str], within: str = "") -> None:
    with zipfile.ZipFile(folder / ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(f"{within}{name}", text)


def unpacked(folder: Path, tables: dict[str, str]) -> None:
    for name, text in tables.items():
        (folder / name).write_text(text)


def said(folder: Path) -> Register:
    return read_register(folder, (CUFF, BOX, SCALE, "51022222233336"))


@pytest.mark.parametrize("within", ["", "AccessGUDID_Delimited_Full_Release_20261101/"])
def test_the_zip_is_taken_as_it_is_published(tmp_path: Path, within: str) -> None:
    packed(tmp_path, TABLES, within)
    register = said(tmp_path)
    assert register.labeled == {CUFF: CUFF_SAYS, BOX: CUFF_SAYS, SCALE: SCALE_SAYS}
    assert register.read == [ZIP]


def test_what_was_unpacked_says_the_same(tmp_path: Path) -> None:
    unpacked(tmp_path, TABLES)
    register = said(tmp_path)
    assert register.labeled == {CUFF: CUFF_SAYS, BOX: CUFF_SAYS, SCALE: SCALE_SAYS}
    assert register.read == sorted(set(TABLES) - {NOT_READ})


WRITTEN: dict[str, Callable[[str], str]] = {
    "line ends of DOS": lambda text: text.replace("\n", "\r\n"),
    "no last line end": lambda text: text.rstrip("\n"),
    "a byte order mark": lambda text: f"\ufeff{text}",
    "blanks around cells": lambda text: text.replace("|", " | "),
    "a line broken within a cell": lambda text: f"{text}99|{CUFF} and\nmore|of it\n",
    "fewer cells than columns": lambda text: f"{text}{BOX}\n",
    "more cells than columns": lambda text: text.replace("\n", "|\n").replace("|\n", "\n", 1),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_however_it_is_written_it_says_the_same(tmp_path: Path, how: str) -> None:
    packed(tmp_path, {name: WRITTEN[how](text) for name, text in TABLES.items()})
    assert said(tmp_path).labeled == {CUFF: CUFF_SAYS, BOX: CUFF_SAYS, SCALE: SCALE_SAYS}


def test_a_release_of_before_april_2018_tells_no_versions(tmp_path: Path) -> None:
    device = f"PrimaryDI|premarketExempt\n{CUFF}|false\n{SCALE}|true\n"
    packed(tmp_path, TABLES | {"device.txt": device})
    assert said(tmp_path).labeled[CUFF] == Labeled(CUFF, ("DXN",), ("K990001",))


def test_a_cell_with_nothing_in_it_is_no_code(tmp_path: Path) -> None:
    packed(tmp_path, TABLES | {"productCodes.txt": f"PrimaryDI|productCode\n{CUFF}|\n{CUFF}| \n"})
    assert said(tmp_path).labeled[CUFF].product_codes == ()


def test_a_table_without_its_column_is_named(tmp_path: Path) -> None:
    packed(tmp_path, TABLES | {"productCodes.txt": "PrimaryDI|code\n"})
    with pytest.raises(IntakeError) as error:
        said(tmp_path)
    assert error.value.code == "devices.not_gudid"
    assert f"{ZIP}: productCodes.txt" in error.value.message
    assert "productCode are needed" in error.value.message


HOSTILE = {
    "a line without end": "9" * (3 * LONGEST_LINE),
    "far more than it takes packed": "PrimaryDI|productCode\n" + "x|y\n" * (3 << 20),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_table_has_is_left_early(tmp_path: Path, what: str) -> None:
    packed(tmp_path, TABLES | {"productCodes.txt": HOSTILE[what]})
    tracemalloc.start()
    with pytest.raises(IntakeError) as error:
        said(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 12 * LONGEST_LINE
    tracemalloc.stop()
    assert error.value.code == "intake.unreadable"


def test_an_archive_that_is_damaged_is_told_of(tmp_path: Path) -> None:
    packed(tmp_path, TABLES | {"device.txt": TABLES["device.txt"] + "x|y|z\n" * 9_000})
    whole = (tmp_path / ZIP).read_bytes()
    at = whole.index(b"device.txt") + 60
    (tmp_path / ZIP).write_bytes(whole[:at] + bytes(20) + whole[at + 20 :])
    with pytest.raises(IntakeError) as error:
        said(tmp_path)
    assert error.value.code == "intake.unreadable"


@pytest.mark.slow
def test_memory_does_not_grow_with_a_table(tmp_path: Path) -> None:
    rows = "".join(f"9{number:013}|Z{number % 997}|x\n" for number in range(60_000))
    packed(tmp_path, TABLES | {"productCodes.txt": TABLES["productCodes.txt"] + rows})
    tracemalloc.start()
    assert said(tmp_path).labeled[CUFF] == CUFF_SAYS
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
