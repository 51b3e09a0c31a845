"""One act: the rows it adds, the ledger entries that vouch for them, the jobs that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings

from proofline.ledger.entry import Value, canonical
from proofline.ledger.kept.log import Log, Record
from proofline.store.auditing.recorded import alike, recorded, said_in
from proofline.store.jobs import ask
from proofline.store.rows import Kept, Row, Shelf, add_rows
from proofline.store.safekeeping.room import refuse_the_last_of_it
from proofline.store.trouble import StoreError
from proofline.store.vouching import ledger, take_turn
from proofline.store.whose import Touched

SOON = timedelta(milliseconds=100)
"""What changes within so long is decided together."""

ATTESTED = frozenset({"cycle.sign_off", "claim.submit", "remit.post", "remit.detach"})
"""Acts after which the head of the ledger is signed at once, outside of the database."""


@dataclass(slots=True)
class Act:
    """What one transaction does for a tenant: who (None: ourselves), which kind, when and why.

    Acts take turns from their first line on (`begin`): what one reads still holds as it commits.
    """

    tenant_id: str
    person_id: int | None
    kind: str
    at: datetime
    why: str
    _touched: Touched = field(default_factory=Touched)
    _readings: bool = False
    _log: Log | None = None

    def begin(self) -> None:
        """Wait for one's turn; an act is never before the last one, whatever the clock was told.

        Errors: StoreError while the service is read-only; OperationalError on a full disk.
        """
        if settings.READ_ONLY:
            raise StoreError(
                "store.read_only",
                "The service is read-only for now; nothing was written.",
                "Try again when the freeze is over; the administrator knows when.",
            )
        refuse_the_last_of_it(self.kind)
        self.at = max(self.at, take_turn()).astimezone(UTC)

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows of evidence; a row of a key that is there takes the earlier one's place."""
        self._add(table, rows, withdrawn=False)

    def withdraw(self, table: str, rows: Sequence[Row]) -> None:
        """Say of rows that they were a mistake. Errors: StoreError if the act has no reason."""
        if not self.why.strip():
            raise StoreError(
                "store.no_reason",
                "Rows cannot be withdrawn without a reason.",
                "Say why they are a mistake.",
            )
        self._add(table, rows, withdrawn=True)

    def vouch(self, kind: str, payload: Mapping[str, Value], subject: str = "") -> int:
        """Put something on record; give the number of its ledger entry.

        `subject` is the id of the patient whom it is about, blank where there is none.
        """
        actor = "service" if self.person_id is None else f"person {self.person_id}"
        whole = {"tenant": self.tenant_id, "why": self.why, **payload}
        record = Record(kind=kind, payload=canonical(whole), actor=actor, subject=subject)
        self._log = self._log or ledger()
        (number,) = self._log.append([record], self.at)
        return number

    def finish(self) -> None:
        """Ask for what follows from the act; the last thing in its transaction."""
        if patients := self._touched.patients(Shelf(self.tenant_id)):
            ask(self.tenant_id, "decide", patients, self.at, due=self.at + SOON)
        if self._readings:
            ask(self.tenant_id, "watch", {"readings"}, self.at, due=self.at)
        if self.kind in ATTESTED:
            ask(self.tenant_id, "checkpoint", {"head"}, self.at, due=self.at)

    def _add(self, table: str, rows: Sequence[Row], *, withdrawn: bool) -> None:
        if not rows:
            return
        parted = alike(rows)
        patients = said_in(rows, parted, "patient_id")
        entry = self.vouch(
            f"evidence.{table}",
            {"table": table, "withdrawn": withdrawn, **recorded(rows, parted)},
            subject=patients.pop() if len(patients) == 1 else "",
        )
        self._readings |= table == "readings" and not withdrawn
        kept = Kept(self.tenant_id, self.at, self.person_id, entry, withdrawn, self.why)
        add_rows(table, rows, kept, parted)
        self._touched.note(table, partial(said_in, rows, parted))
