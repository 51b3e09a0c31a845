"""`proofline serve` and `proofline work`: the server, and the worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import FrameType

import click

from proofline.cli.service.setting_up import bring_up_to_date, set_up
from proofline.cli.trouble import note

_IDLE_SECONDS = 0.3
_LOOK_SECONDS = 0.5
_WORKER = (sys.executable, "-c", "from proofline.cli import main; main()", "work")
_SERVER = (
    *(sys.executable, "-m", "gunicorn", "--config", "python:proofline.site.gunicorn"),
    "proofline.site.wsgi:application",
)


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
def serve(bind: str) -> None:
    """Serve the practice's book to people and machines, with a worker that keeps it decided."""
    set_up()
    bring_up_to_date()
    from proofline.store.floors import refuse_to_run  # noqa: PLC0415 - after set_up

    refuse_to_run()
    note(f"serving on {bind}; end with Ctrl-C")
    told = os.environ | {"PROOFLINE_BIND": bind}
    ours = [subprocess.Popen(command, env=told) for command in (_WORKER, _SERVER)]  # noqa: S603
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while all(one.poll() is None for one in ours):
            time.sleep(_LOOK_SECONDS)
        note("one half of the service has ended, so the other is ended too")
    except KeyboardInterrupt:
        note("ending; what is in hand is brought to its end")
    finally:
        for one in ours:
            one.terminate()
        for one in ours:
            one.wait()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.command()
@click.option("--until-done", is_flag=True, help="End when no job is due.")
def work(*, until_done: bool) -> None:
    """Do the jobs that wait: decide what changed, and what the end of a day brings."""
    set_up()
    from proofline.cli.arriving.asking import home  # noqa: PLC0415
    from proofline.desk.arriving.dropped import take_dropped  # noqa: PLC0415
    from proofline.desk.working import work_once  # noqa: PLC0415 - after set_up

    signal.signal(signal.SIGTERM, _interrupt)
    worker = f"{os.uname().nodename}-{os.getpid()}"
    with suppress(KeyboardInterrupt):
        while True:
            dropped = take_dropped(home(), datetime.now(UTC))
            if not (work_once(worker, lambda: datetime.now(UTC)) or dropped):
                if until_done:
                    return
                time.sleep(_IDLE_SECONDS)
