"""`proofline serve --demo`: a made-up practice with a year of data, an account for every role."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from proofline.cli.trouble import note
from proofline.errors import WrongUse

HOME = "proofline-demo"
MARK = "made-up-practice"
"""The file in the home folder that says that nobody in its book is real."""

PASSWORD = "four lanterns over harvest"  # noqa: S105 - printed to everybody; it protects nothing
"""Of every made-up account."""

YEAR = timedelta(days=365)
AROUND = timedelta(days=60)
"""Cycles begin before the year of the demonstration and end after it by less than that."""

PERFORMERS = {
    "coordinator": "DEMO-RN-CY",
    "clinician": "DEMO-DR-BO",
    "billing_practitioner": "DEMO-NP-ADA",
}
"""Who the accounts are in the made-up evidence, where their time or signature can bear a line."""


def refuse_strangers(bind: str) -> None:
    """Raise WrongUse unless an address is this machine's own: there is no second factor."""
    host = bind.rpartition(":")[0].strip("[]")
    try:
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise WrongUse(
            "serve.demo_is_local",
            f"The demonstration is not served on {bind}: it asks for no second factor.",
            "Leave --bind out, or name an address of this machine, such as 127.0.0.1:8001.",
        )


def surround(variables: MutableMapping[str, str]) -> None:
    """Set what the demonstration needs, for this process and those that it starts."""
    variables.setdefault("PROOFLINE_HOME", HOME)
    variables.update({"PROOFLINE_DEMO": "yes", "PROOFLINE_TLS": "no"})


def fill(now: datetime, seed: int) -> None:
    """Make the practice with its accounts, and decide it, unless it is there already.

    Errors: WrongUse if the book holds anything else.
    """
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.book import tenants  # noqa: PLC0415

    mark = Path(settings.HOME) / MARK
    if tenants() and not mark.exists():
        raise WrongUse(
            "serve.not_a_demo",
            "The book here is not a demonstration, and is not served as one.",
            f"Set PROOFLINE_HOME to another folder, or leave it out for {HOME}.",
        )
    if not tenants():
        mark.touch()
        _make(now, seed)
    _tell()


def _make(now: datetime, seed: int) -> None:
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.cli.demo import lived  # noqa: PLC0415
    from proofline.cli.running import machines  # noqa: PLC0415
    from proofline.cli.running.history import bill, keep_papers  # noqa: PLC0415
    from proofline.desk.moving.taking_over import take_over  # noqa: PLC0415
    from proofline.desk.people.accounts import open_practice  # noqa: PLC0415
    from proofline.desk.working import Worker  # noqa: PLC0415
    from proofline.store.book import by_ourselves, visible_to  # noqa: PLC0415
    from proofline.store.people.accounts import ROLES, join, make_alike  # noqa: PLC0415

    name = "Demonstration Practice (made up)"
    tenant_id = open_practice(name, "demo-administrator", PASSWORD, now)
    roles = [role for role in ROLES if role != "administrator"]
    made_up = make_alike({f"demo-{role}": PERFORMERS.get(role, "") for role in roles}, PASSWORD)
    people = dict(zip(roles, made_up, strict=True))
    for role, person in people.items():
        join(tenant_id, person, role, now)
    today = now.date()
    with TemporaryDirectory(prefix="proofline-demo-") as made:
        note("making a practice of some 60 made-up patients with a year of data")
        practice = lived(seed=seed, end=today, first_day=today - YEAR)
        # Nobody has worked in hours to come, and who tries the service has just come to work.
        practice.leave_work_after(now - timedelta(hours=1))
        practice.leave_readings_after(now)  # nor has anybody measured who is still asleep
        practice.write(Path(made))
        with by_ourselves(tenant_id) as book:
            counts = take_over(book, Path(made), now)
    with visible_to(people["biller"], tenant_id, now) as book:  # or no forecast would be priced
        span = (today - YEAR - AROUND, today + AROUND)
        keep_papers(book, *span, lambda: datetime.now(UTC))
    with visible_to(people["integrator"], tenant_id, now) as book:
        machines.send(book, practice.tables["readings"], Path(settings.HOME), now)
    note(f"took over {sum(counts.values()):,} rows; deciding")
    worker = Worker(f"demo-{os.getpid()}", lambda: datetime.now(UTC) + timedelta(seconds=1))
    while worker.round():
        pass
    note("drawing claims; a made-up payer answers")
    with visible_to(people["biller"], tenant_id, now) as book:
        bill(book, lambda: datetime.now(UTC) + timedelta(seconds=2))


def _tell() -> None:
    from proofline.store.people.accounts import ROLES  # noqa: PLC0415

    click.echo("Made-up accounts, for this machine only, without second factor:")
    for role in ROLES:
        click.echo(f"  demo-{role}")
    click.echo(f"The password of each: {PASSWORD}")
