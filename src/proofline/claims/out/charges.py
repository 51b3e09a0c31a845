"""Charges as a CSV file for a practice's billing program, one row for each line of a claim.

Which column holds what is a saved mapping, a TOML file: `layouts/practicesuite.toml` comes along,
others are the practice's own. A mapping that is wrong anywhere is refused whole. Texts that a
spreadsheet would take for a formula get an apostrophe in front of them (OWASP ASVS 1.2.10); numbers
and days are ours and stay as they are.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.trouble import ClaimsError

SAVED = Path(__file__).parent / "layouts"
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DATES = {
    "MM/DD/YYYY": "%m/%d/%Y",
    "MM/DD/YY": "%m/%d/%y",
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYYMMDD": "%Y%m%d",
}
_KEYS = {"name", "value", "fixed", "dates", "codes", "required"}

Value = Callable[[Claim, ClaimLine], "str | int | date"]


class Column(Struct, frozen=True):
    """One column: its heading, and what stands in it.

    `value` is one of `VALUES`, or else `fixed` is the text of every row. `dates` is how days are
    written; `codes` turns our value into the code that the receiver has for it.
    """

    name: str
    value: str = ""
    fixed: str = ""
    dates: str = "YYYY-MM-DD"
    codes: dict[str, str] | None = None
    required: bool = False


class Layout(Struct, frozen=True):
    """A saved mapping: what the file is for, and its columns in order."""

    title: str
    columns: tuple[Column, ...]


def charges(claims: Iterable[Claim], layout: Layout) -> bytes:
    """Write the charges of claims: UTF-8, a heading line, lines that end in CR LF (RFC 4180).

    Raises `ClaimsError` if a required cell is empty, or a code list has nothing for a value; there
    is no file then.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(guarded(column.name) for column in layout.columns)
    for claim in claims:
        for line in claim.lines:
            writer.writerow(_cell(column, claim, line) for column in layout.columns)
    return out.getvalue().encode()


def saved() -> list[str]:
    """Name the layouts that come along."""
    return sorted(path.stem for path in SAVED.glob("*.toml"))


def read_layout(path: Path) -> Layout:
    """Read a saved mapping.

    Raises `ClaimsError` with the place and the cure if it is no mapping or cannot be carried out.
    """
    try:
        sent = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad(path, "the file", f"is no readable TOML ({type(error).__name__})", "") from error
    for key in sent:
        if key not in {"title", "source", "column"}:
            close = get_close_matches(key, ("title", "source", "column"), 1)
            raise _bad(path, f"key {key}", "is not known", _meant(close))
    rows = sent.get("column")
    if not isinstance(rows, list) or not rows:
        raise _bad(path, "column", "is missing", "Write one [[column]] for each column.")
    columns = tuple(_column(path, number, row) for number, row in enumerate(rows, 1))
    names = [column.name for column in columns]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise _bad(path, f"column {number}", "has the name of one before it", "Rename it.")
    return Layout(str(sent.get("title", path.stem)), columns)


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would evaluate."""
    begins = text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if begins else text


def _cell(column: Column, claim: Claim, line: ClaimLine) -> str:
    found = VALUES[column.value](claim, line) if column.value else column.fixed
    if isinstance(found, date):
        return found.strftime(_DATES[column.dates])
    if isinstance(found, int):
        return str(found)
    place = f"Claim {claim.claim_id}, line {line.line_id}: the column {column.name}"
    if column.codes is not None and found:
        if found not in column.codes:
            cure = "Put what the receiver calls it into the column's `codes`."
            raise ClaimsError("claims.charge_code", f"{place} has no code for its value.", cure)
        found = column.codes[found]
    if column.required and not found:
        cure = "Put it on file, then draw the claim anew."
        raise ClaimsError("claims.form_missing", f"{place} would be empty.", cure)
    if "\0" in found:
        cure = "Take the character out where it is on file."
        raise ClaimsError("claims.form_characters", f"{place} holds a NUL character.", cure)
    # an amount is digits and a point of our own making, never a formula
    return found if column.value == "line.charge" else guarded(found)


def _column(path: Path, number: int, row: object) -> Column:
    place = f"column {number}"
    if not isinstance(row, dict):
        raise _bad(path, place, "is no table", "Write [[column]] above it.")
    for where, reason, cure in (*_unknown(row), *_misshapen(row), *_senseless(row)):
        raise _bad(path, f"{place}, {where}" if where else place, reason, cure)
    return Column(**row)


def _unknown(row: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Find keys that no column has."""
    for key in row:
        if key not in _KEYS:
            yield key, "is not known", _meant(get_close_matches(key, _KEYS, 1))


