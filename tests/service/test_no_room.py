"""A full disk, as people meet it: reading goes on, what would write is refused and says why."""

from __future__ import annotations

import errno
import json
import shutil
from collections import namedtuple
from contextlib import nullcontext
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError
from django.test import Client, RequestFactory

from made_up_practices import START, Practice
from proofline.api.problems import crashed
from proofline.cli import main
from proofline.cli.lazily import Lazily
from proofline.desk import people as desk
from proofline.desk.arriving.messages import Sent
from proofline.desk.arriving.taking import take
from proofline.desk.working import Worker
from proofline.errors import is_full
from proofline.store import jobs
from proofline.store.book import by_ourselves
from proofline.store.models import Job, Person
from service_places import on_sqlite_only
from signing_in import biller, client_of, code, is_in, name_and_password, second_factor

__all__ = ["biller"]  # the fixture

FULL = OperationalError("database or disk is full")
_Usage = namedtuple("_Usage", "total used free")  # noqa: PYI024 - as shutil gives it


def _is_not_committed(*_said: object, **_more: object) -> None:
    raise FULL


def _fails(trouble: Exception) -> object:
    def save(*_said: object, **_more: object) -> None:
        try:
            raise trouble
        except OperationalError:
            raise UpdateError from trouble

    return save


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_who_is_signed_in_goes_on_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    name_and_password(client)
    second_factor(client, code())
    monkeypatch.setattr(db.SessionStore, "save", _fails(FULL))
    assert is_in(client)
    monkeypatch.setattr(db.SessionStore, "save", _is_not_committed)
    assert is_in(client)
    monkeypatch.setattr(db.SessionStore, "save", _fails(OperationalError("made up")))
    assert not is_in(client)  # which is how a session that was ended meanwhile shows


@pytest.mark.parametrize(
    ("trouble", "path", "status"),
    [
        (FULL, "/settings/", 503),
        (FULL, "/api/me", 507),
        (OSError(errno.ENOSPC, "made up"), "/settings/", 503),
        (OperationalError("made up"), "/settings/", 500),
        (OperationalError("made up"), "/api/me", 500),
    ],
)
def test_a_full_disk_is_told_and_is_no_mistake_of_ours(
    trouble: Exception, path: str, status: int
) -> None:
    try:
        raise trouble
    except (OperationalError, OSError):
        answer = crashed(RequestFactory().post(path))
    assert answer.status_code == status
    if status == 507:
        assert json.loads(answer.content)["code"] == "store.full"
    if status == 503:
        assert "The disk is full" in answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("counts", "status"), [(False, 503), (True, 429)])
def test_who_signs_in_where_nothing_can_be_counted_did_not_try_too_often(
    biller: Person, monkeypatch: pytest.MonkeyPatch, *, counts: bool, status: int
) -> None:
    """Attempts are counted in the database; its cache tells a full disk by no more than a no."""
    assert biller.pk
    monkeypatch.setattr(shutil, "disk_usage", lambda _home: _Usage(100, 97, 3))
    monkeypatch.setattr("allauth.core.internal.ratelimit.consume", lambda *_said, **_more: False)
    if not counts:
        monkeypatch.setattr(DatabaseCache, "add", lambda *_said, **_more: False)
    answer = name_and_password(Client())
    assert answer.status_code == status
    assert ("disk is full" in answer.content.decode()) is not counts


@on_sqlite_only
@pytest.mark.parametrize(
    ("total", "free", "refused"),
    [
        (1 << 40, (64 << 20) - 1, True),
        (1 << 40, 64 << 20, False),
        (100 << 20, (2 << 20) - 1, True),
        (100 << 20, 2 << 20, False),
    ],
)
def test_acts_leave_the_last_room_to_those_who_sign_in_and_read(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, total: int, free: int, *, refused: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _home: _Usage(total, total - free, free))
    book = practice.opened("administrator")
    expected = pytest.raises(OperationalError) if refused else nullcontext()
    with expected as full, book.act("test", START) as act:
        act.vouch("test", {})
    assert full is None or is_full(full.value)
    biller = Person.objects.get(username="north-biller")
    desk.disable(book, biller, START)  # who is to be kept out cannot wait for room
    biller.refresh_from_db()
    assert not biller.is_active


