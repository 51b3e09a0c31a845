"""Where amendments and overpayments stand: rows written with the entries that they follow from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from proofline.claims.amending.cases import Case
from proofline.claims.amending.register import Noted
from proofline.store.models import AmendmentRow, CaseRow, Line
from proofline.store.safekeeping.unpacking import read_as


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose log it is: tenant, patient, and its name."""

    tenant_id: str
    patient_id: str
    log: str


@dataclass(frozen=True, slots=True)
class AmendmentNow:
    """A proposed amendment: which line, upgrade, downgrade or refund, and where it stands."""

    amendment_id: str
    patient_id: str
    line_id: str
    kind: str
    standing: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class CaseNow:
    """An overpayment, and whose it is."""

    patient_id: str
    case: Case


def follow(whose: Whose, entry: Noted) -> None:
    """Lay down what an entry comes to, in the caller's transaction."""
    for one in entry.proposed:
        AmendmentRow.objects.update_or_create(
            tenant_id=whose.tenant_id,
            amendment_id=one.amendment_id,
            defaults={
                "log": whose.log,
                "patient_id": whose.patient_id,
                "line_id": one.line_id,
                "kind": one.kind,
                "standing": "proposed",
                "proposed_at": entry.act.at,
            },
        )
    ours = AmendmentRow.objects.filter(tenant_id=whose.tenant_id, amendment_id__in=entry.decided)
    ours.update(standing=entry.to)
    for case in entry.cases:
        CaseRow.objects.update_or_create(
            tenant_id=whose.tenant_id,
            case_id=case.case_id,
            defaults={
                "log": whose.log,
                "patient_id": whose.patient_id,
                "line_id": case.line_id,
                "amendment_id": case.amendment_id,
                "due": case.due,
                "open": not (case.closed or case.settled),
                "paid": case.paid,
                "record": msgspec.json.encode(case),
            },
        )


def listed(tenant_id: str, standing: str, most: int) -> list[AmendmentNow]:
    """Give the amendments that stand so (blank: all), the oldest first."""
    found = AmendmentRow.objects.filter(tenant_id=tenant_id)
    if standing:
        found = found.filter(standing=standing)
    rows = found.order_by("proposed_at", "amendment_id")
    return [AmendmentNow(*row) for row in rows.values_list(*_COLUMNS)[:most]]


_COLUMNS = tuple(AmendmentNow.__dataclass_fields__)


def patient_of_amendment(tenant_id: str, amendment_id: str) -> str:
    """Give the patient of an amendment; blank if there is none such."""
    found = AmendmentRow.objects.filter(tenant_id=tenant_id, amendment_id=amendment_id)
    return found.values_list("patient_id", flat=True).first() or ""


def cases(tenant_id: str, most: int, skip: int = 0) -> list[CaseNow]:
    """Give the overpayments that are open, those due first on top, `most` after so many."""
    found = CaseRow.objects.filter(tenant_id=tenant_id, open=True).order_by("due", "case_id")
    return _cases(found[skip : skip + most])


def case_of(tenant_id: str, case_id: str) -> CaseNow | None:
    """Give one overpayment, also one that is settled; None: there is none such."""
    return next(iter(_cases(CaseRow.objects.filter(tenant_id=tenant_id, case_id=case_id))), None)


def _cases(rows: Iterable[CaseRow]) -> list[CaseNow]:
    return [
        CaseNow(one.patient_id, read_as(one.record, Case, f"overpayment {one.case_id}"))
        for one in rows
    ]


def patient_of_case(tenant_id: str, case_id: str) -> str:
    """Give the patient of an overpayment; blank if there is none such."""
    found = CaseRow.objects.filter(tenant_id=tenant_id, case_id=case_id)
    return found.values_list("patient_id", flat=True).first() or ""


def rebuild(whose: Whose) -> None:
    """Make the rows of one patient's log anew, in the caller's transaction."""
    for model in (AmendmentRow, CaseRow):
        model._default_manager.filter(tenant_id=whose.tenant_id, log=whose.log).delete()  # noqa: SLF001 - Django's own name
    log = Line.objects.filter(tenant_id=whose.tenant_id, log=whose.log)
    for line in log.order_by("number"):
        follow(whose, read_as(line.act, Noted, f"entry {line.number} of amendments"))
