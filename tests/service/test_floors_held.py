"""The service does not run where triggers or walls keep their name and no longer hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from made_up_practices import Practice
from proofline.store.safekeeping.floors import (
    refuse_a_clock_behind,
    refuse_the_role,
    refuse_to_run,
)
from proofline.store.trouble import StoreError
from proofline.store.vouching import last_told
from service_places import ON_POSTGRESQL, Place, made_once, new_place, place

__all__ = ["made_once", "new_place", "place"]

INIT = ("init", "--practice", "Made-up", "--administrator", "first", "--password", "x" * 12)

HOLLOW = (
    "CREATE OR REPLACE FUNCTION proofline_refuse() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN NEW; END $$"
)
EVERYBODY = "CREATE POLICY {} ON store_timer USING (true)"
UNDONE = {
    "the wall of store_timer": [
        ["ALTER TABLE store_timer DISABLE ROW LEVEL SECURITY"],
        ["ALTER TABLE store_timer NO FORCE ROW LEVEL SECURITY"],
        ["DROP POLICY store_timer_wall ON store_timer"],
        [EVERYBODY.format("another")],
        ["DROP POLICY store_timer_wall ON store_timer", EVERYBODY.format("store_timer_wall")],
    ],
    "proofline_refuse refuses": [[HOLLOW]],
    "store_line_no_update is": [
        ["ALTER TABLE store_line DISABLE TRIGGER store_line_no_update"],
        [
            "DROP TRIGGER store_line_no_update ON store_line",
            (
                "CREATE TRIGGER store_line_no_update BEFORE UPDATE ON store_line"
                " FOR EACH ROW WHEN (false) EXECUTE FUNCTION proofline_refuse()"
            ),
        ],
        [
            "DROP TRIGGER store_line_no_update ON store_line",
            (
                "CREATE TRIGGER store_line_no_update BEFORE UPDATE ON store_learned"
                " FOR EACH ROW EXECUTE FUNCTION proofline_refuse()"
            ),
        ],
    ],
}
of_postgresql = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has neither walls nor roles")


def told(*statements: str) -> str:
    """Give what is said against running after some statements, which are taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one)
        try:
            refuse_to_run()
        except StoreError as error:
            return str(error)
        finally:
            transaction.set_rollback(True)
    return ""


def test_a_book_as_it_was_made_may_run(practice: Practice) -> None:
    del practice
    refuse_to_run()
    refuse_the_role()


@pytest.mark.skipif(ON_POSTGRESQL, reason="of SQLite")
def test_a_trigger_of_sqlite_that_lets_all_through_is_none(practice: Practice) -> None:
    del practice
    hollow = "CREATE TRIGGER store_line_no_update BEFORE UPDATE ON store_line BEGIN SELECT 1; END"
    assert "store_line_no_update is missing" in told("DROP TRIGGER store_line_no_update", hollow)


def test_a_clock_behind_the_book_is_refused_unless_that_is_known(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what comes now would be recorded as of the last entry, whenever that says it was."""
    del practice
    last = last_told()
    refuse_a_clock_behind(last - timedelta(seconds=59))
    for behind in (timedelta(seconds=61), timedelta(days=400)):
        with pytest.raises(StoreError, match="clock of this machine"):
            refuse_a_clock_behind(last - behind)
    monkeypatch.setattr(settings, "CLOCK_BEHIND", True)
    refuse_a_clock_behind(last - timedelta(days=400))


@pytest.mark.slow
def test_no_half_of_the_service_runs_by_a_clock_behind_the_book(place: Place) -> None:
    place.run(
        "with by_ourselves(TENANT) as book:\n"
        "    with book.act('test', AT + timedelta(days=900)) as act: act.vouch('test', {})"
    )
    for words in (("serve", "--bind", "127.0.0.1:0"), ("work", "--until-done")):
        refused = place.command(*words)
        assert (refused.returncode, "(store.clock)" in refused.stderr) == (1, True), words
    assert place.command("verify").returncode == 0, "to look is allowed"


@of_postgresql
@pytest.mark.parametrize(
    ("word", "statements"),
    [(word, statements) for word, ways in UNDONE.items() for statements in ways],
)
def test_a_fence_that_keeps_its_name_and_no_longer_holds_is_told(
    practice: Practice, word: str, statements: list[str]
) -> None:
    del practice
    assert word in told(*statements)


@of_postgresql
@pytest.mark.slow
def test_no_command_makes_or_uses_tables_as_a_role_that_walls_do_not_hold(
    new_place: Callable[[], Place],
) -> None:
    place = new_place()
    superuser = {"PROOFLINE_DATABASE": place.database.replace("proofline@", "postgres@")}
    refused = place.command(*INIT, **superuser)
    assert refused.returncode == 1
    assert "is a superuser" in refused.stderr
    made = place.command(*INIT)
    assert made.returncode == 0, made.stderr  # nothing of the superuser's stands in the way
    for words in (("work", "--until-done"), ("verify",), ("quarantine", "list", "--as", "first")):
        refused = place.command(*words, **superuser)
        assert refused.returncode == 1, words
        assert "is a superuser" in refused.stderr


@of_postgresql
@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("ALTER SCHEMA public OWNER TO postgres", "may make no tables here"),
        ("CREATE TABLE django_migrations ()", "those of another role, postgres"),
    ],
)
def test_a_database_of_somebody_else_is_refused_in_words(
    new_place: Callable[[], Place], statement: str, word: str
) -> None:
    import psycopg  # noqa: PLC0415 - on PostgreSQL only

    place = new_place()
    address = place.database.replace("proofline@", "postgres@")
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute(statement)
    refused = place.command(*INIT)
    assert refused.returncode == 1
    assert word in refused.stderr
    assert "Traceback" not in refused.stderr
