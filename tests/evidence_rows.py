"""Small evidence folders for tests: a patient in New York, and whatever a test adds to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from proofline.evidence import Evidence, open_evidence

AS_OF = date(2026, 12, 31)

READING = "reading_id,device_id,patient_id,metric,value,measured_at,entry\n"

BOOK = {
    "patients.csv": "patient_id,time_zone\nPAT-NY,America/New_York\nPAT-AZ,America/Phoenix\n",
    "performers.csv": "performer_id,role\nPER-1,physician\n",
    "enrollments.csv": "enrollment_id,patient_id,program,billing_performer_id\n"
    "ENR-NY,PAT-NY,RPM,PER-1\nENR-AZ,PAT-AZ,RPM,PER-1\n",
    "assignments.csv": "device_id,patient_id,from_date,to_date\n"
    "DEV-NY,PAT-NY,2026-01-01,\nDEV-AZ,PAT-AZ,2026-01-01,\n",
}


def lay(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write the files into the folder, those of `BOOK` first."""
    for name, content in {**BOOK, **files}.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def open_rows(folder: Path, files: dict[str, str | bytes], **how: Any) -> Evidence:  # noqa: ANN401 - as open_evidence takes it
    """Open a folder of `BOOK` and the given files."""
    return open_evidence(lay(folder, files), **{"as_of": AS_OF, **how})


def open_alone(folder: Path, files: dict[str, str | bytes]) -> Evidence:
    """Open a folder that holds the given files and nothing else, which is sooner done."""
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return open_evidence(folder, as_of=AS_OF)


def column(evidence: Evidence, relation: str, name: str) -> list[Any]:
    """One column of a relation, in the order of its values."""
    rows = evidence.connection.execute(f"SELECT {name} FROM {relation} ORDER BY 1").fetchall()
    return [value for (value,) in rows]


def rows(evidence: Evidence, relation: str, names: str) -> list[tuple[Any, ...]]:
    """Some columns of a relation, in the order of their values."""
    found = evidence.connection.execute(f"SELECT {names} FROM {relation}").fetchall()
    return sorted(found, key=lambda row: [(cell is None, cell) for cell in row])


def told(evidence: Evidence) -> list[tuple[str, int, str]]:
    """File, line and column of every trouble."""
    return [(trouble.file, trouble.line, trouble.column) for trouble in evidence.troubles]
