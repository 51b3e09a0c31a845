"""One patient of the demonstration in a practice's book, decided, and on the way to being paid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from made_up_practices import Practice
from proofline.claims.book import Book as Lines
from proofline.claims.sheets.charges import Charges
from proofline.claims.sheets.directory import Directory, PayerEntry, PracticeEntry
from proofline.claims.x12.envelope import Party
from proofline.cli.demo import make_practice
from proofline.decide import decide
from proofline.desk.billing import book as billing
from proofline.desk.billing import drafting, sending
from proofline.desk.billing.drafting import Papers
from proofline.desk.billing.sending import Ends
from proofline.desk.deciding import as_folder
from proofline.intake.tables.appending import EvidenceFolder
from proofline.store.book import by_ourselves
from proofline.store.decided import keep
from proofline.store.models import Job

if TYPE_CHECKING:
    from proofline.claims.claim import Claim

PATIENT, ENROLLMENT = "DEMO-UTC-FLIP-DOWN", "DEMO-UTC-FLIP-DOWN-RPM"
WHOLE = ("patients", "performers", "practices", "enrollments", "devices", "assignments")
AS_OF, NOW = date(2026, 4, 20), datetime(2026, 4, 21, 12, tzinfo=UTC)
CENTS = {"99445": 11_000, "99453": 4_000, "99454": 12_000, "99457": 10_000, "99458": 8_000}
CHARGES = Charges({code: ((date(2000, 1, 1), cents),) for code, cents in CENTS.items()})
DIRECTORY = Directory(
    payer={"DEMO-MEDICARE": PayerEntry(id="99999", name="Made-up Medicare")},
    practice={"DEMO-PRACTICE": PracticeEntry(taxonomy="207Q00000X", phone="2175550100")},
)
PAPERS = Papers(CHARGES, DIRECTORY)
ENDS = Ends(
    Party(id="MADEUPPRACTICE", name="Made-up Practice", contact="Biller", phone="2175550199"),
    Party(id="MADEUPPAYER", name="Made-up Payer"),
)
ENDS_FILE = b"""
[sender]
id = "MADEUPPRACTICE"
name = "Made-up Practice"
contact = "Biller"
phone = "2175550199"
[receiver]
id = "MADEUPPAYER"
name = "Made-up Payer"
"""


@cache
def rows_of_one() -> dict[str, list[dict[str, str | None]]]:
    """The rows of one patient of the demonstration, who has billable periods."""
    with TemporaryDirectory() as made:
        folder = Path(made) / "demo"
        make_practice(folder, seed=2026)
        found: dict[str, list[dict[str, str | None]]] = {}
        for table in (*WHOLE, "coverages", "consents", "readings", "time_entries", "interactions",
                      "sign_offs", "other_services", "stays"):  # fmt: skip
            rows: list[dict[str, str | None]] = [
                {**row} for row in EvidenceFolder(folder).rows(table)
            ]
            found[table] = [r for r in rows if _ours(table, r)]
    return found


def _ours(table: str, row: dict[str, str | None]) -> bool:
    if table in {"performers", "practices"}:
        return True
    return any((row.get(name) or "").startswith(PATIENT) for name in _WHOSE)


_WHOSE = ("patient_id", "enrollment_id", "device_id")


@pytest.fixture
def decided_practice(practice: Practice) -> Practice:
    with by_ourselves(practice.tenant_id) as book:
        with book.act("test", NOW) as act:
            for table, rows in rows_of_one().items():
                act.add(table, rows)
        with book.act("decision", NOW) as act:  # as the worker does, and strikes off its job
            keep(act, decisions_of_one(), AS_OF)
        Job.objects.filter(tenant_id=book.tenant_id).delete()
    return practice


@cache
def decisions_of_one() -> list[dict[str, Any]]:
    """The decisions of those rows, by the engine."""
    rows = {name: [*map(dict, found)] for name, found in rows_of_one().items()}
    with as_folder(rows) as folder:
        return [one for one in decide(folder, as_of=AS_OF) if one["patient_id"] == PATIENT]


def drafted(desk: Practice) -> Lines:
    drafting.draft(desk.opened("biller"), {PATIENT}, PAPERS, NOW)
    return lines(desk)


def lines(desk: Practice) -> Lines:
    return billing.lines_of(desk.opened("biller"))


def sent(desk: Practice) -> tuple[Claim, sending.Sent]:
    drafted(desk)
    drafting.make_ready(desk.opened("biller"), PAPERS, NOW)
    (claim, *_) = lines(desk).current("ready")
    return claim, sending.submit(desk.opened("biller"), [claim.claim_id], ENDS, NOW)
