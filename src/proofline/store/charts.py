"""The chart of enrollments: all rows of evidence that can bear on what is decided for them.

The same as `evidence.narrowing` does for a folder: what bears on an enrollment bears on its
patient; with the patient come their devices, whoever else had them, and all work of those who
worked for the patient, since nobody works for two at once.
"""

from __future__ import annotations

from collections.abc import Collection

from proofline.evidence import TABLES
from proofline.store.rows import Shelf

Chart = dict[str, list[dict[str, str | None]]]
"""The rows of each table of the contract, by its name."""


def chart(shelf: Shelf, patients: Collection[str]) -> Chart:
    """Give the rows that bear on these patients' enrollments."""
    enrolled = shelf.ids("enrollments", "enrollment_id", patient_id=patients)
    worn = shelf.ids("assignments", "device_id", patient_id=patients)
    workers = shelf.ids("time_entries", "performer_id", enrollment_id=enrolled)
    found: Chart = {
        "readings": _once(
            shelf.rows("readings", patient_id=patients) + shelf.rows("readings", device_id=worn)
        ),
        "time_entries": shelf.rows("time_entries", performer_id=workers),
        "interactions": shelf.rows("interactions", enrollment_id=enrolled),
        "sign_offs": shelf.rows("sign_offs", enrollment_id=enrolled),
    }
    for name in ("consents", "other_services", "stays", "coverages"):
        found[name] = shelf.rows(name, patient_id=patients)
    devices = worn | {cell for row in found["readings"] if (cell := row["device_id"])}
    found["devices"] = shelf.rows("devices", device_id=devices)
    found["assignments"] = shelf.rows("assignments", device_id=devices)
    others = {cell for row in found["time_entries"] if (cell := row["enrollment_id"])}
    found["enrollments"] = shelf.rows("enrollments", enrollment_id=enrolled | others)
    named = {cell for rows in found.values() for row in rows if (cell := row.get("patient_id"))}
    found["patients"] = shelf.rows("patients", patient_id=named | set(patients))
    found["performers"] = shelf.rows("performers")
    found["practices"] = shelf.rows("practices")
    return {table.name: found[table.name] for table in TABLES}


def _once(rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    return list({tuple(row.values()): row for row in rows}.values())
