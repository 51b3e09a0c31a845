"""What a page costs in a practice of 5,000 enrollments: milliseconds, questions, bytes.

    python bench/screens.py --enrollments 500 5000 --page /today/

The book is made anew in a folder of its own, with what the worker would have kept: patients,
enrollments, outlooks drawn at random, alerts. The page is asked in this process, so what is told
are milliseconds of processor and of the clock, the middle of several times, without a network. The
goals are those of issue 7: 150 ms, the same number of questions at every size, 100 kB.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

GOAL_MS, GOAL_BYTES, TIMES, TOGETHER = 150, 100_000, 15, 500
PASSWORD = "four lanterns over harvest"  # noqa: S105 - of a made-up account
ACTS = ("call", "remind", "log_minutes", "consent", "order", "pair", "settle", "none")
CODES = {"remind": "99454", "consent": "99454", "order": "99454", "pair": "99454"}


def outlook(number: int, today: date, dice: random.Random) -> object:
    """Make an outlook up, of the size and shape of a real one."""
    from proofline.insight import Outlook, Rung, Suggestion  # noqa: PLC0415

    act, left = dice.choice(ACTS), dice.randrange(30)
    end, gain = today + timedelta(days=left), dice.randrange(6_000)
    code = CODES.get(act, "99457")
    words = f"{dice.randrange(1, 19)} minutes missing for {code} until {end}: work that is due."
    said = Suggestion("more", act, (code,), gain, end, words)
    rungs = tuple(
        Rung(
            *(name, fact, dice.randrange(needed + 1), 0, needed, 30, 1, dice.random(), gain, True),
            *(end, end, "at_risk", 0, False, (), words),
        )
        for name, fact, needed in (
            *(("99445", "transmission_days", 2), ("99454", "transmission_days", 16)),
            *(("99470", "treatment_minutes", 10), ("99457", "treatment_minutes", 20)),
        )
    )
    whose = (f"ENR-{number}", f"PAT-{number}", "RPM", "cycle")
    span = (end - timedelta(days=29), end, "cycle", today, left)
    return Outlook(*whose, *span, rungs, said, (said,))


def fill(tenant: str, first: int, last: int, now: datetime) -> None:
    """Put patients into the book, each with an enrollment and an outlook; some have an alert."""
    from proofline.desk.care.alerts import BEYOND, SILENT  # noqa: PLC0415
    from proofline.desk.care.foreseeing import Ahead, keep_ahead  # noqa: PLC0415
    from proofline.store.book import by_ourselves  # noqa: PLC0415
    from proofline.store.work.alerts import raise_alert  # noqa: PLC0415

    dice = random.Random(first)  # noqa: S311 - made-up data
    for begin in range(first, last, TOGETHER):
        numbers = range(begin, min(begin + TOGETHER, last))
        outlooks = tuple(outlook(number, now.date(), dice) for number in numbers)
        ahead = Ahead(frozenset(f"PAT-{n}" for n in numbers), outlooks, now.date(), None)  # type: ignore[arg-type]
        with by_ourselves(tenant) as book, book.act("bench", now) as act:
            act.add("patients", [_patient(number) for number in numbers])
            act.add("enrollments", [_enrollment(number) for number in numbers])
            keep_ahead(act, ahead)
            for number in numbers[::50]:
                raise_alert(book, f"PAT-{number}", BEYOND, f"R-{number} value", at=now)
                silent = f"DEV-{number} since {now.isoformat()}"
                raise_alert(book, f"PAT-{number + 1}", SILENT, silent, at=now)


def _patient(number: int) -> dict[str, str | None]:
    return {
        "patient_id": f"PAT-{number}",
        "family_name": f"Madeup-{number}",
        "given_name": "Alexandra",
        "time_zone": "America/Chicago",
        "birth_date": "1950-01-01",
        "phone": "555 010 0001",
    }


def _enrollment(number: int) -> dict[str, str | None]:
    return {
        "enrollment_id": f"ENR-{number}",
        "patient_id": f"PAT-{number}",
        "program": "RPM",
        "billing_performer_id": "DR-1",
        "setup_date": "2026-01-05",
    }


def measure(address: str, enrollments: int) -> bool:
    """Ask for a page several times and print what it cost; give whether it keeps the goals."""
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from proofline.store.models import Person  # noqa: PLC0415

    person = Person.objects.get(username="coordinator")
    if not person.authenticator_set.exists():
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[1])
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's shapes
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        body = client.get(address).content
    worked, waited = [], []
    for _ in range(TIMES):
        processor, clock = time.process_time(), time.perf_counter()
        answer = client.get(address)
        worked.append(1000 * (time.process_time() - processor))
        waited.append(1000 * (time.perf_counter() - clock))
        if answer.status_code != 200:  # noqa: PLR2004 - OK
            sys.exit(f"{address} answers {answer.status_code}")
    packed = len(gzip.compress(body, 6))
    print(
        f"{address:<28} {enrollments:>6,} enrollments: {median(worked):>5.0f} ms of processor,"
        f" {median(waited):>5.0f} ms by the clock, {len(asked):>3} questions,"
        f" {len(body):>7,} bytes, {packed:>6,} squeezed"
    )
    return median(worked) <= GOAL_MS and packed <= GOAL_BYTES


def main() -> None:
    """Make the practice at each size, and ask for the pages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--enrollments", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--page", nargs="+", default=["/today/", "/today/?show=due&act=call"])
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="proofline-screens-") as home:
        os.environ |= {
            "PROOFLINE_HOME": home,
            "PROOFLINE_TLS": "no",
            "PROOFLINE_HOSTS": "testserver",
        }
        from proofline.cli.running.setting_up import bring_up_to_date, set_up  # noqa: PLC0415

        set_up()
        bring_up_to_date()
        from proofline.desk.people.accounts import open_practice  # noqa: PLC0415
        from proofline.store.people import join, make_account  # noqa: PLC0415

        now = datetime.now(UTC)
        tenant = open_practice("Made-up", "first", PASSWORD, now)
        join(tenant, make_account("coordinator", PASSWORD, "NURSE-1"), "coordinator", now)
        good, there = [], 0
        for size in said.enrollments:
            fill(tenant, there, size, now)
            there = size
            good += [measure(address, size) for address in said.page]
    sys.exit(0 if all(good) else f"not within {GOAL_MS} ms and {GOAL_BYTES:,} bytes")


if __name__ == "__main__":
    main()
