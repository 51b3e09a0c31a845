"""One patient of the demonstration many times over in a practice's book, from readings to answers.

Every copy has ids of its own and is decided, drawn, sent and answered as the one patient is; what
the payer says differs from line to line. For pages that have to cost the same for few and for many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import msgspec

from made_up_billing import (
    AS_OF,
    CHARGES,
    DIRECTORY,
    ENDS,
    ENROLLMENT,
    PATIENT,
    decisions_of_one,
    rows_of_one,
)
from proofline.claims.book import Book as Lines
from proofline.claims.book import decided
from proofline.claims.claim import Claim
from proofline.claims.drawing import Sheets, draw
from proofline.claims.sheets.people import People, read_people
from proofline.cli.demo import payer
from proofline.desk.billing import answering
from proofline.desk.billing.book import said
from proofline.desk.billing.papers import keep_paper
from proofline.desk.deciding import opened_rows
from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.act import Act
from proofline.store.book import Book, by_ourselves
from proofline.store.decided import keep
from proofline.store.models import Job
from proofline.store.work.lines import line_log

SHARED = ("performers", "practices")
NURSES, SHIFT = 50, timedelta(minutes=20)
"""Who works for the copies, and how long after the copy before the next one has its turn of each:
nobody works for two at once."""
WORKED = {"time_entries": ("started_at", "ended_at"), "interactions": ("started_at", "ended_at")}
PAPERS = {"charges": "charges.csv", "directory": "directory.toml", "ends": "parties.toml"}
TOGETHER = 50
"""Copies that are kept in one act."""
STRAY = 40
"""Of so many answers one names a line that nobody knows."""


def name_of(number: int) -> str:
    """Give the id of a copy, from which its enrollment is named."""
    return f"CROWD-{number:05}"


def enrollment_of(number: int) -> str:
    """Give the id of a copy's enrollment."""
    return ENROLLMENT.replace(PATIENT, name_of(number))


def crowd(tenant_id: str, numbers: Sequence[int], at: datetime) -> None:
    """Put copies into the book, decide them, draw their claims and make these ready."""
    with by_ourselves(tenant_id) as book:
        if not book.shelf.rows("practices"):
            with book.act("test", at) as act:
                for table in SHARED:
                    act.add(table, rows_of_one()[table])
                act.add("performers", [*_nurses()])
        for some in _parts(numbers, TOGETHER):
            with book.act("test", at) as act:
                _keep_rows(act, some)
            with book.act("decision", at) as act:
                _keep_decisions(act, some)
        with book.act("claim.draft", at) as act:
            lines = Lines(line_log(tenant_id, act))
            for some in _parts(numbers, TOGETHER):
                _draw(lines, act, some)
            fresh = [one.claim_id for one in lines.current("drawn")]
            lines.make_ready(fresh, said(act, "no edit blocks it"))
        Job.objects.filter(tenant_id=tenant_id).delete()


def keep_papers(book: Book, at: datetime) -> None:
    """Keep the papers of the demonstration in a practice's book."""
    for kind, name in PAPERS.items():
        keep_paper(book, kind, files("proofline.cli.demo").joinpath(name).read_bytes(), at)


def answered(book: Book, at: datetime, together: int = 1_000) -> None:
    """Send four in five of the claims that are ready, and let the payer answer three in four."""
    with book.act("claim.submit", at) as act:
        lines = Lines(line_log(book.tenant_id, act))
        ready = lines.current("ready")
        going = [one for number, one in enumerate(ready) if number % 5]
        for some in _parts(going, 500):
            lines.submit([one.claim_id for one in some], said(act, "sent"))
    back = [one for number, one in enumerate(going) if number % 4]
    for back_then, some in enumerate(_parts(back, together)):
        told = payer.remitted(some, ENDS.sender, at - timedelta(days=back_then))
        answering.post(book, _with_strays(told, some), at)


