"""A full disk, as people meet it: reading goes on, what would write is refused and says why."""

from __future__ import annotations

import errno
import json
import shutil
from collections import namedtuple
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.test import Client, RequestFactory

from proofline.api.problems import crashed
from proofline.cli import main
from proofline.cli.lazily import Lazily
from signing_in import biller, code, is_in, name_and_password, second_factor

if TYPE_CHECKING:
    from proofline.store.models import Person

__all__ = ["biller"]  # the fixture

FULL = OperationalError("database or disk is full")
_Usage = namedtuple("_Usage", "total used free")  # noqa: PYI024 - as shutil gives it


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
        assert "nothing was written" in answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("free", "status"), [(0, 503), (50, 429)])
def test_who_signs_in_on_a_full_disk_did_not_try_too_often(
    biller: Person, monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    """Attempts are counted in the database; where nothing can be counted nobody gets in."""
    assert biller.pk
    monkeypatch.setattr(shutil, "disk_usage", lambda _home: _Usage(100, 100 - free, free))
    monkeypatch.setattr("allauth.core.internal.ratelimit.consume", lambda *_said, **_more: False)
    assert name_and_password(Client()).status_code == status


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
