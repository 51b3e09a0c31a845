"""Settings: account and practice, people and roles, broken glass, the service, what is chosen."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from made_up_practices import START, Practice
from proofline.desk import people as desk
from proofline.desk.machines import keys
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.settings.choices import consent_texts, policies
from proofline.desk.showing.settings.people import people_page
from proofline.desk.showing.settings.running import Places, condition_page
from proofline.packs import shelf
from proofline.packs.consents.texts import texts
from proofline.site.environment import Environment
from proofline.store.models import BreakGlass, Membership, Person
from proofline.store.people import join
from proofline.store.safekeeping.vitals import BACKED_UP
from signing_in import INLINE, SECRET, client_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
EVERYBODY = ("", "consents/", "policies/")


@pytest.fixture
def administrator(practice: Practice) -> Client:
    assert practice.tenant_id
    return client_of("north-administrator")


def number_of(role: str) -> int:
    return Person.objects.get(username=f"north-{role}").pk


def roles_of(name: str) -> set[str]:
    return set(
        Membership.objects.filter(person__username=name, until=None).values_list("role", flat=True)
    )


# Who may.


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        pytest.param("coordinator", set(), marks=pytest.mark.slow),
        pytest.param("clinician", set(), marks=pytest.mark.slow),
        pytest.param("billing_practitioner", set(), marks=pytest.mark.slow),
        ("biller", set()),
        pytest.param("integrator", set(), marks=pytest.mark.slow),
        ("compliance", {"people/"}),
        pytest.param("owner", {"people/"}, marks=pytest.mark.slow),
        ("administrator", {"people/", "service/"}),
    ],
)
def test_who_may_open_which_part(practice: Practice, role: str, opens: set[str]) -> None:
    assert practice.tenant_id
    client = client_of(f"north-{role}")
    for name in EVERYBODY:
        answer = client.get(f"/settings/{name}")
        assert answer.status_code == 200, name
        assert not INLINE.search(answer.content.decode())
    for name in ("people/", "service/"):
        expected = 200 if name in opens else 403
        assert client.get(f"/settings/{name}").status_code == expected, name


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("compliance", True), ("biller", False)]
)
def test_who_may_hand_over_reads_how(practice: Practice, role: str, *, may: bool) -> None:
    assert practice.tenant_id
    page = client_of(f"north-{role}").get("/settings/").content.decode()
    assert (f"proofline hand-over FOLDER --as north-{role}" in page) == may


@pytest.mark.slow
@pytest.mark.parametrize("role", ["owner", "compliance", "integrator", "coordinator"])
def test_people_are_changed_by_administrators_only(practice: Practice, role: str) -> None:
    assert practice.tenant_id
    client, biller = client_of(f"north-{role}"), number_of("biller")
    tried = {
        "add/": {"username": "x", "password": "four made-up words", "role": "owner"},
        f"{biller}/give/": {"role": "administrator"},
        f"{biller}/take/": {"role": "biller"},
        f"{biller}/disable/": {},
        f"{biller}/let-in/": {"password": "four made-up words"},
    }
    for name, sent in tried.items():
        assert client.post(f"/settings/people/{name}", sent).status_code == 403, name
    assert roles_of("north-biller") == {"biller"}
    assert not Person.objects.filter(username="x").exists()


# People.


def test_people_are_told_with_their_roles_and_how_they_are_guarded(
    practice: Practice, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    book = practice.opened("owner")
    TOTP.activate(Person.objects.get(username="north-biller"), SECRET)
    desk.disable(practice.opened("administrator"), Person.objects.get(pk=number_of("owner")), START)
    with django_assert_num_queries(4):
        page = people_page(book)
    told = {one.username: one for one in page.working}
    assert len(told) == 8  # seven roles left, and who opened the practice
    assert (told["north-biller"].second_factor, told["north-clinician"].second_factor) == (
        True,
        False,
    )
    (gone,) = page.gone
    assert (gone.username, gone.former, gone.active) == ("north-owner", ("owner",), False)


def test_somebody_is_added_and_the_password_is_never_shown(administrator: Client) -> None:
    sent = {"username": "made-up-nurse", "password": "four made-up words", "role": "coordinator"}
    done = administrator.post("/settings/people/add/", sent)
    assert (done.status_code, roles_of("made-up-nurse")) == (303, {"coordinator"})
    again = administrator.post("/settings/people/add/", sent)  # the name is taken now
    page = again.content.decode()
    assert again.status_code == 422
    assert 'value="made-up-nurse"' in page
    assert "four made-up words" not in page


def test_roles_are_given_and_taken(administrator: Client) -> None:
    biller = number_of("biller")
    administrator.post(f"/settings/people/{biller}/give/", {"role": "owner"})
    assert roles_of("north-biller") == {"biller", "owner"}
    administrator.post(f"/settings/people/{biller}/take/", {"role": "biller"})
    assert roles_of("north-biller") == {"owner"}


def test_somebody_must_be_left_to_administer(administrator: Client) -> None:
    first = Person.objects.get(username="north-first").pk
    own = number_of("administrator")
    assert administrator.post(f"/settings/people/{first}/disable/").status_code == 303
    refused = administrator.post(f"/settings/people/{own}/take/", {"role": "administrator"})
    assert refused.status_code == 422
    assert "Nobody would be left" in refused.content.decode()
    assert roles_of("north-administrator") == {"administrator"}


def test_who_left_comes_back_with_a_role_and_a_new_password(administrator: Client) -> None:
    biller = number_of("biller")
    administrator.post(f"/settings/people/{biller}/disable/")
    assert roles_of("north-biller") == set()
    assert not Person.objects.get(pk=biller).is_active
    administrator.post(f"/settings/people/{biller}/give/", {"role": "biller"})
    administrator.post(f"/settings/people/{biller}/let-in/", {"password": "four other words"})
    back = Person.objects.get(pk=biller)
    assert (back.is_active, back.check_password("four other words")) == (True, True)


@pytest.mark.slow
def test_people_of_another_practice_are_not_there(
    administrator: Client, other_practice: Practice
) -> None:
    assert other_practice.tenant_id
    stranger = Person.objects.get(username="south-biller").pk
    page = administrator.get("/settings/people/").content.decode()
    assert "south-" not in page
    for name in ("give", "take", "disable", "let-in"):
        sent = {"role": "biller", "password": "four made-up words"}
        answer = administrator.post(f"/settings/people/{stranger}/{name}/", sent)
        assert answer.status_code == 404, name


# Machines.


@pytest.mark.slow
def test_a_machine_gets_a_key_that_is_shown_once(administrator: Client) -> None:
    sent = {"name": "Made-up reports", "role": "biller", "scope": ["read:lines"]}
    made = administrator.post("/settings/machines/add/", sent)
    told = re.findall(r'<dd class="mono">([^<]+)</dd>', made.content.decode())
    client_id, secret = told
    assert keys.grant_for_secret(client_id, secret, "", NOW).scope == "read:lines"
    assert "no-store" in made.headers["Cache-Control"]
    page = administrator.get("/settings/machines/").content.decode()
    assert client_id in page
    assert secret not in page
    assert "Made-up reports" not in administrator.get("/settings/people/").content.decode()
    assert client_id not in administrator.get("/settings/people/").content.decode()
    other = administrator.post(f"/settings/machines/{client_id}/rotate/").content.decode()
    assert secret not in other
    administrator.post(f"/settings/machines/{client_id}/revoke/")
    with pytest.raises(keys.BadKey):
        keys.grant_for_secret(client_id, secret, "", NOW)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "x", "role": "administrator", "scope": ["read:lines"]},
        {"name": "x", "role": "biller"},
        {"name": "x", "role": "biller", "scope": ["write:everything"]},
    ],
)
def test_a_key_that_cannot_be(administrator: Client, sent: dict[str, str]) -> None:
    refused = administrator.post("/settings/machines/add/", sent)
    assert refused.status_code == 422
    assert "A key needs a name" in refused.content.decode()


@pytest.mark.slow
def test_a_system_is_told_from_an_address_of_https(administrator: Client) -> None:
    refused = administrator.post(
        "/settings/webhooks/add/", {"url": "http://x.example", "kind": "line.ready"}
    )
    assert refused.status_code == 422
    sent = {"url": "https://x.example/hooks", "kind": ["line.ready", "line.held"]}
    made = administrator.post("/settings/webhooks/add/", sent).content.decode()
    name, public, shared = re.findall(r'<dd class="mono">([^<]+)</dd>', made)
    assert (public[:5], shared[:6]) == ("whpk_", "whsec_")
    page = administrator.get("/settings/machines/").content.decode()
    assert "https://x.example/hooks" in page
    assert "line.held, line.ready" in page
    assert shared not in page
    assert administrator.post(f"/settings/webhooks/{name}/end/").status_code == 303


@pytest.mark.parametrize(
    ("role", "looks", "keys_too"),
    [
        ("administrator", True, True),
        ("integrator", True, False),
        ("compliance", True, False),
        ("owner", False, False),
        ("biller", False, False),
    ],
)
def test_who_may_see_machines(practice: Practice, role: str, looks: bool, keys_too: bool) -> None:
    assert practice.tenant_id
    client = client_of(f"north-{role}")
    page = client.get("/settings/machines/")
    assert page.status_code == (200 if looks else 403)
    assert ("Make a key" in page.content.decode()) == keys_too
    sent = {"name": "x", "role": "biller", "scope": ["read:lines"]}
    assert client.post("/settings/machines/add/", sent).status_code == (200 if keys_too else 403)


# One's own practice, of several.


@pytest.mark.slow
def test_the_practice_is_chosen_and_named_on_every_page(
    practice: Practice, other_practice: Practice
) -> None:
    person = Person.objects.get(username="north-owner")
    client = client_of("north-owner")
    assert "Made-up north</a>" not in client.get("/rules/").content.decode()  # there is but one
    join(other_practice.tenant_id, person, "owner", START)
    first = client.get("/rules/").content.decode()
    assert ("Made-up north</a>" in first) != ("Made-up south</a>" in first)
    for tenant_id, name in ((other_practice.tenant_id, "south"), (practice.tenant_id, "north")):
        client.post("/settings/practice/", {"practice": tenant_id})
        assert f"Made-up {name}</a>" in client.get("/rules/").content.decode()
        assert f"{name}-biller" in client.get("/settings/people/").content.decode()


def test_a_practice_of_others_cannot_be_chosen(
    practice: Practice, other_practice: Practice
) -> None:
    assert practice.tenant_id
    client = client_of("north-owner")
    client.post("/settings/practice/", {"practice": other_practice.tenant_id})
    page = client.get("/settings/people/").content.decode()
    assert "north-biller" in page
    assert "south-" not in page


def test_a_form_of_the_practice_before_is_too_old(
    practice: Practice, other_practice: Practice
) -> None:
    join(other_practice.tenant_id, Person.objects.get(username="north-owner"), "owner", START)
    signed_in = client_of("north-owner")
    client = Client(enforce_csrf_checks=True)  # one that has two tabs open
    client.cookies = signed_in.cookies
    for chosen in (practice.tenant_id, other_practice.tenant_id):
        (token, *_) = _TOKEN.findall(client.get("/settings/people/").content.decode())
        sent = {"practice": chosen, "csrfmiddlewaretoken": token}
        assert client.post("/settings/practice/", sent).status_code == 303
        late = client.post("/settings/practice/", sent)
        assert (late.status_code, b"another practice" in late.content) == (403, True)


# The glass.


@pytest.mark.slow
def test_the_glass_is_broken_with_a_reason_and_reviewed_by_others(practice: Practice) -> None:
    assert practice.tenant_id
    breaker, reviewer = client_of("north-owner"), client_of("north-compliance")
    assert breaker.post("/settings/glass/break/", {"reason": " "}).status_code == 422
    assert not BreakGlass.objects.exists()
    breaker.post("/settings/glass/break/", {"reason": "An emergency, made up."})
    (event,) = BreakGlass.objects.all()
    own = breaker.get("/settings/glass/").content.decode()
    assert "waits for other eyes" in own
    assert "Your glass is broken now" in own
    address = f"/settings/glass/{event.pk}/review/"
    assert breaker.post(address, {"finding": "It was right."}).status_code == 422
    assert reviewer.post(address, {"finding": ""}).status_code == 422
    assert reviewer.post(address, {"finding": "It was right."}).status_code == 303
    event.refresh_from_db()
    assert event.reviewed_by is not None
    assert event.reviewed_by.username == "north-compliance"


@pytest.mark.parametrize("role", ["coordinator", "integrator", "clinician"])
def test_the_list_of_broken_glass_goes_to_reviewers_only(practice: Practice, role: str) -> None:
    desk.break_glass(practice.opened("biller"), "An emergency, made up.", START)
    page = client_of(f"north-{role}").get("/settings/glass/").content.decode()
    assert "made up" not in page


# The service.


def test_the_service_is_told_without_its_secrets(practice: Practice, tmp_path: Path) -> None:
    said = {
        "PROOFLINE_DATABASE": "postgresql://book:a-made-up-word@host/book",
        "PROOFLINE_SECRET_KEY": "a-made-up-key",
        "PROOFLINE_METRICS_TOKEN": "a-made-up-token",
        "PROOFLINE_HOSTS": "proofline.example",
    }
    told = Environment(said).told()
    assert not any("made-up-" in value for _, _, value in told)
    values = {name: value for name, _, value in told}
    assert values["PROOFLINE_DATABASE"] == "set"
    assert values["PROOFLINE_HOSTS"] == "proofline.example"
    assert Environment({}).told()[1][2] == "not set"
    places = Places(tmp_path, tmp_path / "checkpoints", frozen=False, told=told)
    page = condition_page(practice.opened("administrator"), places, NOW)
    assert (page.vitals.database, page.signed, page.backed_up) == (True, None, None)
    with pytest.raises(NotAllowed):
        condition_page(practice.opened("owner"), places, NOW)


def test_the_last_backup_is_told(practice: Practice, tmp_path: Path) -> None:
    mark = tmp_path / BACKED_UP
    mark.touch()
    at = NOW - timedelta(days=3)
    os.utime(mark, (at.timestamp(), at.timestamp()))
    places = Places(tmp_path, tmp_path, frozen=False, told=())
    assert condition_page(practice.opened("administrator"), places, NOW).backed_up == at


def test_secrets_of_the_running_service_are_not_on_the_page(administrator: Client) -> None:
    page = administrator.get("/settings/service/").content.decode()
    assert settings.SECRET_KEY not in page
    assert str(settings.HOME) in page


# What is chosen.


def test_every_text_of_a_consent_is_there_with_its_law() -> None:
    found = consent_texts(NOW)
    assert [one.text.version for one in found] == list(texts())
    for one in found:
        assert one.citations
        page = shelf.load(
            one.text.law.partition("/")[0], datetime.fromisoformat(one.effective).date()
        )
        assert page.program == one.text.program


def test_every_policy_that_holds_today_is_there() -> None:
    page = policies(NOW)
    told = {one.page.pack: [chosen.policy.name for chosen in one.chosen] for one in page.programs}
    assert told == {pack: list(shelf.on(pack, NOW.date()).policies) for pack in shelf.packs()}
    assert {one.name: one.minutes for one in page.ours} == {
        "timer_idle": 5,
        "typed_time_longest": 240,
        "call_record_near": 5,
        "signature_fresh": 5,
        "device_silent": 3 * 1440,
        "feed_silent": 1440,
        "glass_open": 60,
    }
    assert [one.name for one in page.of_intake] == ["bounds", "preliminary"]
