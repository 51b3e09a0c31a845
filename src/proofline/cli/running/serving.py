"""`proofline serve` and `proofline work`: the server, and the worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from proofline.cli.running.address import refuse_a_taken_address
from proofline.cli.running.kept.keeping import keyring
from proofline.cli.running.kept.keys import tell_of_sealed_feeds
from proofline.cli.running.setting_up import (
    bring_up_to_date,
    name_what_was_kept_before,
    set_up,
)
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from proofline.desk.working import Worker

_IDLE_SECONDS = 0.2
_TROUBLE_SECONDS = 2.0
_LOOK_SECONDS = 0.5
_HOUSEKEEPING = timedelta(minutes=5)
"""How often a worker signs the ledger's head if nothing else made it sign."""
_ENDING_SECONDS = 40
_WORKER = (sys.executable, "-c", "from proofline.cli import main; main()", "work")
_SERVER = (
    *(sys.executable, "-m", "gunicorn", "--config", "python:proofline.site.gunicorn"),
    "proofline.site.wsgi:application",
)


@click.command()
@click.option(
    "--bind",
    default="127.0.0.1:8000",
    envvar="PROOFLINE_BIND",
    show_default=True,
    help="Address and port.",
)
@click.option("--demo", is_flag=True, help="Serve a made-up practice with a year of data.")
@click.option("--seed", type=int, default=2026, show_default=True, help="Of the made-up practice.")
def serve(bind: str, seed: int, *, demo: bool) -> None:
    """Serve the practice's book to people and machines, with a worker that keeps it decided.

    With --demo the first start makes a practice of some 60 made-up patients in a home folder of
    its own, with an account for every role. It asks for no second factor, so it is reached from
    this machine only.
    """
    if demo:
        from proofline.cli.running.demonstration import refuse_strangers, surround  # noqa: PLC0415

        refuse_strangers(bind)
        surround(os.environ)
    refuse_a_taken_address(bind)
    set_up()
    if _frozen():
        _refuse_to_make_tables()
    else:
        bring_up_to_date()
    from proofline.store.safekeeping.floors import (  # noqa: PLC0415 - after set_up
        refuse_a_clock_behind,
        refuse_to_run,
    )

    refuse_to_run()
    if not _frozen():
        refuse_a_clock_behind(datetime.now(UTC))
        keyring().make(os.urandom(32))
    keyring().refuse_an_older_book()
    if not _frozen():
        name_what_was_kept_before()
    if demo:
        from proofline.cli.running.demonstration import fill  # noqa: PLC0415

        fill(datetime.now(UTC), seed)
    _run(bind)


def _run(bind: str) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    _warn_of_an_open_home()
    _warn_of_an_empty_book()
    tell_of_sealed_feeds()
    told = os.environ | {"PROOFLINE_BIND": bind}
    halves = (_SERVER,) if _frozen() else (_WORKER, _SERVER)
    # In sessions of their own: Ctrl-C reaches this process, which ends them in order.
    ours = [subprocess.Popen(one, env=told, start_new_session=True) for one in halves]  # noqa: S603
    note(f"serving on http://{bind}{', read-only' if _frozen() else ''}; end with Ctrl-C")
    try:
        while all(one.poll() is None for one in ours):
            time.sleep(_LOOK_SECONDS)
        note("one half of the service has ended, so the other is ended too")
    except KeyboardInterrupt:
        note("ending; what is in hand is brought to its end")
    finally:
        _end(ours)
    sys.exit(max((one.returncode for one in ours), key=abs))


def _end(ours: list[subprocess.Popen[bytes]]) -> None:
    """Let both end by themselves; whoever takes too long is ended."""
    for one in ours:
        one.terminate()
    until = time.monotonic() + _ENDING_SECONDS
    for one in ours:
        try:
            one.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()


def _warn_of_an_open_home() -> None:
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.safekeeping.floors import open_to_others  # noqa: PLC0415

    if open_to_others(settings.HOME):
        note(f"note: every user of this machine may read {settings.HOME}; chmod 700 closes it")


