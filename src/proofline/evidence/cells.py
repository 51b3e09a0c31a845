"""What a cell means, as SQL: whether it is blank, whether it can be read, and what it then says.

Nothing here touches data. For a column of the contract and the type in which its file keeps it,
`read_cell` gives the expressions from which the checks and the staged relations are built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofline.evidence.contract import Column

TEXT = "text"
"""The form of a column that is text, and NULL wherever nothing was sent."""

READ = "read"
"""The form of a column that was read before: what it says, NULL where it is blank or wrong. In
`_wrong_COLUMN` stands whether it is wrong, and of an instant in `_wall_COLUMN` what it shows."""

STAGED_TYPE = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "date": "INTEGER",
    "instant": "BIGINT",
    "boolean": "BOOLEAN",
    "number": "VARCHAR",
    "list": "VARCHAR",
}
"""The SQL type of each kind of column once staged: days and microseconds count from 1970."""

_DAY = r"\d\d\d\d-\d\d-\d\d"
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_OFFSET = rf"([Zz]|[+-]{_HOUR})"
_INSTANT = rf"(19|20|21)\d\d-\d\d-\d\d[Tt ]{_HOUR}:[0-5]\d(\.\d+)?{_OFFSET}?"
_SPACE = "' ' || chr(9) || chr(13) || chr(10)"
_NUMBER = r"[+-]?\d{1,18}(\.\d{1,18})?"
_SIGNED = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_WHOLE = _SIGNED | {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
_REAL = {"FLOAT", "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Cell:
    """SQL for one column: is it `blank`, is it `wrong`, and its staged `value`.

    `wrong` is empty where it cannot happen, and not true for a blank. An instant may be `naive`:
    have no offset; `local` then gives the microseconds since 1970 that the clock on the wall
    showed, and `value` holds for the others only.
    """

    blank: str
    wrong: str
    value: str
    naive: str = ""
    local: str = ""


def read_cell(column: Column, kept_as: str) -> Cell:
    """The SQL that reads `column` from a relation that keeps it as `kept_as`.

    `kept_as` is a DuckDB type, `TEXT` or `READ`. Types that do not suit the kind of column are read
    as the text that DuckDB writes for them.
    """
    name = f'"{column.name}"'
    if kept_as in {TEXT, READ}:
        is_text = kept_as == TEXT
        return _spelled(column, name, f"{name} IS NULL") if is_text else _read_before(column)
    if column.kind == "number" and (kept_as in _WHOLE | _REAL or kept_as.startswith("DECIMAL")):
        return _number(name, kept_as)
    if kept_as.endswith("_NS"):
        name, kept_as = _to_microseconds(name, kept_as), kept_as.removesuffix("_NS")
    if column.kind == "date" and (kept_as == "DATE" or shows_clock(kept_as)):
        return _date(name, kept_as)
    if column.kind == "instant" and kept_as.startswith("TIMESTAMP"):
        return _instant(name, naive=shows_clock(kept_as))
    if column.kind == "boolean" and kept_as == "BOOLEAN":
        return Cell(f"{name} IS NULL", "", name)
    return _as_text(column, name, kept_as)


def _as_text(column: Column, name: str, kept_as: str) -> Cell:
    if _is_nested(kept_as, is_list=column.kind == "list"):
        blank = f"coalesce(len({name}), 0) = 0" if kept_as.endswith("]") else f"{name} IS NULL"
        return Cell(f"({blank})", f"NOT ({blank})", "CAST(NULL AS VARCHAR)")
    if kept_as.endswith("[]"):
        text = f"array_to_string({name}, '|')"
    elif kept_as in _REAL:
        text = _digits(name)
    else:
        text = name if kept_as == "VARCHAR" else f"CAST({name} AS VARCHAR)"
    trimmed = f"trim({text}, {_SPACE})"
    given = f"CASE WHEN {trimmed} <> '' THEN {text} END"
    return _spelled(column, given, f"coalesce({trimmed}, '') = ''")


def _is_nested(kept_as: str, *, is_list: bool) -> bool:
    """Whether values of a DuckDB type are more than what one cell holds."""
    inner = kept_as.removesuffix("[]") if is_list else kept_as
    return inner.endswith("]") or inner.startswith(("STRUCT", "MAP", "UNION"))


def _read_before(column: Column) -> Cell:
    name, wrong, wall = f'"{column.name}"', f'"_wrong_{column.name}"', f'"_wall_{column.name}"'
    blank = f"({name} IS NULL AND NOT {wrong})"
    if column.kind == "instant":
        return Cell(blank, wrong, name, naive=f"{wall} IS NOT NULL", local=wall)
    return Cell(blank, wrong, name)


def shows_clock(kept_as: str) -> bool:
    """Whether it is a timestamp without a time zone."""
    return kept_as.startswith("TIMESTAMP") and not tells_zone(kept_as)


def tells_zone(kept_as: str) -> bool:
    """Whether values of a DuckDB type of timestamps are instants, and not the time on a wall."""
    return kept_as.startswith("TIMESTAMPTZ") or kept_as.endswith("ZONE")


def _number(name: str, kept_as: str) -> Cell:
    if kept_as in _REAL:
        # Outside these bounds a binary number is written with an exponent, or is none. The
        # statistics of a file may pass over NaN, so that every number has to be looked at.
        wrong = f"abs({name}) >= 1e15 OR (abs({name}) < 1e-4 AND {name} <> 0)"
        wrong = f"NOT isfinite({name}) OR {wrong}"
    else:
        wrong = f"{name} >= 1e18 OR {name} <= -1e18"
    return Cell(f"{name} IS NULL", wrong, f"CAST({name} AS VARCHAR)")


def _to_microseconds(name: str, kept_as: str) -> str:
    """Cut nanoseconds off: DuckDB rounds them, by which the end of a day becomes the next."""
    made = "make_timestamptz" if tells_zone(kept_as) else "make_timestamp"
    parts = f"((epoch_ns({name}) % 1000 + 1000) % 1000)"
    return f"{made}((epoch_ns({name}) - {parts}) // 1000)"


def _digits(name: str) -> str:
    """Write a binary number as text, and without a fraction if it has none.

    Where one cell of a column is empty, whole numbers are often kept so: an NPI, a code.
    """
    whole = f"CAST(TRY_CAST({name} AS BIGINT) AS VARCHAR)"
    is_whole = f"{name} = trunc({name}) AND abs({name}) < 1e15"
    return f"CASE WHEN {is_whole} THEN {whole} ELSE CAST({name} AS VARCHAR) END"


def _date(name: str, kept_as: str) -> Cell:
    wrong = f"{name} NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
    if kept_as != "DATE":
        wrong = f"({wrong}) OR {name} <> date_trunc('day', {name})"
    value = f"CAST(CAST({name} AS DATE) - DATE '1970-01-01' AS INTEGER)"
    return Cell(f"{name} IS NULL", wrong, value)


def _instant(name: str, *, naive: bool) -> Cell:
    form, zero = ("TIMESTAMP", "") if naive else ("TIMESTAMPTZ", "+00")
    wrong = (
        f"{name} < {form} '1900-01-01 00:00:00{zero}'"
        f" OR {name} >= {form} '2200-01-01 00:00:00{zero}'"
    )
    value = f"epoch_us({name})"
    if naive:
        return Cell(f"{name} IS NULL", wrong, value, naive=f"{name} IS NOT NULL", local=value)
    return Cell(f"{name} IS NULL", wrong, value)


def _spelled(column: Column, text: str, blank: str) -> Cell:
    """A cell that is text; the SQL `text` is NULL where the cell is blank."""
    if column.kind == "choice":
        words = ", ".join(f"'{word}'" for word in column.choices)
        return Cell(blank, f"{text} NOT IN ({words})", text)
    if column.kind == "boolean":
        return Cell(blank, f"{text} NOT IN ('true', 'false')", f"({text} = 'true')")
    if column.kind == "number":
        return Cell(blank, f"NOT regexp_full_match({text}, '{_NUMBER}')", text)
    if column.kind == "date":
        day = f"TRY_CAST({text} AS DATE)"
        wrong = f"NOT regexp_full_match({text}, '{_DAY}') OR {text} < '0001' OR"
        wrong += f" ({day} IS NULL AND NOT {blank})"
        return Cell(blank, wrong, f"CAST({day} - DATE '1970-01-01' AS INTEGER)")
    if column.kind == "instant":
        value = f"epoch_us(TRY_CAST(upper({text}) AS TIMESTAMPTZ))"
        wrong = f"NOT regexp_full_match({text}, '{_INSTANT}') OR ({value} IS NULL AND NOT {blank})"
        naive = f"NOT regexp_matches({text}, '{_OFFSET}$')"
        local = f"epoch_us(TRY_CAST(upper({text}) AS TIMESTAMP))"
        return Cell(blank, wrong, value, naive, local)
    return Cell(blank, "", text)
