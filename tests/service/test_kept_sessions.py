"""A session that two requests write at once: the slow one takes away nothing the other noted."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from proofline.web import sessions
from proofline.web.watching.kept_sessions import SessionStore
from signing_in import PAGE, client_of, code, name_and_password

if TYPE_CHECKING:
    from made_up_practices import Practice
    from proofline.store.models import Person

pytestmark = pytest.mark.django_db
SET_UP = "/account/2fa/totp/activate/"
_SECRET = re.compile(r'id="authenticator_secret"[^>]*?value="([A-Z2-7]+)"')


def _begun() -> str:
    first = SessionStore()
    first.update({"used": 1, "shown": [{"at": 1}], "draft": "kept"})
    first.save()
    assert first.session_key is not None
    return first.session_key


def test_the_later_of_two_requests_writes_what_it_changed_alone() -> None:
    key = _begun()
    slow, quick = SessionStore(key), SessionStore(key)
    slow["used"] = 2
    quick["used"], quick["secret"] = 3, "made up"
    quick["shown"].append({"at": 2})  # without naming it: what is nested is looked at too
    del quick["draft"]
    quick.save()
    slow.save()
    assert dict(SessionStore(key).items()) == {
        "used": 2,
        "secret": "made up",
        "shown": [{"at": 1}, {"at": 2}],
    }


def test_what_the_later_one_took_away_or_changed_holds() -> None:
    key = _begun()
    slow, quick = SessionStore(key), SessionStore(key)
    del slow["draft"]
    slow["shown"] = []
    quick["draft"], quick["shown"] = "typed meanwhile", [{"at": 9}]
    quick.save()
    slow.save()
    slow["used"] = 5  # and a second writing begins with what the first one left
    slow.save()
    assert dict(SessionStore(key).items()) == {"used": 5, "shown": []}


def test_a_key_that_is_changed_keeps_what_was_noted_and_ends_the_old_one() -> None:
    key = _begun()
    slow, quick = SessionStore(key), SessionStore(key)
    slow["used"] = 2
    quick.cycle_key()
    quick.save()
    assert dict(SessionStore(quick.session_key).items()) == {
        "used": 1,
        "shown": [{"at": 1}],
        "draft": "kept",
    }
    with pytest.raises(UpdateError):
        slow.save()
    assert not SessionStore().exists(key)


def test_what_is_taken_away_after_a_key_is_changed_or_made_is_gone() -> None:
    changed = SessionStore(_begun())
    changed.cycle_key()
    made = SessionStore()
    made["draft"] = "typed"
    made.save()
    for one in (changed, made):
        del one["draft"]
        one.save()
        assert "draft" not in SessionStore(one.session_key)


def test_a_session_is_emptied_without_being_read_and_one_that_is_over_stays_so() -> None:
    emptied = SessionStore(_begun())
    emptied.clear()
    emptied.save()
    assert not dict(SessionStore(emptied.session_key).items())
    key = _begun()
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(days=1))
    over = SessionStore(key)
    over.save()
    assert over.session_key != key
    assert not dict(SessionStore(over.session_key).items())


def test_a_locked_book_is_told_as_a_session_that_could_not_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = SessionStore(_begun())
    kept["used"] = 2
    locked = OperationalError("database is locked")
    monkeypatch.setattr(transaction, "atomic", Mock(side_effect=locked))
    with pytest.raises(UpdateError):
        kept.save()


def test_a_session_that_was_ended_stays_so() -> None:
    key = _begun()
    slow, quick = SessionStore(key), SessionStore(key)
    slow["used"] = 2
    quick.flush()
    with pytest.raises(UpdateError):
        slow.save()
    assert not SessionStore().exists(key)


def test_a_second_factor_is_set_up_while_a_slow_page_is_made(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert practice.tenant_id
    client, secret = Client(), ""
    assert name_and_password(client).status_code == 302

    def meanwhile(person: Person) -> bool:
        nonlocal secret
        monkeypatch.setattr(sessions, "is_mfa_enabled", is_mfa_enabled)
        quick = Client()
        quick.cookies = client.cookies
        (secret,) = _SECRET.findall(quick.get(SET_UP).content.decode())
        return bool(is_mfa_enabled(person))

    monkeypatch.setattr(sessions, "is_mfa_enabled", meanwhile)
    assert client.get("/billing/").status_code == 302
    answer = client.post(SET_UP, {"code": code(secret)})
    assert answer.status_code == 302, "the slow page took the secret away"
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_page_notes_its_use_where_the_last_note_is_older_than_half_a_minute(
    practice: Practice,
) -> None:
    assert practice.tenant_id
    client = client_of("north-biller")
    client.get(PAGE)
    for seconds, notes in ((0, 0), (15, 0), (32, 1), (0, 0)):
        kept = client.session
        kept["used"] -= seconds
        kept.save()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        written = [one["sql"] for one in asked if 'UPDATE "django_session"' in one["sql"]]
        assert len(written) == notes
    assert time.time() - client.session["used"] < 29
    kept = client.session
    kept["used"] += 3600  # by a clock that was set back since
    kept.save()
    client.get(PAGE)
    assert client.session["used"] <= time.time()
