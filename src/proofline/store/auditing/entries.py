"""Entries of the ledger by number, and the numbers of those that vouch for acts of claim lines.

The log of lines keeps its own numbers; its entries in the ledger are found by their instants, which
never run backwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection

from proofline.ledger.entry import Entry, entry_from

_PORTION = 500


@dataclass(frozen=True, slots=True)
class Vouched:
    """An entry with its own bytes, and its nonce and payload; these are None once destroyed."""

    entry: Entry
    data: bytes
    nonce: bytes | None
    payload: bytes | None


def entries(numbers: Collection[int]) -> dict[int, Vouched]:
    """Give entries by their numbers; what is not there, or no entry, is left out."""
    found: dict[int, Vouched] = {}
    asked = sorted(set(numbers))
    for start in range(0, len(asked), _PORTION):
        part = asked[start : start + _PORTION]
        marks = ", ".join(["%s"] * len(part))
        sql = f"SELECT seq, entry, nonce, payload FROM ledger_entry WHERE seq IN ({marks})"
        with connection.cursor() as cursor:
            cursor.execute(sql, part)
            for seq, data, nonce, payload in cursor.fetchall():
                if (entry := _read(bytes(data))) is not None:
                    found[seq] = Vouched(entry, bytes(data), _bytes(nonce), _bytes(payload))
    return found


def of_acts(tenant_id: str, log: str, acts: Mapping[int, datetime]) -> dict[int, int]:
    """Give the entry of the ledger for each act of a log of lines, by the act's number.

    `acts` has the instant of each. Some twenty look-ups for all of them together.
    """
    if not acts:
        return {}
    firsts = _first_at(set(acts.values()))
    near = {seq for first in firsts.values() for seq in range(first, first + _BESIDE)}
    found: dict[int, int] = {}
    for seq, one in entries(near).items():
        if one.payload is None or not one.entry.kind.startswith(_OF_LOGS):
            continue
        told = msgspec.json.decode(one.payload)
        whose = (told.get("tenant"), told.get("log"))
        if whose == (tenant_id, log) and told.get("number") in acts:
            found[told["number"]] = seq
    return found


_OF_LOGS = ("line.", "amendment.")
"""How the kinds of entries begin that vouch for entries of logs."""

_BESIDE = 40
"""Entries of one instant that are looked through: an act has a few."""


def _first_at(instants: Iterable[datetime]) -> dict[datetime, int]:
    """Find for each instant the first entry that is not before it, all of them side by side."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM ledger_head")
        (size,) = cursor.fetchone()
    spans = {at: (0, int(size)) for at in instants}
    while any(low < high for low, high in spans.values()):
        middles = {at: (low + high) // 2 for at, (low, high) in spans.items() if low < high}
        times = _times(set(middles.values()))
        for at, middle in middles.items():
            low, high = spans[at]
            spans[at] = (middle + 1, high) if times[middle] < at else (low, middle)
    return {at: low for at, (low, _) in spans.items()}


def _times(numbers: Collection[int]) -> dict[int, datetime]:
    marks = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT seq, entry FROM ledger_entry WHERE seq IN ({marks})", sorted(numbers)
        )
        return {seq: entry_from(bytes(data)).recorded_at for seq, data in cursor.fetchall()}


def _read(data: bytes) -> Entry | None:
    try:
        return entry_from(data)
    except ValueError:
        return None


def _bytes(value: bytes | memoryview | str | None) -> bytes | None:
    """Give a cell as bytes; SQLite gives text where somebody put text there."""
    if isinstance(value, str):
        return value.encode()
    return None if value is None else bytes(value)
