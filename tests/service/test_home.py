"""The page that signing in leads to: as whom one works, and nothing that one may not open."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from made_up_practices import Practice
from proofline.store.models import Person
from signing_in import INLINE, SECRET


def page_of(username: str) -> str:
    person = Person.objects.get(username=username)
    TOTP.activate(person, SECRET)
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[1])
    answer = client.get(settings.LOGIN_REDIRECT_URL)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("role", "told", "looks"),
    [
        ("compliance", "work here as compliance.", True),
        ("administrator", "work here as administrator.", True),
        ("billing_practitioner", "work here as billing practitioner.", False),
        ("biller", "work here as biller.", False),
    ],
)
def test_it_says_as_whom_one_works_and_what_that_opens(
    practice: Practice, role: str, told: str, looks: bool
) -> None:
    assert practice.tenant_id
    page = page_of(f"north-{role}")
    assert told in page
    assert ('href="/admin/"' in page) == looks
    assert not INLINE.search(page)


@pytest.mark.usefixtures("practice")
def test_an_account_without_a_role_is_told_what_to_do() -> None:
    Person.objects.create_user(username="nobody-yet", password="a made-up password")  # noqa: S106
    assert "Ask your administrator" in page_of("nobody-yet")
