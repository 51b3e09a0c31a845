"""Sign-off: what waits for whom, what stands beside it, and what a signature needs."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.html import escape

from made_up_practices import Practice
from made_up_stories import AT, BILLER, CYCLE, ENROLLMENT, GOOD, PATIENT, decide, put_story
from proofline.desk.billing.signing import Shown, sign_all
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.signing.evidence import evidence
from proofline.desk.showing.signing.waiting import signing_page
from proofline.desk.trouble import DeskError
from proofline.store.auditing.unsigned import Unsigned, unsigned
from proofline.store.book import Book
from proofline.store.decided import digests_of
from proofline.store.models import Look
from proofline.store.people import ROLES
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

LATER = AT + timedelta(days=1)
ROOT = "/signing/"


@pytest.fixture
def told(practice: Practice) -> Practice:
    put_story(practice, GOOD)
    return practice


def signer(practice: Practice) -> Book:
    return practice.opened("billing_practitioner")


def late(practice: Practice) -> None:
    """A seventeenth day arrives after all, and the patient is decided again."""
    row = {
        "reading_id": "RDG-LATE", "device_id": "DEV-1", "patient_id": PATIENT, "metric": "85354-9",
        "value": "131", "value_2": "82", "measured_at": "2026-03-17T12:30:00Z",
        "received_at": "2026-04-15T12:30:00Z", "entry": "automatic",
    }  # fmt: skip
    with practice.opened("coordinator").act("test", LATER) as act:
        act.add("readings", [row])
    decide(practice, LATER)


def key_of(practice: Practice, at: datetime = AT) -> Shown:
    (one,) = signing_page(signer(practice), at).periods
    return Shown(one.enrollment_id, one.first, one.last, one.digest)


@pytest.mark.slow
def test_a_closed_period_waits_with_its_counts(told: Practice) -> None:
    (one,) = signing_page(signer(told), AT).periods
    assert (one.enrollment_id, one.first.isoformat(), one.last.isoformat()) == (
        ENROLLMENT, "2026-03-01", "2026-03-30",
    )  # fmt: skip
    assert (one.days, one.minutes, one.calls) == (16, 25, 1)
    assert one.lines == (("99454", 1), ("99457", 1))
    assert (one.others, one.stale, one.name) == ((), None, "Made-Up")
    span = (one.first, one.last)
    assert {one.digest} == digests_of(told.tenant_id, ENROLLMENT, span)
    assert Look.objects.filter(patient_id=PATIENT, act="cycle.sign_off").count() == 1


@pytest.mark.slow
def test_it_waits_for_nobody_else_and_not_before_its_end(told: Practice) -> None:
    stranger = replace(signer(told), performer_id="DOCTOR")
    assert signing_page(stranger, AT).periods == ()
    assert signing_page(replace(signer(told), performer_id=""), AT).nobody
    before = datetime.fromisoformat("2026-03-31T03:59:00+00:00")  # still 30 March in New York
    decide(told, before)
    assert signing_page(signer(told), before).periods == ()
    over = datetime.fromisoformat("2026-03-31T04:00:00+00:00")
    decide(told, over)
    assert len(signing_page(signer(told), over).periods) == 1


def test_nobody_else_sees_the_page(told: Practice) -> None:
    for role in {*ROLES} - {"billing_practitioner"}:
        with pytest.raises(NotAllowed):
            signing_page(told.opened(role), AT)
        with pytest.raises(NotAllowed):
            evidence(told.opened(role), CYCLE, AT)


@pytest.mark.slow
def test_the_evidence_is_told_as_the_facts_have_it(told: Practice) -> None:
    found = evidence(signer(told), CYCLE, AT)
    assert [one.day.day for one in found.strip if one.standing == "counts"] == [*range(1, 17)]
    (worker,) = found.workers
    assert worker.by_activity == (("review", timedelta(minutes=25)),)
    (talk,) = found.talks
    assert (talk.channel, talk.reached, talk.standing) == ("phone", "patient", "counts")
    assert (found.limits, found.stood_out, found.signed) == (0, (), ())
    assert found.ours
    assert found.over
    assert found.current
    assert not found.stands
    assert found.key == f"2026-03-01 2026-03-30 {key_of(told).digest} {ENROLLMENT}"


@pytest.mark.slow
def test_signed_it_waits_no_more_and_comes_back_when_its_evidence_changes(told: Practice) -> None:
    made = sign_all(signer(told), [key_of(told)], AT, AT)
    assert len(made.signed) == 1
    page = signing_page(signer(told), AT)
    assert (page.periods, page.signed) == ((), 1), "signed, and not decided anew yet"
    decide(told, AT)
    assert signing_page(signer(told), AT).signed == 0
    assert signing_page(signer(told), AT).periods == ()
    assert evidence(signer(told), CYCLE, AT).stands
    late(told)
    (one,) = signing_page(signer(told), LATER).periods
    assert one.stale is not None
    assert "transmission days 16, now 17" in one.stale.changed
    (signed,) = evidence(signer(told), CYCLE, LATER).signed
    assert signed.stale
    assert signed.changed is not None
    assert [words for words in signed.changed if "RDG-LATE" in words and "came" in words]
    assert not [words for words in signed.changed if "131" in words]  # no value of a reading


@pytest.mark.slow
def test_a_page_that_was_signed_whole_makes_room_for_what_waits_after_it(
    told: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is signed comes before all others until it is decided anew."""
    put_story(told, GOOD, "B")
    monkeypatch.setattr("proofline.desk.showing.signing.waiting.PAGE", 1)
    first = signing_page(signer(told), AT)
    assert first.more
    (one,) = first.periods
    sign_all(signer(told), [Shown(one.enrollment_id, one.first, one.last, one.digest)], AT, AT)
    page = signing_page(signer(told), AT)
    (other,) = page.periods
    assert other.enrollment_id != one.enrollment_id
    assert (page.more, page.signed) == (False, 1)
    assert signing_page(signer(told), AT, 2) == page, "there is no second one any more"


