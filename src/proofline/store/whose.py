"""Whose decisions the rows of an act can turn: the other way round of `charts`.

Mostly that is the patient whom a row names. But a minute that is logged for one patient can take
one from another, for nobody works for two at once; a device that is given to a second patient
counts for neither; and what somebody is bears on everybody they work or bill for. Who is asked for
in vain costs a little work; who is not asked for keeps a decision that holds no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from proofline.store.auditing.added import added
from proofline.store.charts import Cells, beside
from proofline.store.rows import Shelf

_NAMES = ("patient_id", "enrollment_id")
_NAMES_OF = {
    "assignments": ("patient_id", "device_id"),
    "devices": ("device_id",),
    "performers": ("performer_id", "npi"),
    "practices": ("practice_id",),
    "readings": ("patient_id", "device_id"),
    "time_entries": ("enrollment_id", "entry_id"),
}
"""By which columns the rows of a table lead to patients, where it is not by `_NAMES`."""


@dataclass(slots=True)
class Touched:
    """What the rows of an act name: ids by table and column."""

    _named: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def note(self, table: str, said_in: Callable[[str], set[str]]) -> None:
        """Remember what rows of a table name; `said_in` gives what they say in a column."""
        for column in _NAMES_OF.get(table, _NAMES):
            if cells := said_in(column):
                self._named.setdefault((table, column), set()).update(cells)

    def patients(self, shelf: Shelf) -> set[str]:
        """Find whose decisions can turn, once the rows are on the shelf."""
        if self._any("practice_id"):
            return shelf.ids("enrollments", "patient_id")
        found = self._any("patient_id")
        if devices := self._any("device_id"):
            found |= shelf.ids("assignments", "patient_id", device_id=devices)
        if devices := self._of("device_id", "assignments", "devices"):
            found |= shelf.ever("readings", "patient_id", device_id=devices)
        enrolled = self._any("enrollment_id")
        if performers := self._any("performer_id"):
            found |= self._of_performers(shelf, performers)
            for table in ("time_entries", "interactions"):
                enrolled |= shelf.ids(table, "enrollment_id", performer_id=performers)
        enrolled |= {cell for row in self._work(shelf) if (cell := row["enrollment_id"])}
        if enrolled:
            found |= shelf.ids("enrollments", "patient_id", enrollment_id=enrolled)
        return found

    def _of_performers(self, shelf: Shelf, performers: set[str]) -> set[str]:
        """Give the patients whom they bill or order for or operated on, or of whom their NPI tells.

        Whether a service that somebody reported is ours hangs on the NPIs of a practice's people.
        """
        found = shelf.ids("enrollments", "patient_id", billing_performer_id=performers)
        found |= shelf.ids("enrollments", "patient_id", ordering_performer_id=performers)
        found |= shelf.ids("stays", "patient_id", performer_id=performers)
        return found | (shelf.ids("other_services", "patient_id") if self._any("npi") else set())

    def _work(self, shelf: Shelf) -> list[Cells]:
        """Give the work that is touched, in every version, and the entries on the same minutes."""
        entries = self._of("entry_id", "time_entries")
        own = [one.cells for one in added(shelf.tenant_id, "time_entries", "entry_id", entries)]
        enrolled = self._of("enrollment_id", "enrollments")
        if people := self._of("patient_id", "patients"):
            enrolled |= shelf.ids("enrollments", "enrollment_id", patient_id=people)
        if enrolled:
            own += shelf.rows("time_entries", enrollment_id=enrolled)
        others = beside(shelf, own)
        return own + shelf.rows("time_entries", entry_id=others) if others else own

    def _any(self, column: str) -> set[str]:
        return self._of(column, *(table for table, _ in self._named))

    def _of(self, column: str, *tables: str) -> set[str]:
        """Give the ids that the rows of some tables name in a column."""
        return set().union(*(self._named.get((table, column), ()) for table in tables))
