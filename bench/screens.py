"""What each page costs in a practice of 5,000 enrollments: milliseconds, questions, bytes.

    python bench/screens.py --enrollments 500 5000
    python bench/screens.py --keep /tmp/proofline-screens --page /today/

The book is made anew in a folder of its own, or kept under `--keep` and taken up again: patients
with devices, readings, work, decisions, claims that were drawn, sent, answered and refused, alerts,
messages, and outlooks drawn at random. Every page is asked in this process by somebody whose role
opens it, so what is told are milliseconds of processor and of the clock, the middle of several
times, without a network. `first` is the first time in a process that has shown every kind of page
before; each patient's page is asked of somebody else each time, for nothing is remembered of them.
The goals are those of issue 7: 150 ms, the same number of questions at every size, 100 kB.
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
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

GOAL_MS, GOAL_BYTES, TIMES, TOGETHER = 150, 100_000, 3, 500
PASSWORD = "four lanterns over harvest"  # noqa: S105 - of a made-up account
ACTS = ("call", "remind", "log_minutes", "consent", "order", "pair", "settle", "none")
CODES = {"remind": "99454", "consent": "99454", "order": "99454", "pair": "99454"}
MESSAGES, DAYS = 2, 14
"""Messages of each device a day, and for how many days."""


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
    from made_up_crowds import enrollment_of, name_of  # noqa: PLC0415

    whose = (enrollment_of(number), name_of(number), "RPM", "cycle")
    span = (end - timedelta(days=29), end, "cycle", today, left)
    return Outlook(*whose, *span, rungs, said, (said,))


def fill(tenant: str, first: int, last: int, now: datetime) -> None:
    """Put patients into the book, each with all that a year brings; some have an alert."""
    from made_up_crowds import answered, crowd  # noqa: PLC0415
    from proofline.store.book import by_ourselves, visible_to  # noqa: PLC0415
    from proofline.store.models import Person  # noqa: PLC0415

    for begin in range(first, last, TOGETHER):
        numbers = range(begin, min(begin + TOGETHER, last))
        crowd(tenant, numbers, now)
        with by_ourselves(tenant) as book:
            _foresee(book, numbers, now)
            _receive(book, numbers, now)
        with visible_to(Person.objects.get(username="biller"), tenant, now) as book:
            # Every portion is answered as of a week of its own, so that no check comes twice.
            answered(book, now - timedelta(days=7 * (begin // TOGETHER)))
        print(f"{numbers.stop:,} of {last:,} enrollments are in the book", file=sys.stderr)


def _foresee(book: Any, numbers: range, now: datetime) -> None:  # noqa: ANN401 - Book, after set_up
    """Keep outlooks, alerts, and of most devices a reading of today."""
    from made_up_billing import PATIENT, rows_of_one  # noqa: PLC0415
    from made_up_crowds import name_of  # noqa: PLC0415
    from proofline.desk.care.aging import place_of  # noqa: PLC0415
    from proofline.desk.care.alerts import BEYOND, SILENT  # noqa: PLC0415
    from proofline.desk.care.foreseeing import Ahead, keep_ahead  # noqa: PLC0415
    from proofline.store.work.alerts import raise_alert  # noqa: PLC0415

    dice = random.Random(numbers.start)  # noqa: S311 - made-up data
    device = rows_of_one()["assignments"][-1]["device_id"] or ""
    outlooks = tuple(outlook(number, now.date(), dice) for number in numbers)
    patients = frozenset(name_of(number) for number in numbers)
    with book.act("bench", now) as act:
        places = tuple((place_of(one),) for one in outlooks)  # type: ignore[arg-type]
        ahead = Ahead(patients, outlooks, now.date(), None, places=places)  # type: ignore[arg-type]
        keep_ahead(act, ahead)
        act.add(
            "readings",
            [
                {
                    "reading_id": f"{name_of(number)}-TODAY",
                    "patient_id": name_of(number),
                    "device_id": device.replace(PATIENT, name_of(number)),
                    "metric": "85354-9",
                    "value": "130",
                    "value_2": "80",
                    "unit": "mm[Hg]",
                    "measured_at": f"{now - timedelta(hours=number % 24):%Y-%m-%dT%H:%M:%SZ}",
                    "entry": "automatic",
                }
                for number in numbers
                if number % 50
            ],
        )
        for number in numbers[::50]:
            raise_alert(book, name_of(number), BEYOND, f"R-{number} value", at=now)
            silent = f"DEV-{number} since {now.isoformat()}"
            raise_alert(book, name_of(number), SILENT, silent, at=now)


def _receive(book: Any, numbers: range, now: datetime) -> None:  # noqa: ANN401 - Book, after set_up
    """Keep the messages of two weeks as if a feed had brought them; some wait."""
    from proofline.desk.arriving.proof.proving import scheme_of  # noqa: PLC0415
    from proofline.store.models import Feed, Message  # noqa: PLC0415

    ours = {"tenant_id": book.tenant_id, "source": "tenovi"}
    opened = {
        "scheme": scheme_of("tenovi"),
        "token_sha256": "0" * 64,
        "sealed": b"",
        "silent_minutes": 60,
    }
    Feed.objects.get_or_create(feed_id="feed-1", defaults={**ours, **opened, "opened_at": now})
    Message.objects.bulk_create(
        (
            Message(
                **ours,
                feed_id="feed-1",
                message_id=f"{number}-{day}-{one}",
                received_at=now - timedelta(days=day, hours=one, seconds=number % 3_000),
                sha256="0" * 64,
                body=b'{"made": "up"}',
                authenticity="signed",
                state="held" if (number + day) % 500 == 0 else "taken",
                held="device.unknown" if (number + day) % 500 == 0 else "",
                rows=1,
            )
            for number in numbers
            for day in range(DAYS)
            for one in range(MESSAGES)
        ),
        batch_size=500,
    )


class Asking:
    """Asks for pages as people of each role, and counts what each costs."""

    def __init__(self, tenant: str, enrollments: int) -> None:
        """Find what the addresses name."""
        from pages_asked import Places  # noqa: PLC0415

        self._enrollments = enrollments
        self._clients: dict[str, Any] = {}
        self.places = Places(tenant, enrollments, "coordinator")

    def client(self, role: str) -> Any:  # noqa: ANN401 - Django's
        """Give the browser of a role."""
        from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415
        from django.conf import settings  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from proofline.store.models import Person  # noqa: PLC0415

        if role not in self._clients:
            person = Person.objects.get(username=role)
            if not person.authenticator_set.exists():
                TOTP.activate(person, "JBSWY3DPEHPK3PXP")
            self._clients[role] = Client()
            self._clients[role].force_login(person, settings.AUTHENTICATION_BACKENDS[1])
        return self._clients[role]

    def ask(self, role: str, address: str) -> tuple[bytes, float, float]:
        """Ask once; give the page, and its milliseconds of processor and of the clock."""
        from pages_asked import asked_for  # noqa: PLC0415

        client, filled = self.client(role), self.places.filled(address)
        processor, clock = time.process_time(), time.perf_counter()
        answer = asked_for(client, filled)
        spent = 1000 * (time.process_time() - processor), 1000 * (time.perf_counter() - clock)
        if answer.status_code != 200:  # noqa: PLR2004 - OK
            sys.exit(
                f"{filled} answers {role} with {answer.status_code}: {answer.content[:2000]!r}"
            )
        return answer.content, *spent

    def measure(self, role: str, address: str) -> tuple[bool, int]:
        """Ask several times and print what it cost; give whether it keeps the goals, and counts."""
        from django.db import connection  # noqa: PLC0415

        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's shapes
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            body, first, _ = self.ask(role, address)
        worked, waited = zip(*(self.ask(role, address)[1:] for _ in range(TIMES)), strict=True)
        packed = len(gzip.compress(body, 6))
        good = max(median(worked), first) <= GOAL_MS and packed <= GOAL_BYTES
        print(
            f"{self._enrollments:>6,} {address:<52} {first:>5.0f} {median(worked):>5.0f}"
            f" {median(waited):>5.0f} {len(asked):>4} {len(body):>7,} {packed:>6,}"
            f"{'' if good else '  <<'}",
            flush=True,
        )
        return good, len(asked)


def begun(now: datetime) -> str:
    """Open the practice with an account of each role, or find the one that is there."""
    from made_up_billing import rows_of_one  # noqa: PLC0415
    from made_up_crowds import keep_papers  # noqa: PLC0415
    from proofline.cli.running.setting_up import bring_up_to_date  # noqa: PLC0415
    from proofline.desk.people.accounts import open_practice  # noqa: PLC0415
    from proofline.store.book import tenants, visible_to  # noqa: PLC0415
    from proofline.store.models import Person  # noqa: PLC0415
    from proofline.store.people import ROLES, join, make_account  # noqa: PLC0415

    bring_up_to_date()
    if there := tenants():
        return there[0]
    tenant = open_practice("Made-up", "administrator", PASSWORD, now)
    bills = rows_of_one()["enrollments"][-1]["billing_performer_id"] or ""
    for role in ROLES:
        if role != "administrator":
            who = bills if role == "billing_practitioner" else role.upper()
            join(tenant, make_account(role, PASSWORD, who), role, now)
    with visible_to(Person.objects.get(username="biller"), tenant, now) as book:
        keep_papers(book, now)
    return tenant


def compare(tenant: str, sizes: list[int], pages: list[tuple[str, str]], now: datetime) -> bool:
    """Make the practice at each size and ask for the pages; give whether all goals are kept."""
    from proofline.store.models import LastDecision  # noqa: PLC0415

    there = LastDecision.objects.values("enrollment_id").distinct().count()
    counted: dict[str, set[int]] = {}
    good = True
    for size in sizes:
        if there < size:
            fill(tenant, there, size, now)
            there = size
        asking = Asking(tenant, size)
        if left := asking.places.left_out():
            sys.exit(f"nobody asks for {', '.join(sorted(left))}: tests/pages_asked.py")
        for role, address in pages:
            asking.ask(role, address)
        print(f"{'size':>6} {'page':<52} first   cpu clock asked   bytes packed")
        for role, address in pages:
            kept, questions = asking.measure(role, address)
            counted.setdefault(address, set()).add(questions)
            good = good and kept
    grown = [address for address, numbers in counted.items() if len(numbers) > 1]
    for address in grown:
        print(f"{address} asks {sorted(counted[address])} questions, by size")
    return good and not grown


def main() -> None:
    """Make the practice at each size, and ask for the pages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--enrollments", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--page", nargs="+", default=[], help="pages that begin so")
    parser.add_argument("--keep", default="", help="a folder for the book, taken up again")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="proofline-screens-") as home:
        os.environ |= {
            "PROOFLINE_HOME": said.keep or home,
            "PROOFLINE_TLS": "no",
            "PROOFLINE_HOSTS": "testserver",
        }
        Path(os.environ["PROOFLINE_HOME"]).mkdir(exist_ok=True)
        from proofline.cli.running.setting_up import set_up  # noqa: PLC0415

        set_up()
        from pages_asked import PAGES  # noqa: PLC0415 - after set_up

        asked = [one for one in PAGES if not said.page or one[1].startswith(tuple(said.page))]
        now = datetime.now(UTC)
        good = compare(begun(now), said.enrollments, asked, now)
    sys.exit(0 if good else f"not within {GOAL_MS} ms and {GOAL_BYTES:,} bytes, or questions grow")


if __name__ == "__main__":
    main()
