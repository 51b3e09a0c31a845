"""What is asked of a run, as relations beside the evidence: day, clock, pages, families of codes.

They are few rows, so they are written into the SQL as values and both engines read the same text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from proofline.errors import WrongUse
from proofline.packs import shelf

Clock = Literal["cycle", "month"]
EPOCH = date(1970, 1, 1)
FOREVER = 9999999
LAST_DAY = date(2049, 12, 2)
"""The last day on which a cycle that runs ends within 2049, as the calendar of the facts does."""
Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A run: as-of day, clock of the management codes, and what alone is asked of, if anything.

    With an `enrollment_id` all enrollments of its patient are decided, for they bear on each other.
    `law` is the folder of packs: this edition's shelf, or one that was kept with old decisions.
    """

    as_of: date
    clock: Clock = "cycle"
    program: str | None = None
    enrollment_id: str | None = None
    law: Path = shelf.ROOT

    def __post_init__(self) -> None:
        """Refuse a day whose periods would not end within the calendar of the facts."""
        if self.as_of > LAST_DAY:
            raise WrongUse(
                "use.as_of_after",
                f"Nothing is decided as of a day after {LAST_DAY}.",
                "Name an earlier day; the clocks and the calendar on file end with 2049.",
            )


def day_number(day: date) -> int:
    """Count the days since 1970-01-01, as the facts do."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Turn a day number back into a date."""
    return EPOCH + timedelta(days=number)


def relations(asked: Asked, programs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield name and SQL of each relation that says what is asked of the programs in evidence."""
    law = asked.law
    decided = [p for p in programs if _decidable(p, law) and asked.program in {None, p}]
    yield "asked", _asked(asked)
    yield (
        "pages",
        values(
            ("program", "payer_id", "page_no", "page", "effective_day", "until_day"),
            _page_rows(decided, law),
            like=("", "", 0, "", 0, 0),
        ),
    )
    yield (
        "line_kinds",
        values(("program", "period_kind", "basis"), _line_kinds(decided, asked)),
    )
    families = values(("codes", "family", "program"), _families(law))
    yield (
        "code_families",
        f"SELECT unnest(string_split(codes, ' ')) AS code, family, program FROM ({families}) AS f",
    )
    yield "rivals", values(("program", "rival"), _rivals(law))


def _asked(asked: Asked) -> str:
    """Write the day, and the patient if one alone is asked of: nobody where there is none such."""
    patient = "CAST(NULL AS VARCHAR)"
    if asked.enrollment_id is not None:
        key = _literal(asked.enrollment_id)
        found = f"SELECT min(patient_id) FROM enrollments WHERE enrollment_id = {key}"
        patient = f"coalesce(({found}), '')"
    return f"SELECT {_literal(day_number(asked.as_of))} AS as_of_day, {patient} AS patient_id"


def values(
    columns: Sequence[str], rows: Iterable[Sequence[Value]], *, like: Sequence[Value] | None = None
) -> str:
    """Write rows as a SELECT over literal values; without rows, one that gives none.

    `like` is a row that shows the types of the columns, needed where there may be none.
    """
    written = [", ".join(_literal(cell) for cell in row) for row in rows]
    names = ", ".join(columns)
    if not written:
        shape = zip(like or [None] * len(columns), columns, strict=True)
        nothing = ", ".join(f"{_literal(cell)} AS {name}" for cell, name in shape)
        return f"SELECT {nothing} WHERE 1 = 0"
    body = ", ".join(f"({row})" for row in written)
    return f"WITH v({names}) AS (VALUES {body}) SELECT * FROM v"


def _decidable(program: str, law: Path) -> bool:
    return f"medicare-{program.lower()}" in shelf.packs(root=law)


def _packs_of(program: str, law: Path = shelf.ROOT) -> list[str]:
    payers = [p for p in shelf.payer_packs(root=law) if p.endswith(f"-{program.lower()}")]
    return [shelf.base_pack(program, root=law), *payers]


def _page_rows(programs: Iterable[str], law: Path) -> Iterator[tuple[Value, ...]]:
    page_no = 0
    for program in programs:
        for pack in _packs_of(program, law):
            dates = shelf.effective_dates(pack, root=law)
            ends = [*(day_number(later) - 1 for later in dates[1:]), FOREVER]
            for effective, until in zip(dates, ends, strict=True):
                page_no += 1
                name = f"{pack}/{effective.isoformat()}"
                for payer in _payer_ids(pack, effective, law):
                    yield program, payer, page_no, name, day_number(effective), until


def _payer_ids(pack: str, effective: date, law: Path) -> tuple[str, ...]:
    if pack.startswith("medicare-"):
        return ("medicare",)
    return shelf.load(pack, effective, root=law).payer_ids


def _line_kinds(programs: Iterable[str], asked: Asked) -> Iterator[tuple[Value, ...]]:
    for program in programs:
        pack = shelf.base_pack(program, root=asked.law)
        latest = shelf.effective_dates(pack, root=asked.law)[-1]
        codes = shelf.load(pack, latest, root=asked.law).codes.values()
        kinds = {(period_kind(code.period, asked.clock), code.service_date) for code in codes}
        yield from ((program, kind, basis) for kind, basis in sorted(kinds))


def period_kind(period: str, clock: Clock) -> str:
    """Say on which kind of period a code is decided: a set-up in a cycle, `clock` as the run."""
    return {"setup": "cycle", "clock": clock}.get(period, period)


@cache
def _family_file(law: Path) -> dict[str, Any]:
    return tomllib.loads((law / "families.toml").read_text(encoding="utf-8"))


def _families(law: Path) -> Iterator[tuple[Value, ...]]:
    file = _family_file(law)
    owner = {family: program for program, own in file["program"].items() for family in own}
    for family, codes in file["family"].items():
        yield " ".join(map(str, _spelled_out(codes))), family, owner.get(family)


def _spelled_out(codes: Iterable[str]) -> Iterator[str | int]:
    """Yield every code of a list in which `99202-99215` stands for all in between."""
    for code in codes:
        first, _, last = code.partition("-")
        yield from range(int(first), int(last) + 1) if last else (first,)


def _rivals(law: Path) -> Iterator[tuple[Value, ...]]:
    for program, rivals in _family_file(law)["rivals"].items():
        yield from ((program, rival) for rival in rivals)


def _literal(cell: Value) -> str:
    if cell is None:
        return "CAST(NULL AS VARCHAR)"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return f"CAST({cell} AS {'INTEGER' if abs(cell) < 1 << 31 else 'BIGINT'})"
    return "'" + cell.replace("'", "''") + "'"