@pytest.mark.slow
def test_what_was_signed_once_comes_before_what_waits_longer(told: Practice) -> None:
    sign_all(signer(told), [key_of(told)], AT, AT)
    put_story(told, f"setup = 2026-02-20; {GOOD.replace('days = 1..16', 'days = 1..20')}", "OLD")
    late(told)
    names = [one.enrollment_id for one in signing_page(signer(told), LATER).periods]
    assert names == [ENROLLMENT, "OLDENR-1"]  # the other one closed nine days earlier


@pytest.mark.slow
def test_a_list_takes_as_many_queries_for_many_as_for_one(
    told: Practice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    book = signer(told)
    with django_assert_max_num_queries(10) as first:
        assert len(signing_page(book, AT).periods) == 1
    for name in ("B", "C", "D"):
        put_story(told, GOOD, name)
    with django_assert_max_num_queries(len(first)):
        assert len(signing_page(book, AT).periods) == 4


@pytest.mark.slow
def test_one_that_is_refused_keeps_back_no_other(told: Practice) -> None:
    put_story(told, GOOD, "B")
    one, two = signing_page(signer(told), AT).periods
    those = [
        Shown(one.enrollment_id, one.first, one.last, "sha256:of something else"),
        Shown(two.enrollment_id, two.first, two.last, two.digest),
    ]
    with pytest.raises(DeskError, match="second factor"):
        sign_all(signer(told), those, AT - timedelta(minutes=6), AT)
    made = sign_all(signer(told), those, AT, AT)
    assert len(made.signed) == 1
    ((refused, trouble),) = made.refused
    assert (refused.enrollment_id, trouble.code) == (one.enrollment_id, "desk.evidence_changed")


# The page, by its door. The clock of the door is the real one, long after the story.


@pytest.fixture
def client(told: Practice) -> Client:
    assert told.tenant_id
    return client_of("north-billing_practitioner")


def fresh(client: Client, seconds: float = 0) -> None:
    """Let the session say that the second factor was shown so long ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - seconds}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def shown_keys(client: Client) -> list[str]:
    page = client.get(ROOT).content.decode()
    return re.findall(r'name="period" value="([^"]+)"', page)


@pytest.mark.slow
def test_the_page_asks_for_the_factor_and_tells_what_cannot_be_undone(client: Client) -> None:
    page = client.get(ROOT).content.decode()
    assert "/account/reauthenticate/?next=/signing/" in page
    assert "A signature is not undone" in page
    assert len(shown_keys(client)) == 1
    assert not INLINE.search(page)
    assert "disabled" in page
    fresh(client)
    assert "disabled" not in client.get(ROOT).content.decode()


def test_without_a_fresh_factor_nothing_is_signed_and_the_choice_stays(
    client: Client, told: Practice
) -> None:
    (key,) = shown_keys(client)
    fresh(client, 301)
    answer = client.post(ROOT, {"period": [key]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "needs the second factor anew" in page
    assert re.search(rf'value="{re.escape(escape(key))}"[^>]* checked', page)
    assert not signer(told).shelf.rows("sign_offs", performer_id={BILLER})


@pytest.mark.slow
def test_those_with_nothing_to_know_are_chosen_together_and_no_other(
    client: Client, told: Practice
) -> None:
    fresh(client)
    first = client.get("/signing/").content.decode()
    assert " checked>" not in first
    assert 'href="?page=1&amp;choose=plain"' in first
    (plain,) = signing_page(signer(told), AT).plain
    chosen = client.get("/signing/?choose=plain").content.decode()
    assert chosen.count(" checked>") == 1
    assert f'value="{plain}"' in chosen
    page = signing_page(signer(told), AT)
    for known in ({"others": ("held",)}, {"warnings": ("to know",)}, {"readable": False}):
        one = replace(page.periods[0], **known)
        assert replace(page, periods=(one,)).plain == ()


def test_what_is_signed_is_what_was_shown(client: Client, told: Practice) -> None:
    (key,) = shown_keys(client)
    fresh(client)
    late(told)
    answer = client.post(ROOT, {"period": [key]}, follow=True)
    assert "is not what was shown" in answer.content.decode()
    (again,) = shown_keys(client)
    assert again != key
    answer = client.post(ROOT, {"period": [again]}, follow=True)
    assert "1 period is signed." in answer.content.decode()
    (row,) = signer(told).shelf.rows("sign_offs", performer_id={BILLER})
    assert row["evidence_digest"] == again.split()[2]
    second: Any = client.post(ROOT, {"period": [again]}, follow=True)
    assert "signed exactly this before" in second.content.decode()


@pytest.mark.slow
def test_a_period_has_a_page_of_its_own(client: Client) -> None:
    page = client.get(f"{ROOT}{'/'.join(CYCLE)}/").content.decode()
    assert "16 days count" in page
    assert "25 minutes of management under your name" in page
    assert page.count('class="counted"') == 16
    assert client.get(f"{ROOT}{ENROLLMENT}/cycle/2026-02-30/").status_code == 404
    assert client.get(f"{ROOT}{ENROLLMENT}/cycle/2026-03-02/").status_code == 404
    assert client.get(f"{ROOT}ENR-NONE/cycle/2026-03-01/").status_code == 404


@pytest.mark.slow
def test_a_calendar_month_is_not_called_a_cycle(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_months(tenant_id: str, performer_id: str) -> Iterator[Unsigned]:
        for one in unsigned(tenant_id, performer_id):
            told = tuple(
                {**each, "period": {**each["period"], "kind": "month", "number": 3}}
                for each in one.decisions
            )
            yield replace(one, kind="month", decisions=told)

    monkeypatch.setattr("proofline.desk.showing.signing.waiting.unsigned", as_months)
    text = " ".join(client.get(ROOT).content.decode().split())
    assert "RPM month, 1 Mar 2026" in text
    assert "cycle 3" not in text


def test_a_form_that_nobody_was_given_is_no_page(client: Client) -> None:
    fresh(client)
    for junk in ("x", "2026-03-01", "a b c d"):
        assert client.post(ROOT, {"period": [junk]}).status_code == 404
    answer = client.post(ROOT, {}, follow=True)
    assert "nothing was signed" in answer.content.decode()
