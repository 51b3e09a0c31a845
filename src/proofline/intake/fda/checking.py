"""All devices of an evidence folder against the FDA files that the user has downloaded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from proofline.intake.fda.downloads import downloads, holds
from proofline.intake.fda.gudid import read_gudid, tables_in
from proofline.intake.fda.gudid_xml import Records
from proofline.intake.fda.openfda import read_openfda
from proofline.intake.fda.register import Register
from proofline.intake.fda.verdict import Verdict, di_of, verdict
from proofline.intake.report import IntakeError
from proofline.intake.tables.appending import EvidenceFolder
from proofline.intake.tables.evidence import Few

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Row = dict[str, str]


def check_devices(
    evidence: Path, fda: Path, *, fill: bool = False, progress: Callable[[str], None] | None = None
) -> tuple[list[Verdict], Register]:
    """Judge every device of the folder `evidence` by the files in the folder `fda`.

    With `fill`, what was found for blank cells is added to the table `devices` as a further row of
    the device; rows that are there stay as they are.

    Errors: IntakeError if a folder or file cannot be read, or holds none of the FDA's files.
    """
    with EvidenceFolder.held(evidence) as folder:
        devices = _merged(folder.rows("devices"))
        register = read_register(fda, map(di_of, devices), progress)
        used = _first_used(folder.rows("assignments"))
        found = [verdict(one, used.get(one["device_id"]), register) for one in devices]
        if fill:
            _fill(folder, devices, found)
    return found, register


def read_register(
    fda: Path, wanted: Iterable[str], progress: Callable[[str], None] | None = None
) -> Register:
    """Read what the files in `fda` say of the DIs in `wanted`; openFDA's files are read whole."""
    register, asked = Register(), sorted(set(filter(None, wanted)))
    for path in sorted(fda.glob("*.json")) + sorted(fda.glob("*.json.zip")):
        _tell(progress, path.name)
        parts = downloads(path, ".json")
        if [one for one in parts if read_openfda(one.name, one.read(), register, {*asked})]:
            register.read.append(path.name)
    _read_tables(fda, asked, register, progress)
    _read_xml(fda, asked, register, progress)
    if not register.read:
        raise IntakeError(
            "devices.no_files",
            f"{fda} holds none of the FDA's files.",
            "Put device-510k and device-classification (JSON, from open.fda.gov) and the release "
            "of GUDID (from accessgudid.nlm.nih.gov: the .zip as it is, of XML or of delimited "
            "tables, or what is in it) there.",
        )
    return register


def _read_tables(
    fda: Path, asked: list[str], register: Register, progress: Callable[[str], None] | None
) -> None:
    places = {path.parent for path in fda.rglob("*.txt")} | {*fda.rglob("*.zip")}
    for release in sorted(places):
        if tables := tables_in(release):
            _tell(progress, release.name)
            read_gudid(release, asked, register)
            register.read += [release.name] if release.is_file() else tables


def _read_xml(
    fda: Path, asked: list[str], register: Register, progress: Callable[[str], None] | None
) -> None:
    records = Records(asked)
    archives = [path for path in fda.rglob("*.zip") if holds(path, ".xml")]
    for path in sorted([*fda.rglob("*.xml"), *archives], key=_full_first):
        for part in downloads(path, ".xml"):
            _tell(progress, part.name)
            records.read(part)
        register.read.append(path.name)
    records.enter(register)


def _full_first(path: Path) -> tuple[bool, str]:
    """Full releases, then updates: a record that drops the DI asked for is known by then."""
    return "full" not in path.name.lower(), path.name


def _merged(rows: Iterable[Row]) -> list[Row]:
    """One row for each device; of several rows of one device the cells together."""
    found: dict[str, Row] = {}
    for row in rows:
        if device_id := row.get("device_id", ""):
            found[device_id] = row | found.get(device_id, {})
    return [found[device_id] for device_id in sorted(found)]


def _first_used(assignments: Iterable[Row]) -> dict[str, date]:
    first: dict[str, date] = {}
    for row in assignments:
        try:
            day = date.fromisoformat(row.get("from_date", ""))
        except ValueError:
            continue
        device_id = row.get("device_id", "")
        first[device_id] = min(day, first.get(device_id, day))
    return first


def _fill(folder: EvidenceFolder, devices: list[Row], found: list[Verdict]) -> None:
    new = [
        {
            "device_id": one.device_id,
            "kind": device["kind"],
            "fda_basis": one.basis,
            "fda_reference": one.reference,
        }
        for device, one in zip(devices, found, strict=True)
        if one.standing == "found"
    ]
    if new:
        folder.add("devices", Few(new))


def _tell(progress: Callable[[str], None] | None, name: str) -> None:
    if progress:
        progress(name)
