"""Packets of the demonstration practice, made as the command makes them, and a ledger of them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from proofline.decide import Asked, Clock, opened
from proofline.decide.run import Run
from proofline.ledger.checkpoint import sign
from proofline.ledger.entry import SECRET_BYTES
from proofline.ledger.kept.connection import SQLITE, transaction
from proofline.ledger.kept.keeping import SentRow, item_name, keep
from proofline.ledger.kept.log import Log, Opening, Record, create
from proofline.ledger.kept.sqlite import open_file
from proofline.ledger.note import Algorithm, PublicKey, SigningKey
from proofline.packet.gathering import Gathered, gathered

AS_OF = date(2026, 4, 20)
AT = datetime(2026, 4, 21, 9, 30, tzinfo=UTC)
KEY = SigningKey("ledger.example/made-up", bytes(range(32)))
ORIGIN = KEY.name


def public() -> PublicKey:
    """Give what a stranger is told of the made-up ledger's key."""
    return KEY.public(Algorithm.ED25519)


@contextmanager
def run_of(folder: Path, enrollment: str | None = None, clock: Clock = "cycle") -> Iterator[Run]:
    with opened(folder, Asked(AS_OF, clock, enrollment_id=enrollment)) as (run, _):
        yield run


def packets(
    folder: Path, enrollment: str, wanted: Callable[[dict[str, Any]], bool]
) -> list[Gathered]:
    """Gather the wanted lines of one enrollment."""
    with run_of(folder, enrollment) as run:
        return list(gathered(run, [enrollment], wanted))


def line(folder: Path, enrollment: str, number: int, code: str) -> Gathered:
    """Gather one line of the cycle with a number."""

    def wanted(decision: dict[str, Any]) -> bool:
        return (decision["code"], decision["period"]["number"]) == (code, number)

    (found,) = packets(folder, enrollment, wanted)
    return found


def ledger_of(path: Path, one: Gathered, folder: Path | None) -> Log:
    """Keep the decision, and the readings and consents of a practice as their files have them."""
    connection = open_file(path)
    line_id = one.packet.line.line_id
    with transaction(connection, SQLITE):
        opening = Opening(ORIGIN, bytes(SECRET_BYTES), "made-up", AT)
        log = create(connection, SQLITE, opening, os.urandom)
        decision = item_name("decisions", line_id)
        log.append([Record("decision", one.grounds.record, "made-up", item=decision)], AT)
        for table, key in (("readings", "reading_id"), ("consents", "consent_id")):
            if folder is None:
                break
            with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                rows = [
                    SentRow(table, (row[key],), {name: v for name, v in row.items() if v})
                    for row in csv.DictReader(file)
                ]
            keep(log, rows[:300], AT, "made-up")
        log.see(sign(log.head(), KEY, AT))
    return log
