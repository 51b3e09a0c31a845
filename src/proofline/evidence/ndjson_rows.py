"""Reading NDJSON: one object a line, numbers kept exactly as written."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from proofline.evidence.folder import did_you_mean
from proofline.evidence.trouble import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proofline.evidence.contract import Table

_DECODER = msgspec.json.Decoder(float_hook=str)
"""Decimals arrive as the text that was written; binary floating point never sees them."""

_CURE = "write one flat JSON object on each line"


def ndjson_rows(
    path: Path, table: Table, warnings: list[str]
) -> Iterator[tuple[int, list[str | None]] | BadRow]:
    """Every line as its cells in the order of the contract, or as the reason why not.

    The last cell is the line as sent. Names that the contract does not know are added to
    `warnings` once each; blank lines are no rows.
    """
    known, warned = frozenset(table.names), set[str]()
    with path.open("rb") as file:
        for line, sent in enumerate(file, start=1):
            text = sent.removeprefix(b"\xef\xbb\xbf").strip() if line == 1 else sent.strip()
            if not text:
                continue
            row = row_of(line, text, table)
            if isinstance(row, BadRow):
                yield row
                continue
            for name in sorted(row.keys() - known - warned):
                warned.add(name)
                hint = did_you_mean(name, table.names)
                warnings.append(f"{path.name}: the column {name!r} is not known{hint}")
            yield line, [*(row.get(name) for name in table.names), text.decode()]


def row_of(line: int, text: bytes, table: Table) -> dict[str, str | None] | BadRow:
    """One line as its cells by name, also of names that the contract does not know."""
    try:
        found = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        shown = _shown(text)
        return BadRow(line, "", shown, f"a line of JSON ({error})", _CURE, _sent(shown))
    if isinstance(found, dict) and (twice := _named_twice(text, len(found))):
        expected, cure = "each name once in an object", "remove the one that does not hold"
        return BadRow(line, twice, None, expected, cure, _sent(_shown(text)))
    if not isinstance(found, dict):
        shown = _shown(text)
        return BadRow(line, "", shown, "a JSON object", _CURE, _sent(shown))
    row: dict[str, str | None] = {}
    for name, value in found.items():
        if value is not None and type(value) is not str and not _fits(name, value, table):
            expected = "one text, number, true, false or null"
            return BadRow(line, name, str(value), expected, _CURE, _shown(text))
        row[name] = _cell(value)
        if "\0" in (row[name] or ""):
            cure = "remove the NUL"
            return BadRow(line, name, None, "text without NUL", cure, _sent(_shown(text)))
    return row


def _named_twice(text: bytes, names: int) -> str:
    """The name that stands twice in an object of so many different ones; blank if none does.

    Of two values of one name decoders give the last, and nobody would hear of the other.
    """
    plain = not any(spaced in text for spaced in (b'" ', b'"\t', b'"\r', b'\\"'))
    if plain and text.count(b'":') == names:
        return ""  # each name is told by what follows it, and stands once
    twice: list[str] = []

    def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in pairs)
        twice[:] = [name for name, count in counts.items() if count > 1]  # the outermost is last
        return dict(pairs)

    json.loads(text, object_pairs_hook=_named)
    return min(twice, default="")


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")


def _sent(shown: str) -> str:
    """Write what was sent as one text, for it is no object, or holds what none may."""
    return msgspec.json.encode(shown).decode()


def _fits(name: str, value: Any, table: Table) -> bool:  # noqa: ANN401 - whatever JSON can hold
    """Whether a column of the contract can hold a value; what it does not know holds anything."""
    known = name in table.names
    return not known or _is_cell(value, is_list=table.column(name).kind == "list")


def _is_cell(value: Any, *, is_list: bool) -> bool:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, list):
        return is_list and all(_is_cell(item, is_list=False) for item in value)
    return not isinstance(value, dict)


def _cell(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON can hold
    if value is None:
        return None
    if type(value) is str:
        return value if value.strip(" \t\r\n") else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(_cell(item) or "" for item in value) or None
    return str(value) or None