def _warn_of_an_empty_book() -> None:
    from proofline.store.book import tenants  # noqa: PLC0415 - after set_up

    if not tenants():
        note("note: there is no practice yet, so nobody can sign in; proofline init makes one")


def _refuse_to_make_tables() -> None:
    """Refuse a frozen start where the tables would have to be made first: that is writing."""
    from proofline.store.opening import refuse_other_tables  # noqa: PLC0415 - after set_up

    refuse_other_tables()


def _frozen() -> bool:
    from django.conf import settings  # noqa: PLC0415 - after set_up

    return bool(settings.READ_ONLY)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@dataclass(slots=True)
class _Ending:
    """Whether somebody asked us to end; the job in hand is brought to its end first."""

    asked: bool = field(default=False)

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


@click.command()
@click.option("--until-done", is_flag=True, help="End when no job is due.")
def work(*, until_done: bool) -> None:
    """Do the jobs that wait: decide what changed, and what the end of a day brings."""
    set_up()
    from django.conf import settings  # noqa: PLC0415 - after set_up
    from django.db import DatabaseError, connection  # noqa: PLC0415

    from proofline.desk.arriving.dropped import take_dropped  # noqa: PLC0415
    from proofline.desk.arriving.proof.sealing import seal_of  # noqa: PLC0415
    from proofline.desk.telling.reaching import Reach  # noqa: PLC0415
    from proofline.desk.working import LOG, Worker  # noqa: PLC0415
    from proofline.store.opening import refuse_other_tables  # noqa: PLC0415
    from proofline.store.safekeeping.floors import (  # noqa: PLC0415
        refuse_a_clock_behind,
        refuse_to_run,
    )
    from proofline.store.trouble import StoreError  # noqa: PLC0415

    if settings.READ_ONLY:
        raise StoreError(
            "store.read_only",
            "The service is read-only for now; no job is done.",
            "Start the worker without PROOFLINE_READ_ONLY when the freeze is over.",
        )
    refuse_other_tables()
    refuse_to_run()
    refuse_a_clock_behind(datetime.now(UTC))
    keyring().refuse_another_key()
    ending = _Ending()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, ending)
    worker = Worker(
        f"{os.uname().nodename}-{os.getpid()}",
        lambda: datetime.now(UTC),
        keyring().sign,
        seal=lambda: seal_of(settings.HOME),
        reach=Reach(settings.WEBHOOK_HOSTS),
    )
    kept = datetime.min.replace(tzinfo=UTC)
    while not ending.asked:
        try:
            if worker.now() - kept >= _HOUSEKEEPING:
                kept = worker.now()  # first: trouble with it must not keep the rounds from going on
                _keep_house(worker)
            did = worker.round() + take_dropped(settings.HOME, worker.now())
        except (DatabaseError, OSError):
            # A full disk or a lost server: nothing is lost, and it may be well again soon.
            LOG.exception("database or disk trouble")
            connection.close()
            time.sleep(_TROUBLE_SECONDS)
            continue
        _beat(settings.HOME)
        if not did:
            if until_done:
                return
            time.sleep(_IDLE_SECONDS)


def _keep_house(worker: Worker) -> None:
    """Do what comes round by itself. Errors: StoreError where the key that signed is not here."""
    from proofline.desk.working import LOG, UNSIGNED  # noqa: PLC0415 - after set_up
    from proofline.store.book import tenants  # noqa: PLC0415
    from proofline.store.safekeeping.heads import NoKeyYet  # noqa: PLC0415

    worker.begin(tenants())
    try:
        keyring().sign(worker.now())
    except NoKeyYet:
        LOG.warning(UNSIGNED)


def _beat(home: Path) -> None:
    """Leave a sign of life that /readyz looks at."""
    from proofline.store.safekeeping.vitals import BEAT  # noqa: PLC0415 - after set_up

    (home / BEAT).touch()
