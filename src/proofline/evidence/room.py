"""The door of the evidence room: a folder or a DuckDB file in, checked and typed relations out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import _duckdb as duckdb  # its compiled half; with the other it takes five times as long
import msgspec

from proofline.evidence import sqlite
from proofline.evidence.checks import WAITS
from proofline.evidence.clocks import make_zone_spans
from proofline.evidence.connecting import Memory, Opened, in_duckdb, in_sqlite, is_little
from proofline.evidence.copying import InSQLite, Unfit
from proofline.evidence.corrections import make_superseded
from proofline.evidence.folder import Found, find_tables, refuse_nothing
from proofline.evidence.loading import load_csv, load_ndjson
from proofline.evidence.narrowing import InPlace, bearing_on
from proofline.evidence.scanning import scan_database, scan_parquet
from proofline.evidence.sources import Source, literal
from proofline.evidence.sqlite import Small
from proofline.evidence.staging import stage, stage_absent
from proofline.evidence.tables import TABLE, TABLES
from proofline.evidence.trouble import EvidenceRefused, EvidenceUnreadable, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from types import TracebackType

    from proofline.evidence.database import Answer, Connection, Database

RELATIONS = (*(table.name for table in TABLES), "zone_spans", "superseded_readings")
"""Every relation that the evidence room makes for the facts."""


_USUAL = Memory()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Opened evidence: the staged relations in `connection`, and what could not be used.

    Of the tables that stay `in_file` that gives the rows as sent, those set aside among them.
    """

    opened: Opened
    warnings: tuple[str, ...]
    in_file: Mapping[str, str] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        """Give the connection in which they stand."""
        return self.opened.connection

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """For each table how many rows were taken and how many set aside."""
        return _counts(self.connection, self.in_file)

    @property
    def troubles(self) -> list[Trouble]:
        """Every reason why a row was set aside, by table, line and column."""
        return [Trouble(*row) for row in self._in_order().fetchall()]

    def first_bad(self, most: int) -> list[Trouble]:
        """The first of `troubles`, at most so many, but for readings that only wait."""
        return [Trouble(*row) for row in self._in_order(f"NOT ({WAITS})").fetchmany(most)]

    def bad_rows(self) -> int:
        """Count the rows that are set aside, but for readings that only wait.

        A reading at a local time waits for its device to be assigned, for the patient tells the
        zone; it is set aside until then, and nothing about it is to be mended.
        """
        rows = f'SELECT DISTINCT "table", file, line FROM troubles WHERE NOT ({WAITS})'
        asked = f"SELECT count(*) FROM ({rows}) AS r"
        return int((self.connection.execute(asked).fetchone() or (0,))[0])

    def write_rejected(self, path: Path) -> int:
        """Write one JSON object a line for each trouble, the row as sent in it; return how many.

        Nothing is written when there is no trouble.
        """
        told = self._in_order()
        count = 0
        while rows := told.fetchmany(10_000):
            with path.open("ab" if count else "wb") as file:
                file.writelines(_as_json(Trouble(*row)) for row in rows)
            count += len(rows)
        return count

    def stage_to_parquet(self, folder: Path) -> None:
        """Write every one of `RELATIONS` to `folder` as NAME.parquet, for engines elsewhere."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in RELATIONS:
            file = literal(str(folder / f"{name}.parquet"))
            self.connection.execute(f"COPY main.{name} TO {file} (FORMAT parquet, CODEC zstd)")

    def close(self) -> None:
        """Let go of the files and the memory."""
        self.opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _in_order(self, among: str = "TRUE") -> Answer:
        places = " ".join(f"WHEN {literal(name)} THEN {n}" for n, name in enumerate(TABLE))
        # A cursor of its own takes nothing away that somebody is still fetching.
        return self.connection.cursor().execute(
            f"SELECT * FROM troubles WHERE {among} ORDER BY"
            f' CASE "table" {places} END, line, "column", expected'
        )


def _as_json(trouble: Trouble) -> bytes:
    """One line of `rejected.ndjson`."""
    shown = {name: getattr(trouble, name) for name in Trouble.__dataclass_fields__}
    shown["row"] = msgspec.json.decode(trouble.row)
    return msgspec.json.encode(shown) + b"\n"


def open_evidence(
    path: Path | str,
    *,
    as_of: date,
    strict: bool = False,
    enrollment_id: str | None = None,
    memory: Memory = _USUAL,
) -> Evidence:
    """Open the evidence at `path`, a folder or a DuckDB file, as it is known at the end of `as_of`.

    Bad rows are set aside and told of; with `strict` they refuse the whole (`EvidenceRefused`).
    A reading that only waits for its device to be assigned is set aside too, but refuses nothing.
    With an `enrollment_id` only what bears on that enrollment is read (see `narrowing`). What
    cannot be read at all raises `EvidenceUnreadable`.
    """
    warnings: list[str] = []
    found = _found(Path(path), warnings)
    opened = in_sqlite() if memory.few and is_little(found) else in_duckdb(memory)
    try:
        sources = [_open(opened.connection, one, warnings) for one in found]
        if not found:
            sources = scan_database(opened.connection, Path(path), warnings)
        sent = {source.table.name: source for source in sources}
        if enrollment_id is not None:
            opened, sent = _narrowed(opened, sent, enrollment_id, few=memory.few)
        in_file = _stage_all(opened.connection, sent)
        ids = "parsed.readings_ids" if "readings" in in_file else "main.readings"
        number = "_row" if "readings" in in_file else "row_no"
        make_superseded(opened.connection, (ids, number), as_of)
        evidence = Evidence(opened, tuple(warnings), in_file)
        if strict:
            _refuse_troubles(evidence)
    except BaseException:
        opened.close()
        raise
    return evidence


def _found(path: Path, warnings: list[str]) -> list[Found]:
    """The files of a folder that hold a table; none where `path` is a database."""
    if path.is_file():
        return []
    with _unreadable(path.name):
        found, told = find_tables(path)
        refuse_nothing(path, found)
    warnings.extend(told)
    return found


def _open(connection: Connection, found: Found, warnings: list[str]) -> Source:
    with _unreadable(found.path.name):
        return _READERS[found.format](connection, TABLE[found.table], found.path, warnings)


_READERS = {"csv": load_csv, "parquet": scan_parquet, "ndjson": load_ndjson}


@contextmanager
def _unreadable(file: str) -> Iterator[None]:
    """Turn what the file system or the format of a file says against it into operator trouble."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.InvalidInputException) as error:
        raise EvidenceUnreadable(
            "evidence.unreadable",
            f"{file} cannot be read ({type(error).__name__}).",
            "Write the file again, or take it out of the folder.",
        ) from error


