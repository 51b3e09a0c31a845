"""Where signing in leads to: the first page that is the role's own, and what stands around it."""

from __future__ import annotations

import pytest

from made_up_practices import EACH_ROLE, Practice
from proofline.desk.roles import acts
from proofline.store.models import Person
from signing_in import INLINE, client_of


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        ("coordinator", "/today/"),
        ("clinician", "/today/"),
        ("billing_practitioner", "/today/"),
        ("biller", "/billing/"),
        ("compliance", "/audit/"),
        ("owner", "/practice/"),
        ("integrator", "/intake/"),
        ("administrator", "/intake/"),
    ],
)
def test_the_day_begins_on_the_first_page_that_is_the_roles_own(
    practice: Practice, role: str, begins: str
) -> None:
    assert practice.tenant_id
    client = client_of(f"north-{role}")
    first = client.get("/")
    assert first.headers["Location"] == begins
    page = client.get(begins).content.decode()
    assert f"Signed in as north-{role}" in page
    assert not INLINE.search(page)


@pytest.mark.slow
@pytest.mark.parametrize("role", EACH_ROLE)
def test_every_way_in_the_header_leads_somewhere_that_the_role_may_be(
    practice: Practice, role: str
) -> None:
    assert practice.tenant_id
    client = client_of(f"north-{role}")
    page = client.get("/rules/")
    ways = page.context["frame"].ways
    assert len(ways) >= 3
    for way in ways:
        assert client.get(way.address).status_code == 200, way.address


@pytest.mark.slow
@pytest.mark.usefixtures("practice")
def test_an_account_without_a_role_is_told_what_to_do() -> None:
    Person.objects.create_user(username="nobody-yet", password="a made-up password")  # noqa: S106
    assert "Ask your administrator" in client_of("nobody-yet").get("/").content.decode()


@pytest.mark.parametrize("role", EACH_ROLE)
def test_the_header_leads_to_who_saw_whom_for_whoever_may_ask(
    practice: Practice, role: str
) -> None:
    assert practice.tenant_id
    client = client_of(f"north-{role}")
    page = client.get("/settings/")
    assert page.status_code == 200
    allowed = role in acts()["look.see"]
    assert ('href="/audit/looks/"' in page.content.decode()) == allowed
    assert client.get("/audit/looks/").status_code == (200 if allowed else 403)
    if allowed:
        looked = client.get("/audit/looks/").content.decode()
        assert looked.count('aria-current="page"') == 1
