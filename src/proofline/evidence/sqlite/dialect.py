"""From DuckDB's dialect to SQLite's: what the models spell otherwise, and nothing of what they say.

    a // b                          a / b, which divides integers as integers
    a JOIN b                        a CROSS JOIN b, which runs in the order in which it is written
    SELECT unnest(LIST) FROM t      SELECT each_of.value FROM t CROSS JOIN json_each(LIST) each_of
    string_agg(a, mark ORDER BY b)  string_agg(a, mark, b)
    [a, b]                          json_array(a, b)
    list_transform(LIST, lambda x: A)
        (SELECT json_group_array(A) FROM (SELECT value AS x FROM json_each(LIST)))
    TRY_CAST(a AS DATE)             day_of(a), and instant_of(a) for the forms of TIMESTAMP
    epoch_us(a), DATE '1970-01-02'  (a), 1: instants and days are numbers already
    bool_or(a)                      max(a)
    sent.readings, parsed.readings  sent_readings, parsed_readings: there is one schema

Functions that SQLite lacks are in `words`. Whatever else it does not know it refuses.
"""

from __future__ import annotations

import re
from functools import lru_cache

from proofline.evidence.sqlite.words import day_of

_MARK = re.compile(
    r"(?=[-'/()[\]ubslepOWJLCDT])"  # most letters begin none of these, passed over fast
    r"(?:--[^\n]*|'(?:[^']|'')*'|//|[()[\]]"
    r"|\b(?:unnest|string_agg|list_transform|bool_or|epoch_us|TRY_CAST)\("
    r"|\bORDER BY\b|\bWHERE\b|\b(?:LEFT |CROSS )?JOIN\b|\b(?:sent|parsed)\.|\bDATE '[^']*')"
)
_OTHERWISE = {
    "//": "/",
    "JOIN": "CROSS JOIN",
    "[": "json_array(",
    "]": ")",
    "bool_or(": "max(",
    "epoch_us(": "(",
    "sent.": "sent_",
    "parsed.": "parsed_",
}
_READ = {"DATE": "day_of", "TIMESTAMP": "instant_of", "TIMESTAMPTZ": "instant_of"}
_MOST = 1000


@lru_cache(_MOST)
def translated(sql: str) -> str:
    """Translate a query; texts in it stay as they are, and comments go."""
    writer, place = _Writer(), 0
    for found in _MARK.finditer(sql):
        writer.copy(sql[place : found.start()])
        writer.mark(found[0])
        place = found.end()
    writer.copy(sql[place:])
    return writer.text()


class _Writer:
    """The text so far, and for each open parenthesis what opened it, where, and a list in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._opened: list[tuple[str, int]] = [("", 0)]
        self._lists: list[str] = [""]

    def copy(self, text: str) -> None:
        """Add text that both engines read alike."""
        self._parts.append(text)

    def mark(self, mark: str) -> None:
        """Add what may have to be written otherwise."""
        if mark.endswith("("):
            self._opened.append((mark, len(self._parts)))
            self._lists.append("")
            self.copy(_OTHERWISE.get(mark, mark))
        elif mark == ")":
            self._close()
        elif mark == "WHERE":
            self._join()
            self.copy(mark)
        elif mark == "ORDER BY" and self._opened[-1][0] == "string_agg(":
            self.copy(",")
        elif mark.startswith("DATE"):
            self.copy(str(day_of(mark[len("DATE '") : -1])))
        elif not mark.startswith("--"):
            self.copy(_OTHERWISE.get(mark, mark))

    def _close(self) -> None:
        self._join()
        opened, start = self._opened.pop()
        self._lists.pop()
        self.copy(")")
        if opened == "unnest(":
            self._lists[-1] = self._since(start)
            self._parts[start:] = ["each_of.value"]
        elif opened == "list_transform(":
            listed, _, transformed = self._since(start).partition(", lambda ")
            name, _, text = transformed.partition(": ")
            each = f"SELECT value AS {name} FROM json_each({listed})"
            self._parts[start:] = [f"(SELECT json_group_array({text}) FROM ({each}))"]
        elif opened == "TRY_CAST(":
            text, _, kind = self._since(start).rpartition(" AS ")
            self._parts[start:] = [f"{_READ[kind]}({text})"]

    def _since(self, start: int) -> str:
        """Give what stands in the parenthesis that was opened there and closed now."""
        return "".join(self._parts[start + 1 : -1])

    def _join(self) -> None:
        """Join the list of a query at the end of its tables, so that it may be made of them."""
        if self._lists[-1]:
            self.copy(f" CROSS JOIN json_each({self._lists[-1]}) AS each_of ")
            self._lists[-1] = ""

    def text(self) -> str:
        """Give all of it."""
        self._join()
        return "".join(self._parts)