def _narrowed(
    opened: Opened, sent: dict[str, Source], enrollment_id: str, *, few: bool
) -> tuple[Opened, dict[str, Source]]:
    """Take what bears on the enrollment; to SQLite if it is `few` and not there yet."""
    if few and sqlite.ABLE and not isinstance(opened.connection, Small):
        small = in_sqlite()
        into = InSQLite(opened.connection, small.connection)
        try:
            sent = bearing_on(opened.connection, sent, enrollment_id, into)
        except Unfit:
            small.close()
        else:
            opened.close()
            return small, sent
    in_place = InPlace(opened.connection)
    return opened, bearing_on(opened.connection, sent, enrollment_id, in_place)


def _stage_all(connection: Connection, sent: Mapping[str, Source]) -> dict[str, str]:
    """Stage every table; return those that stay in their file, with their rows as sent."""
    in_file = {}
    stage_absent(connection, [table for table in TABLES if table.name not in sent])
    for table in TABLES:
        if (source := sent.get(table.name)) is not None:
            with _unreadable(source.file):
                stage(connection, source)
            if source.stays_in_file:
                in_file[table.name] = source.relation
        if table.name == "patients":
            make_zone_spans(connection)
    return in_file


def _counts(connection: Database, in_file: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Rows taken and set aside; of tables that stay in their file every row is one or the other."""
    aside = dict(
        connection.execute(
            'SELECT "table", count(*) FROM'
            ' (SELECT DISTINCT "table", file, line FROM troubles) AS r GROUP BY 1'
        ).fetchall()
    )
    asked = (f"(SELECT count(*) FROM {_taken(name, in_file, aside)})" for name in TABLE)
    found = connection.execute(f"SELECT {', '.join(asked)}").fetchone() or ()
    counts = {name: (rows, aside.get(name, 0)) for name, rows in zip(TABLE, found, strict=True)}
    return {n: (r - a if n in in_file else r, a) for n, (r, a) in counts.items()}


def _taken(name: str, in_file: Mapping[str, str], aside: Mapping[str, int]) -> str:
    """Where the rows of a table are counted: those set aside that stay in doubt are not taken."""
    relation = in_file.get(name, f"main.{name}")
    if name in in_file or name not in aside or TABLE[name].on_conflict != "doubt":
        return relation
    (key,) = TABLE[name].key
    return f'{relation} WHERE "{key}" IN (SELECT "{key}" FROM parsed.{name})'


_TOLD = 10_000
"""So many reasons are told where rows refuse the whole; more than that nobody mends by hand."""


def _refuse_troubles(evidence: Evidence) -> None:
    if aside := evidence.bad_rows():
        told = [f"{trouble}." for trouble in evidence.first_bad(_TOLD)]
        more = [f"These are the first {_TOLD} reasons."] if len(told) == _TOLD else []
        raise EvidenceRefused(
            "evidence.refused",
            "\n  ".join(
                [f"{aside} {'row' if aside == 1 else 'rows'} cannot be used.", *told, *more]
            ),
            "Mend them, or read without --strict to set them aside.",
        )