def _with_strays(file: bytes, claims: Iterable[Claim]) -> bytes:
    for claim in islice(claims, 0, None, STRAY):
        number = claim.lines[0].line_id
        file = file.replace(number.encode(), f"X{number[1:]}".encode())
    return file


def _keep_rows(act: Act, numbers: Iterable[int]) -> None:
    found: dict[str, list[dict[str, str | None]]] = {}
    for number in numbers:
        for table, rows in _copied(_rows_written(), number).items():
            turned = (_in_turn(table, row, number) for row in rows)
            found.setdefault(table, []).extend(turned)
    for table, rows in found.items():
        act.add(table, rows)


def _nurses() -> Iterator[dict[str, str | None]]:
    """Give the nurses of the copies, each like one who worked for the one patient."""
    workers = {row["performer_id"] for row in rows_of_one()["time_entries"]}
    for row in rows_of_one()["performers"]:
        if row["performer_id"] in workers:
            for turn in range(NURSES):
                yield row | {"performer_id": f"{row['performer_id']}~{turn:02}"}


def _in_turn(table: str, row: dict[str, str | None], number: int) -> dict[str, str | None]:
    """Have work done by the nurse whose turn it is, when it is the copy's."""
    if table not in WORKED:
        return row
    later = SHIFT * (number // NURSES)
    moved = {
        name: (datetime.fromisoformat(cell) + later).isoformat()
        for name in WORKED[table]
        if (cell := row.get(name))
    }
    return row | moved | {"performer_id": f"{row['performer_id']}~{number % NURSES:02}"}


def _keep_decisions(act: Act, numbers: Iterable[int]) -> None:
    """Keep what is decided now, and before it that all which is billable was held."""
    found = [one for number in numbers for one in _decisions_of(number)]
    held = [
        one | {"outcome": "held", "service_date": None}
        for one in found
        if one["outcome"] == "billable"
    ]
    keep(act, held, AS_OF - timedelta(days=1))
    keep(act, found, AS_OF)


def _draw(lines: Lines, act: Act, numbers: Sequence[int]) -> None:
    billable = [
        one for number in numbers for one in _decisions_of(number) if one["outcome"] == "billable"
    ]
    claims = [
        claim
        for number in numbers
        for claim in draw(
            [one for one in billable if one["patient_id"] == name_of(number)],
            Sheets(_people_of(number), CHARGES, DIRECTORY),
        ).claims
    ]
    enrolled = [enrollment_of(number) for number in numbers]
    lines.draw(claims, said(act), judged=enrolled, decided=decided(billable, AS_OF))


def _decisions_of(number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _copied(msgspec.json.encode(decisions_of_one()), number)
    return found


def _people_of(number: int) -> People:
    return msgspec.convert(_copied(_people_written(), number), People, strict=False)


@cache
def _rows_written() -> bytes:
    """Write the rows of the one patient, every id of theirs with the mark of whose it is."""
    ours = {
        table: [_marked(table, row) for row in rows]
        for table, rows in rows_of_one().items()
        if table not in SHARED and rows
    }
    return msgspec.json.encode(ours)


def _marked(table: str, row: dict[str, str | None]) -> dict[str, str | None]:
    key = EVERY_TABLE[table].key[0]
    name = row[key] or ""
    return row if PATIENT in name else row | {key: f"{PATIENT}-{name}"}


@cache
def _people_written() -> bytes:
    rows = {table: [*map(dict, found)] for table, found in rows_of_one().items()}
    with opened_rows(rows, AS_OF) as (_, read):
        return msgspec.json.encode(read_people(read.connection, [ENROLLMENT]))


def _copied(written: bytes, number: int) -> Any:  # noqa: ANN401 - whatever was written
    return msgspec.json.decode(written.replace(PATIENT.encode(), name_of(number).encode()))


def _parts(whole: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(whole)
    while part := list(islice(rest, size)):
        yield part
