"""What a cell means, as SQL: whether it is blank, whether it can be read, and what it then says.

Nothing here touches data. For a column of the contract and the type in which its file keeps it,
`read_cell` gives the expressions from which the checks and the staged relations are built.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofline.evidence.contract import Column

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_INSTANT = rf"(19|20|21)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_TIME}:[0-5][0-9](\.[0-9]{{1,18}})?"
_OFFSET = f"([Zz]|[+-]{_TIME})"
_NUMBER = r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"
_DAY_US = 86_400_000_000

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
"""The SQL type of each kind of column once staged: days and microseconds since 1970 are integers."""


@dataclass(frozen=True, slots=True)
class Cell:
    """SQL for one column: is it `blank`, is it `wrong`, its staged `value`; for instants also whether
    it is `naive` (has no offset) and the `local` microseconds it then shows.

    `wrong` and `naive` are NULL or false for blanks; an empty string says that it cannot happen.
    """

    blank: str
    wrong: str
    value: str
    naive: str = ""
    local: str = ""


def read_cell(column: Column, kept_as: str) -> Cell:
    """The SQL that reads `column` from a relation that keeps it as the DuckDB type `kept_as`."""
    name = f'"{column.name}"'
    if kept_as.endswith("[]"):
        text = f"array_to_string({name}, '|')"
    elif column.kind == "number" and _is_number(kept_as):
        return _number(name, kept_as)
    elif column.kind == "date" and (kept_as == "DATE" or _is_timestamp(kept_as)):
        return _date(name, kept_as)
    elif column.kind == "instant" and kept_as.startswith("TIMESTAMP"):
        return _instant(name, naive=_is_timestamp(kept_as))
    elif column.kind == "boolean" and kept_as == "BOOLEAN":
        return Cell(f"{name} IS NULL", "", name)
    else:
        text = name if kept_as == "VARCHAR" else f"CAST({name} AS VARCHAR)"
    return _text_cell(column, text)


def _is_number(kept_as: str) -> bool:
    return (
        kept_as.startswith("DECIMAL") or kept_as.endswith("INT") or kept_as in _REALS | {"INTEGER"}
    )


_REALS = {"FLOAT", "DOUBLE"}


def _is_timestamp(kept_as: str) -> bool:
    return kept_as.startswith("TIMESTAMP") and not kept_as.endswith("ZONE")


def _number(name: str, kept_as: str) -> Cell:
    wrong = f"abs({name}) >= 1e18"
    if kept_as in _REALS:
        # Outside these bounds a binary number is written with an exponent, or is none.
        wrong = (
            f"NOT isfinite({name}) OR abs({name}) >= 1e15 OR ({name} <> 0 AND abs({name}) < 1e-4)"
        )
    return Cell(f"{name} IS NULL", wrong, f"CAST({name} AS VARCHAR)")


def _date(name: str, kept_as: str) -> Cell:
    wrong = f"{name} NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
    if kept_as != "DATE":
        wrong = f"({wrong}) OR {name} <> date_trunc('day', {name})"
    value = f"CAST(CAST({name} AS DATE) - DATE '1970-01-01' AS INTEGER)"
    return Cell(f"{name} IS NULL", wrong, value)


def _instant(name: str, *, naive: bool) -> Cell:
    form = "TIMESTAMP" if naive else "TIMESTAMPTZ"
    wrong = f"{name} < {form} '1900-01-01' OR {name} >= {form} '2200-01-01'"
    if naive:
        return Cell(f"{name} IS NULL", wrong, "CAST(NULL AS BIGINT)", "TRUE", f"epoch_us({name})")
    return Cell(f"{name} IS NULL", wrong, f"epoch_us({name})")


def _text_cell(column: Column, text: str) -> Cell:
    blank = f"({text} IS NULL OR ({text} < '!' AND trim({text}, E' \\t\\r\\n') = ''))"
    given = f"NOT {blank}"
    if column.kind == "choice":
        words = ", ".join(f"'{word}'" for word in column.choices)
        return Cell(
            blank, f"{given} AND {text} NOT IN ({words})", f"CASE WHEN {given} THEN {text} END"
        )
    if column.kind == "boolean":
        return Cell(blank, f"{given} AND {text} NOT IN ('true', 'false')", _either(text, blank))
    if column.kind == "number":
        wrong = f"{given} AND NOT regexp_full_match({text}, '{_NUMBER}')"
        return Cell(blank, wrong, f"CASE WHEN {given} THEN {text} END")
    if column.kind == "date":
        day = f"TRY_CAST({text} AS DATE)"
        form = f"regexp_full_match({text}, '{_DAY}') AND {text} >= '0001' AND {day} IS NOT NULL"
        return Cell(
            blank, f"{given} AND NOT ({form})", f"CAST({day} - DATE '1970-01-01' AS INTEGER)"
        )
    if column.kind == "instant":
        return _text_instant(text, blank)
    return Cell(blank, "", f"CASE WHEN {given} THEN {text} END")


def _either(text: str, blank: str) -> str:
    return f"CASE WHEN {blank} THEN NULL ELSE {text} = 'true' END"


def _text_instant(text: str, blank: str) -> Cell:
    clock = f"epoch_us(TRY_CAST(left({text}, 10) || ' ' || substr({text}, 12, 8) AS TIMESTAMP))"
    digits = rf"rpad(left(regexp_extract({text}, '\.([0-9]+)', 1), 6), 6, '0')"
    shown = (
        f"({clock} + CASE WHEN contains({text}, '.') THEN TRY_CAST({digits} AS BIGINT) ELSE 0 END)"
    )
    minutes = (
        f"(TRY_CAST(substr({text}, -5, 2) AS BIGINT) * 60 + TRY_CAST(right({text}, 2) AS BIGINT))"
    )
    sign = f"CASE WHEN substr({text}, -6, 1) = '-' THEN -60000000 ELSE 60000000 END"
    offset = f"CASE WHEN right({text}, 1) IN ('Z', 'z') THEN 0 ELSE {sign} * {minutes} END"
    has_offset = f"regexp_matches({text}, '{_OFFSET}$')"
    form = f"regexp_full_match({text}, '{_INSTANT}{_OFFSET}?') AND {clock} IS NOT NULL"
    return Cell(
        blank,
        f"NOT {blank} AND NOT ({form})",
        f"CASE WHEN {has_offset} THEN {shown} - {offset} END",
        f"NOT {blank} AND NOT {has_offset}",
        f"CASE WHEN NOT {has_offset} THEN {shown} END",
    )
