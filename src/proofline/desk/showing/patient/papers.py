"""The papers of an enrollment: consents, the order, devices with their FDA basis, sign-offs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from proofline.desk.care.consenting import doubts
from proofline.packs.consents.texts import texts

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from proofline.packs.consents.checking import Remark
    from proofline.packs.consents.texts import ConsentText
    from proofline.store.charts import Cells
    from proofline.store.charts import Chart as Rows


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent on file; `title` is blank where its text is not one of ours.

    `doubts` are what does not fit of it, such as a text that was not in force on that day.
    """

    consent_id: str
    program: str
    version: str
    title: str
    language: str
    modality: str
    given_at: str
    captured_at: str
    captured_by: str
    disclosed: str
    revoked_at: str
    doubts: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Worn:
    """One device with the patient, from a day to a day; `until` is blank while it is there."""

    device_id: str
    what: str
    serial: str
    since: str
    until: str
    basis: str
    reference: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One sign-off: of which period, by whom, when."""

    first: str
    last: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers of an enrollment; blank cells are not known."""

    consents: tuple[Agreed, ...]
    order_date: str
    ordered_by: str
    order_kind: str
    diagnoses: tuple[str, ...]
    established: str
    devices: tuple[Worn, ...]
    signed: tuple[Signed, ...]
    stays: tuple[tuple[str, str, str], ...]


def papers(rows: Rows, enrollment: Cells, names: dict[str, str], zone: ZoneInfo) -> Papers:
    """Gather the papers of an enrollment from the rows that bear on it."""
    patient_id = enrollment["patient_id"]
    own = {name: [r for r in rows[name] if r.get("patient_id") == patient_id] for name in rows}
    signed = [
        row for row in rows["sign_offs"] if row["enrollment_id"] == enrollment["enrollment_id"]
    ]
    by = enrollment["ordering_performer_id"] or ""
    return Papers(
        tuple(_agreed(row, names, zone) for row in own["consents"]),
        enrollment["order_date"] or "",
        names.get(by, by),
        enrollment["order_kind"] or "",
        tuple((enrollment["diagnoses"] or "").split("|")) if enrollment["diagnoses"] else (),
        enrollment["established_on"] or _said(enrollment["established"]),
        tuple(_worn(own["assignments"], rows["devices"])),
        tuple(_signed(row, names) for row in sorted(signed, key=_signed_at, reverse=True)),
        tuple(
            (row["kind"] or "", row["from_date"] or "", row["to_date"] or "")
            for row in own["stays"]
        ),
    )


def texts_for(program: str, day: date) -> tuple[ConsentText, ...]:
    """Give the texts that may be read to a patient of a program on a day, by language."""
    return tuple(one for one in texts().values() if one.program == program and one.in_force(day))


def _agreed(row: Cells, names: dict[str, str], zone: ZoneInfo) -> Agreed:
    version, by = row["text_version"] or "", row["captured_by"] or ""
    text = texts().get(version)
    return Agreed(
        row["consent_id"] or "",
        row["program"] or "",
        version,
        text.title if text else "",
        row["language"] or "",
        row["modality"] or "",
        row["given_at"] or "",
        row["captured_at"] or "",
        names.get(by, by),
        _said(row["cost_share_disclosed"]),
        row["revoked_at"] or "",
        doubts(row, zone) if row["given_at"] else (),
    )


def _worn(assignments: Iterable[Cells], devices: Iterable[Cells]) -> Iterable[Worn]:
    known = {row["device_id"]: row for row in devices}
    for row in assignments:
        of = known.get(row["device_id"]) or {}
        what = " ".join(cell for cell in (of.get("manufacturer"), of.get("model")) if cell)
        yield Worn(
            row["device_id"] or "",
            what or (of.get("kind") or "").replace("_", " "),
            of.get("serial") or "",
            row["from_date"] or "",
            row["to_date"] or "",
            of.get("fda_basis") or "",
            of.get("fda_reference") or "",
        )


def _signed(row: Cells, names: dict[str, str]) -> Signed:
    by = row["performer_id"] or ""
    return Signed(
        row["period_start"] or "",
        row["period_end"] or "",
        names.get(by, by),
        row["signed_at"] or "",
    )


def _signed_at(row: Cells) -> str:
    return row["signed_at"] or ""


def _said(cell: str | None) -> str:
    """Give yes, no or nothing; what is not known stays so."""
    return {"true": "yes", "false": "no"}.get(cell or "", "")