@on_sqlite_only
def test_messages_are_refused_before_there_is_no_room_to_sign_in(
    biller: Person, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert biller.pk
    monkeypatch.setattr(shutil, "disk_usage", lambda _home: _Usage(1 << 40, (1 << 40) - 9, 9))
    sent = Sent("fhir", "m-1", b"{}", "signed", START)
    with by_ourselves(practice.tenant_id) as ours, pytest.raises(OperationalError, match="full"):
        take(ours, [sent], START)
    client = Client()
    name_and_password(client)
    second_factor(client, code())
    assert is_in(client)


@pytest.mark.parametrize("when", [pytest.param("before", marks=on_sqlite_only), "meanwhile"])
def test_work_that_finds_no_room_goes_on_by_itself_when_there_is_room(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    jobs.ask(practice.tenant_id, "watch", {"readings"}, START, due=START)
    clock = [START]
    worker = Worker("w", lambda: clock[0])

    def fails(*_said: object) -> None:
        raise FULL

    if when == "before":
        monkeypatch.setattr(shutil, "disk_usage", lambda _home: _Usage(1 << 40, (1 << 40) - 9, 9))
    else:
        monkeypatch.setattr("proofline.desk.working.limits.watch_news", fails)
    for _ in range(2 * jobs.ATTEMPTS):
        with pytest.raises(OperationalError, match="full"):
            worker.round()
        clock[0] += timedelta(seconds=61)
    job = Job.objects.get(kind="watch")
    assert (job.attempts, job.parked, job.leased_by) == (0, False, "")
    monkeypatch.undo()
    while worker.round():
        pass
    assert not Job.objects.filter(kind="watch").exists()


def test_work_that_found_no_room_lets_other_work_go_first(practice: Practice) -> None:
    jobs.ask(practice.tenant_id, "watch", {"readings"}, START, due=START)
    soon = START + timedelta(seconds=1)
    jobs.ask(practice.tenant_id, "bill", {"PAT-1"}, START, due=soon)
    taken = jobs.lease("w", soon, 5)
    assert [one.kind for one in taken] == ["watch"]
    jobs.untried(taken, "w", soon)
    assert [one.kind for one in jobs.lease("w", soon, 5)] == ["bill"]


@pytest.mark.parametrize("full", [True, False])
def test_a_page_whose_act_finds_no_room_comes_again_with_what_was_typed(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    assert practice.tenant_id
    client = client_of("north-administrator")
    client.raise_request_exception = False
    trouble = FULL if full else OperationalError("made up")

    def fails(*_said: object, **_more: object) -> None:
        raise trouble

    monkeypatch.setattr("proofline.web.pages.settings.people.desk.add_person", fails)
    said = {"username": "made-up-newcomer", "password": "four made-up words", "role": "biller"}
    answer = client.post("/settings/people/add/", said)
    told = answer.content.decode()
    assert answer.status_code == (503 if full else 500)
    assert ("store.full" in told, 'value="made-up-newcomer"' in told) == (full, full)


def test_a_command_says_that_a_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_said: object) -> None:
        raise FULL

    monkeypatch.setattr(Lazily, "invoke", fails)
    told = CliRunner().invoke(main, ["feeds", "list", "--as", "made-up"])
    assert (told.exit_code, "(store.full)" in told.output) == (1, True)


def test_a_frozen_worker_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "READ_ONLY", True)
    monkeypatch.setattr("proofline.cli.running.serving.set_up", lambda: None)
    told = CliRunner().invoke(main, ["work", "--until-done"])
    assert (told.exit_code, "(store.read_only)" in told.output) == (1, True)