def _misshapen(row: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Find values of the wrong kind."""
    for key in ("name", "value", "fixed", "dates"):
        if not isinstance(row.get(key, ""), str):
            yield key, "is no text", "Write it in quotation marks."
    if not _are_texts(row.get("codes", {})):
        yield "codes", "is no table of texts", 'Write { "ours" = "theirs" }.'
    if not isinstance(row.get("required", False), bool):
        yield "required", "is neither true nor false", "Write one of them."


def _senseless(row: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Find what cannot be carried out."""
    if not row.get("name"):
        yield "", "has no name", "Give the heading of the column."
    if ("value" in row) == ("fixed" in row):
        yield "", "needs either a value or a fixed text", "Give one of the two."
    value = str(row.get("value", ""))
    if "value" in row and value not in VALUES:
        cure = _meant(get_close_matches(value, VALUES, 1))
        cure = cure or f"The values are {', '.join(VALUES)}."
        yield "value", "is nothing that a claim has", cure
    if row.get("dates", "YYYYMMDD") not in _DATES:
        yield "dates", "is no known way", f"Write one of {', '.join(_DATES)}."


def _are_texts(codes: object) -> bool:
    return isinstance(codes, dict) and all(isinstance(one, str) for one in codes.values())


def _meant(close: list[str]) -> str:
    return f"Did you mean {close[0]}?" if close else ""


def _bad(path: Path, place: str, reason: str, cure: str) -> ClaimsError:
    cure = cure or "Mend the mapping; docs/claims.md has an example."
    return ClaimsError("claims.charge_layout", f"{path.name}: {place} {reason}.", cure)


def _nth_diagnosis(number: int) -> Value:
    return lambda claim, line: _pointed(claim, line.diagnosis_pointers[number : number + 1])


def _pointed(claim: Claim, pointers: tuple[int, ...]) -> str:
    if any(not 1 <= one <= len(claim.diagnoses) for one in pointers):
        raise ClaimsError(
            "claims.form_impossible",
            f"Claim {claim.claim_id}: a line points to a diagnosis that is not there.",
            "Mend what it was drawn from, then draw it anew.",
        )
    return "".join(claim.diagnoses[one - 1] for one in pointers)


def _nth_modifier(number: int) -> Value:
    return lambda _, line: line.modifiers[number] if number < len(line.modifiers) else ""


def _dollars(_: Claim, line: ClaimLine) -> str:
    sign = "-" if line.charge < 0 else ""
    return f"{sign}{abs(line.charge) // 100}.{abs(line.charge) % 100:02d}"


VALUES: dict[str, Value] = {
    "claim.id": lambda claim, _: claim.claim_id,
    "claim.original_reference": lambda claim, _: claim.original_reference,
    "patient.id": lambda claim, _: claim.patient_id,
    "patient.family_name": lambda claim, _: claim.patient.family_name,
    "patient.given_name": lambda claim, _: claim.patient.given_name,
    "patient.birth_date": lambda claim, _: claim.patient.birth_date or "",
    "payer.id": lambda claim, _: claim.coverages[0].payer.id,
    "payer.name": lambda claim, _: claim.coverages[0].payer.name,
    "coverage.member_id": lambda claim, _: claim.coverages[0].member_id,
    "rendering.npi": lambda claim, _: claim.rendering.npi,
    "rendering.family_name": lambda claim, _: claim.rendering.family_name,
    "billing.npi": lambda claim, _: claim.billing.npi,
    "ordering.npi": lambda _, line: line.ordering.npi if line.ordering else "",
    "line.id": lambda _, line: line.line_id,
    "line.code": lambda _, line: line.code,
    "line.units": lambda _, line: line.units,
    "line.charge": _dollars,
    "line.first_day": lambda _, line: line.first_day,
    "line.last_day": lambda _, line: line.last_day,
    "line.place_of_service": lambda _, line: line.place_of_service,
    "line.note": lambda _, line: line.note,
    **{f"line.diagnosis_{number + 1}": _nth_diagnosis(number) for number in range(4)},
    **{f"line.modifier_{number + 1}": _nth_modifier(number) for number in range(4)},
}
"""What a column may hold: of the claim, its patient, payer and people, and of the line."""
