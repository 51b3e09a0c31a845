"""A decision as it is kept: wrapped, with the setting it was made in and the facts it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from proofline.decide.decision import DECIDED, MONTHS_TOLD, decision, lay_out
from proofline.decide.records.canonical import canonical, digest_of
from proofline.decide.records.setting import Setting
from proofline.decide.records.sheet import Sheet, column_types, sheet_of

if TYPE_CHECKING:
    from proofline.decide.decision import Decision
    from proofline.decide.run import Run

FORM = "proofline-record/1"
ORDER = "c.patient_id, c.program, c.enrollment_id, p.first_day, p.kind, d.code, f.line_no"


@dataclass(frozen=True, slots=True)
class Record:
    """One decision, exactly as it was printed, with where it comes from.

    `sheet` is the digest of the sheet of facts and `line` the line of it that was decided.
    """

    setting: Setting
    sheet: str
    line: int
    decision: Mapping[str, Any]

    @property
    def content(self) -> bytes:
        """Write the record as canonical JSON: the payload of a ledger entry."""
        return canonical(
            {
                "record": FORM,
                "setting": self.setting.written(),
                "sheet": self.sheet,
                "line": self.line,
                "decision": self.decision,
            }
        )

    @property
    def digest(self) -> str:
        """Give the digest of its canonical JSON."""
        return digest_of(self.content)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Tell it from all others of a run: enrollment, kind and start of the period, code."""
        period = self.decision["period"]
        return (
            self.decision["enrollment_id"],
            period["kind"],
            period["start"],
            self.decision["code"],
        )

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Record:
        """Read its JSON; raises KeyError, TypeError or ValueError where it is not of that form."""
        said = msgspec.convert(written, _WrittenRecord)
        decided = said.decision
        period, findings = decided["period"], decided["findings"]
        names = [decided["enrollment_id"], decided["code"], period["kind"], period["start"]]
        whole = decided.keys() >= _DECIDED and all(one.keys() >= _FOUND for one in findings)
        if not whole or said.line < 0 or not all(isinstance(name, str) for name in names):
            raise ValueError("a record is not whole")
        return cls(Setting.read(said.setting), said.sheet, said.line, decided)


class _WrittenRecord(msgspec.Struct):
    """A record as its JSON holds it."""

    setting: dict[str, Any]
    sheet: str
    line: int
    decision: dict[str, Any]


_DECIDED = {"patient_id", "outcome", "units", "service_date", "facts", "evidence_digest", "pack"}
_FOUND = {"requirement", "status", "level", "fact", "value", "needs", "cite"}
"""What is read of a kept decision and of each of its findings."""


def recorded(run: Run, *patient_ids: str) -> Iterator[tuple[Sheet, list[Record]]]:
    """Yield every decision of a run (of some patients) as records, with the sheet they rest on.

    They come by patient and program, the records of a sheet by enrollment, period start and code;
    one sheet is in memory at a time. Decisions are the same as `decisions` yields.
    """
    if not run.pages:
        return
    lay_out(run, _charts_of(patient_ids) if patient_ids else "")
    setting = Setting.of(run.asked)
    for sheet, decided in sheets(run, column_types()):
        name = sheet.digest
        yield sheet, [Record(setting, name, place, row) for place, row in decided]


def sheets(run: Run, known: Iterable[str]) -> Iterator[tuple[Sheet, list[tuple[int, Decision]]]]:
    """Yield, of what was laid out, each sheet with its decisions and the lines they stand on.

    `known` names the columns of a sheet.
    """
    if not run.pages:
        return
    rows = run.engine.rows(DECIDED.format("LEFT JOIN", MONTHS_TOLD, ORDER))
    for _, group in groupby(rows, key=lambda row: (row["patient_id"], row["program"])):
        of_patient = list(group)
        sheet, places = sheet_of(of_patient, known)
        yield (
            sheet,
            [
                (places[row["line_no"]], decision(row, run))
                for row in of_patient
                if row["code"] is not None
            ],
        )


def _charts_of(patient_ids: Iterable[str]) -> str:
    keys = ", ".join("'" + one.replace("'", "''") + "'" for one in patient_ids)
    return f"WHERE chart_no IN (SELECT chart_no FROM charts WHERE patient_id IN ({keys}))"
