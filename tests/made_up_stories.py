"""Stories of `storybook` in a practice's book, decided; the billing performer is who signs in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from made_up_practices import Practice
from proofline.desk.days import today
from proofline.desk.deciding import decide_patients
from proofline.store.book import by_ourselves
from storybook import tell

BILLER = "NORTH-BILLING_PRACTITIONER"
"""The performer that the account north-billing_practitioner is."""

STAFF = "NORTH-COORDINATOR"
GOOD = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; no sign_offs"
"""Sixteen days, twenty-five minutes and one call in the first cycle, 1 to 30 March 2026."""

PATIENT, ENROLLMENT = "PAT-1", "ENR-1"
CYCLE = (ENROLLMENT, "cycle", "2026-03-01")
AT = datetime(2026, 4, 15, 12, tzinfo=UTC)
PERFORMERS = {"NP": BILLER, "NURSE": STAFF}


def put_story(practice: Practice, words: str, name: str = "", at: datetime = AT) -> None:
    """Take a story over and decide it an hour later; `name` is put before ids of its patient."""
    mine = {f"{kind}-1": f"{name}{kind}-1" for kind in ("PAT", "ENR", "DEV", "CON", "COV", "SVC")}
    other = PERFORMERS | (mine if name else {})
    with by_ourselves(practice.tenant_id) as book:
        with book.act("test", at - timedelta(hours=1)) as act:
            for table, rows in tell(words).tables().items():
                renamed = [{k: other.get(v, v) for k, v in row.items() if v} for row in rows]
                for row in renamed:
                    for key in ("reading_id", "entry_id", "interaction_id", "sign_off_id"):
                        if key in row:
                            row[key] = name + row[key]
                act.add(table, renamed)
        decide(practice, at, f"{name}{PATIENT}")


def decide(practice: Practice, at: datetime, patient_id: str = PATIENT) -> None:
    """Decide a patient again, as the worker does."""
    with by_ourselves(practice.tenant_id) as book:
        decide_patients(book, {patient_id}, today(book, patient_id, at), at)


LINE = (*CYCLE, "99457")
SIGNED = GOOD.replace("; no sign_offs", "")
"""The same, with every period signed before anything is decided."""

LATER = AT + timedelta(days=1)


def corrected(practice: Practice, when: datetime = LATER) -> None:
    """Let the work be found to be no management, by a correction with a reason."""
    row = {
        "entry_id": "TIM-1",
        "enrollment_id": ENROLLMENT,
        "performer_id": STAFF,
        "activity": "scheduling",
        "method": "timer",
        "started_at": "2026-03-10T14:00:00Z",
        "ended_at": "2026-03-10T14:25:00Z",
        "entered_at": "2026-03-10T14:25:00Z",
    }
    with practice.opened("coordinator").act("time.correct", when, "it was scheduling") as act:
        act.add("time_entries", [row])
