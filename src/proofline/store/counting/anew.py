"""All that lists and sums stand on, made anew from the decisions and the log of lines.

A mark says by which layout and which reasons of payers it was made. When the service starts and
that is another one, it is made anew before anybody looks at a page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import msgspec
from django.db import transaction

from proofline.claims.answers import posting
from proofline.claims.answers.reasons import reasons
from proofline.claims.book import Book as Lines
from proofline.errors import ProoflineError
from proofline.store import jobs
from proofline.store.book import tenants, wall
from proofline.store.counting import last_decisions
from proofline.store.counting.answers import waiting_answers
from proofline.store.counting.answers.waiting_answers import SOURCE
from proofline.store.models import Watched
from proofline.store.vouching import take_turn
from proofline.store.work import files, standings, worth
from proofline.store.work.lines import line_log

LAYOUT = 4
"""Which layout these rows have; a change of what is counted, or how, is another number."""

_NAME = "laid down"


def bring_up_to_date(at: datetime, told: Callable[[str], None]) -> None:
    """Make anew what was made by another layout; `told` hears of each practice before it is.

    Where kept bytes cannot be read that is told, and all stays as it was: the service starts, and
    its pages tell of the damage where they meet it.
    """
    for tenant_id in tenants():
        try:
            with transaction.atomic():
                wall(tenant_id)
                if _mark(tenant_id) != _current():
                    told(f"lists of {tenant_id} are made anew")
                    take_turn()
                    lay_down(tenant_id, at)
        except ProoflineError as error:
            told(f"lists of {tenant_id} stay as they were: {error.message}")


def lay_down(tenant_id: str, at: datetime) -> None:
    """Make everything anew for a tenant, in the caller's transaction, while nobody else acts.

    What lines are worth is not made here: a worker prices them, as when fees are loaded.
    """
    last_decisions.rebuild(tenant_id)
    standings.rebuild(tenant_id)
    _answers(tenant_id, at)
    jobs.ask(tenant_id, "bill", worth.patients_to_price(tenant_id), at, due=at)
    begin(tenant_id)


def begin(tenant_id: str) -> None:
    """Say that all there is of a tenant has the layout of now, as of one that has nothing yet."""
    row = {"row_no": _current()}
    Watched.objects.update_or_create(tenant_id=tenant_id, name=_NAME, defaults=row)


def _answers(tenant_id: str, at: datetime) -> None:
    waiting_answers.forget(tenant_id)
    lines = Lines(line_log(tenant_id))
    for data in files.kept(tenant_id, SOURCE):
        found = posting.unposted(lines, data)
        waiting_answers.tried(tenant_id, sha256(data).hexdigest(), found, at)
    for key in lines.aside:
        waiting_answers.put(tenant_id, key, aside=True)


def _mark(tenant_id: str) -> int | None:
    ours = Watched.objects.filter(tenant_id=tenant_id, name=_NAME)
    return ours.values_list("row_no", flat=True).first()


def _current() -> int:
    """Name the layout and the reasons as one number: a mark is one."""
    whole = msgspec.json.encode((LAYOUT, reasons()))
    return int.from_bytes(sha256(whole).digest()[:7])
