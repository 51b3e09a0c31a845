"""Every page of the service, who asks for it, and what its address names in a crowded book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import get_resolver, resolve

from made_up_billing import rows_of_one
from made_up_crowds import enrollment_of
from proofline.store.models import LastDecision, LineStanding, Message, Person, Refusal

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

PAGES: tuple[tuple[str, str], ...] = (
    *(("coordinator", one) for one in ("/today/", "/today/?show=due&act=call", "/today/?page=40")),
    *(("coordinator", one) for one in ("/patient/{enrollment}/", "/enrol/", "/search/?q=Madeup")),
    ("clinician", "/patient/{enrollment}/?period=2"),
    ("coordinator", "/calls/"),
    ("biller", "/patient/{enrollment}/?period=2026-03"),
    *(("billing_practitioner", one) for one in ("/signing/", "/signing/{period}/")),
    *(("biller", f"/billing/{one}") for one in ("", "?stand=held", "?stand=held&month=2026-03")),
    *(("biller", f"/billing/?stand={one}") for one in ("drawn", "sent", "paid", "denied")),
    ("biller", "/billing/?stand=paid&short=yes"),
    ("biller", "/audit/?submission=2"),
    *(("biller", f"/billing/{one}/") for one in ("files", "papers", "answers", "amendments")),
    *(("biller", f"/billing/answers/waiting/{one}") for one in ("", "?show=aside")),
    ("biller", "/billing/claims/{claim}/"),
    *(("biller", f"/denials/{one}") for one in ("", "?cause={cause}", "?after=200", "{denied}/")),
    *(("owner", f"/practice/{one}") for one in ("", "census/", "staff/", "payers/")),
    *(("owner", f"/practice/lines/?what={one}") for one in ("earned", "paid", "leaking")),
    ("owner", "/practice/enrollments/?program=RPM"),
    ("owner", "/practice/entries/?performer={worker}&month=2026-03"),
    *(("compliance", f"/audit/{one}") for one in ("", "?state=any&code=99457", "?state=denied")),
    *(("compliance", f"/audit/line/{{line}}/{one}") for one in ("", "proof/", "replay/")),
    *(("compliance", f"/audit/looks/{one}") for one in ("", "{enrollment}/", "person/{person}/")),
    *(
        ("compliance", f"/rules/{one}")
        for one in ("", "sources/", "sources/?source=pfs-2026", "RPM/2026-01-01/")
    ),
    ("compliance", "/rules/RPM/2026-01-01/changes/?from=2025-10-01"),
    ("compliance", "/rules/RPM/2026-01-01/open/"),
    *(("integrator", f"/intake/{one}") for one in ("", "quarantine/", "quarantine/{message}/")),
    *(("integrator", f"/intake/{one}/") for one in ("devices", "sample", "files")),
    *(("administrator", f"/settings/{one}") for one in ("", "people/", "machines/", "service/")),
    *(("administrator", f"/settings/{one}/") for one in ("consents", "policies")),
    ("owner", "/settings/glass/"),
)
"""Who asks for which page. What stands in braces is something that the book holds."""

ACTED = frozenset(
    {
        *("today_take", "today_close", "denials_settle", "timer_start", "timer_stop"),
        "patient_discard",
        *("patient_uncall", "patient_unpair", "patient_reopen"),
        *("timer_alive", "practice_choose", "person_add", "role_give", "role_take"),
        *("person_disable", "person_let_in", "key_add", "key_rotate", "key_revoke"),
        *("webhook_add", "webhook_rotate", "webhook_end", "glass_break", "glass_review"),
        *("billing_draw", "billing_send", "billing_take", "billing_settle", "billing_hold"),
        *("billing_correct", "feed_add", "feed_rotate", "feed_close", "feed_grant"),
        *("message_release", "message_drop", "patient_consent", "patient_revoke", "patient_pair"),
        *("patient_return", "patient_review", "patient_limits", "patient_take"),
        *("patient_close", "patient_end", "patient_papers", "patient_timer", "patient_time"),
        *("patient_correct", "patient_withdraw", "patient_call", "audit_detach"),
    }
)
"""Addresses that something is posted to; shown, they are pages that are measured here."""

FILES = frozenset({"billing_file", "audit_packet", "audit_pages", "audit_statement"})
"""Addresses that give a file, which `packet.py` and others measure."""

SELDOM = frozenset({"billing_amendment", "billing_overpayment"})
"""Pages of one row, of which this book has none; what they ask is held by tests."""


class Places:
    """Fills addresses with what a tenant's book of so many copies holds."""

    def __init__(self, tenant_id: str, copies: int, account: str) -> None:
        """Find something of each kind; `account` is that of somebody who looks at patients."""
        self._turns: Iterator[int] = iter(range(7, 1_000_000, 13))
        self._copies = copies
        lines = LineStanding.objects.filter(tenant_id=tenant_id)
        paid, denied = (lines.filter(state=state).first() for state in ("paid", "denied"))
        held = LastDecision.objects.filter(tenant_id=tenant_id, outcome="held").first()
        waiting = Message.objects.filter(tenant_id=tenant_id, state="held").first()
        assert paid is not None
        assert denied is not None
        period = f"{paid.enrollment_id}/{paid.period_kind}/{paid.period_start}"
        self._known = {
            "line": f"{period}/{paid.code}",
            "period": period,
            "claim": paid.claim_id,
            "denied": denied.line_id,
            "cause": Refusal.objects.filter(line_id=denied.line_id)[0].cause,
            "message": str(waiting.pk) if waiting else "0",
            "worker": f"{rows_of_one()['time_entries'][0]['performer_id']}~00",
            "person": str(Person.objects.get(username=account).pk),
        }
        if held is not None:
            first = f"{held.enrollment_id}/{held.period_kind}/{held.period_start}"
            self._known["period"] = first

    def filled(self, address: str) -> str:
        """Put into an address what it names; a patient is another one each time."""
        if "{enrollment}" in address:
            number = next(self._turns) % self._copies
            return address.replace("{enrollment}", enrollment_of(number))
        return address.format(**self._known)

    def left_out(self) -> set[str]:
        """Name the pages that nobody asks for here."""
        asked = {resolve(self.filled(address).partition("?")[0]).url_name for _, address in PAGES}
        every = {one for one in get_resolver("proofline.web.urls").reverse_dict if type(one) is str}
        return every - asked - ACTED - FILES - SELDOM - {"set_language"}


def asked_for(client: Client, address: str) -> HttpResponse:
    """Ask for a page; the search is posted, for what somebody looks for is in no address."""
    if address.startswith("/search/"):
        return client.post("/search/", {"q": address.partition("=")[2]}, follow=True)  # type: ignore[return-value]
    return client.get(address)  # type: ignore[return-value]
