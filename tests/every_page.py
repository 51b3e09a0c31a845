"""Every page there is, and what holds for each in a window of either width."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from signing_in import INLINE
from visiting import WIDTHS, Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Page

Asked = tuple[str, str, str]
PAGES: list[Asked] = [
    ("today", "coordinator", "/today/"),
    ("patient", "coordinator", "/patient/DEMO-HEARTBEAT-RPM/"),
    ("patient-onfile", "coordinator", "/patient/DEMO-HEARTBEAT-RPM/?do=onfile"),
    ("patient-closed", "clinician", "/patient/DEMO-HEARTBEAT-RPM/?period=3"),
    ("patient-month", "biller", "/patient/DEMO-HEARTBEAT-RPM/?period=2026-10"),
    ("enrol", "coordinator", "/enrol/"),
    ("signing", "billing_practitioner", "/signing/"),
    ("billing", "biller", "/billing/"),
    ("billing-held", "biller", "/billing/?stand=held"),
    ("billing-drawn", "biller", "/billing/?stand=drawn"),
    ("billing-paid", "compliance", "/billing/?stand=paid"),
    ("billing-short", "biller", "/billing/?stand=paid&short=yes"),
    ("billing-files", "biller", "/billing/files/"),
    ("billing-amendments", "biller", "/billing/amendments/"),
    ("billing-papers", "biller", "/billing/papers/"),
    ("billing-answers", "biller", "/billing/answers/"),
    ("billing-waiting", "biller", "/billing/answers/waiting/"),
    ("calls", "coordinator", "/calls/"),
    ("denials", "biller", "/denials/"),
    ("practice", "owner", "/practice/"),
    ("practice-census", "owner", "/practice/census/"),
    ("practice-staff", "owner", "/practice/staff/"),
    ("practice-payers", "owner", "/practice/payers/"),
    ("practice-leaking", "owner", "/practice/lines/?what=leaking"),
    ("practice-enrollments", "owner", "/practice/enrollments/?program=RPM"),
    ("audit", "compliance", "/audit/"),
    ("audit-any", "biller", "/audit/?state=any&code=99457"),
    ("audit-looks", "compliance", "/audit/looks/"),
    ("audit-looks-owner", "owner", "/audit/looks/"),
    ("audit-patient", "compliance", "/audit/looks/DEMO-HEARTBEAT-RPM/"),
    ("rules", "compliance", "/rules/"),
    ("rules-page", "compliance", "/rules/RPM/2026-01-01/"),
    ("rules-changes", "compliance", "/rules/RPM/2026-01-01/changes/?from=2025-10-01"),
    ("rules-open", "compliance", "/rules/RPM/2026-01-01/open/"),
    ("rules-sources", "compliance", "/rules/sources/"),
    ("intake", "integrator", "/intake/"),
    ("intake-quarantine", "integrator", "/intake/quarantine/"),
    ("intake-devices", "integrator", "/intake/devices/"),
    ("intake-sample", "integrator", "/intake/sample/"),
    ("intake-files", "integrator", "/intake/files/"),
    ("settings", "administrator", "/settings/"),
    ("settings-people", "administrator", "/settings/people/"),
    ("settings-machines", "administrator", "/settings/machines/"),
    ("settings-consents", "administrator", "/settings/consents/"),
    ("settings-policies", "administrator", "/settings/policies/"),
    ("settings-glass", "owner", "/settings/glass/"),
    ("settings-service", "administrator", "/settings/service/"),
    ("search", "coordinator", "/search/"),
]
"""Each page: what its picture is called, who opens it, and where it is."""


OF_COLOUR = ("color-contrast", "link-in-text-block")
"""The rules of axe that ask about colours, which are all that the dark theme changes."""

RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": OF_COLOUR}},
}
"""What axe is asked of a page in each theme: everything by day, colours once more by night."""


def has_no_barrier(
    visitors: Visitors, picture: Callable[[Page, str], None], asked: Asked, width: str
) -> None:
    """Open a page by day and by night: axe finds nothing, and nothing is inline or goes wrong.

    What was sent has its heading before any script has run.
    """
    name, role, address = asked
    page = visitors.back(role, width)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    sent = answer.text()
    assert "<h1" in sent
    assert not INLINE.search(sent)
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        picture(page, f"{name}-{width}-{theme}")
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{theme}: {found.generate_report()}"
    assert errors == []
    if width == "phone":
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]
    page.close()
