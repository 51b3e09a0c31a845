"""What the service's ledger proves of a packet, without a row of anybody else.

An entry of the service vouches for all rows that came together. Where these are all of the packet
the entry goes along with its payload, and a stranger can find each row in it. Where others came
with them it goes along closed: that it was recorded is proven, and that the row is in it is not.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from proofline.evidence.provenance import EVERY_TABLE
from proofline.ledger.audit.vouching import Heads
from proofline.packet.entered import Batch, Entered
from proofline.packet.entering import DECISIONS, STEPS, items
from proofline.packet.packet import Packet
from proofline.store.auditing.added import added
from proofline.store.auditing.decided import versions
from proofline.store.auditing.entries import Vouched, entries, of_acts
from proofline.store.auditing.recorded import key_of, rows_in
from proofline.store.decided import Line
from proofline.store.vouching import ledger
from proofline.store.work.lines import NAME


@dataclass(frozen=True, slots=True)
class _Named:
    """What of a packet one entry vouches for: the table, the names, a decision's bytes as kept."""

    table: str
    names: tuple[str, ...]
    record: str = ""


def entered(tenant_id: str, packet: Packet, line: Line, heads: Heads) -> Entered | None:
    """Prove against the newest signed checkpoint what the ledger holds of a packet.

    None where no checkpoint was signed yet. Entries that it does not cover are left out.
    """
    newest = max(heads.outside, key=lambda one: one.checkpoint.size, default=None)
    if newest is None:
        return None
    size = newest.checkpoint.size
    named = _named(tenant_id, packet, line)
    found = entries([number for number in named if number < size])
    return Entered(
        newest.checkpoint.origin,
        size,
        base64.b64encode(newest.checkpoint.root).decode(),
        str(heads.key),
        str(newest.note),
        (),
        tuple(_batch(number, found[number], named[number], size) for number in sorted(found)),
    )


def _named(tenant_id: str, packet: Packet, line: Line) -> dict[int, _Named]:
    """Say by the number of its entry what of a packet each vouches for."""
    return {
        **_rows(tenant_id, packet),
        **_steps(tenant_id, packet),
        **{
            one.entry: _Named(DECISIONS, (f"{DECISIONS}/{packet.line.line_id}",), _text(one.record))
            for one in versions(tenant_id, line)
        },
    }


def _rows(tenant_id: str, packet: Packet) -> dict[int, _Named]:
    keys: dict[str, dict[str, str]] = {}
    for table, *key in items(packet):
        if table in EVERY_TABLE:
            keys.setdefault(table, {})[" ".join(key)] = "/".join((table, *key))
    found: dict[int, list[tuple[str, str]]] = {}
    for table, names in keys.items():
        column = EVERY_TABLE[table].key[0]
        for one in added(tenant_id, table, column, {key.partition(" ")[0] for key in names}):
            if one.key in names:
                found.setdefault(one.entry, []).append((table, names[one.key]))
    return {
        number: _Named(rows[0][0], tuple(dict.fromkeys(name for _, name in rows)))
        for number, rows in found.items()
    }


def _steps(tenant_id: str, packet: Packet) -> dict[int, _Named]:
    """Name the steps of the line; the acts that they came in speak of other lines as well."""
    steps = () if packet.billed is None else packet.billed.steps
    numbers = of_acts(tenant_id, NAME, {one.number: one.at for one in steps})
    found: dict[int, list[str]] = {}
    for place, one in enumerate(steps, start=1):
        if one.number in numbers:
            name = f"{STEPS}/{packet.line.line_id}/{place}"
            found.setdefault(numbers[one.number], []).append(name)
    return {number: _Named(STEPS, tuple(names)) for number, names in found.items()}


def _batch(number: int, one: Vouched, named: _Named, size: int) -> Batch:
    """Give an entry with its proof, open where nothing is in it that is not of the packet."""
    hashes = tuple(part.hex() for part in ledger().inclusion(number, size).hashes)
    closed = Batch(named.table, named.names, number, one.data.decode(), hashes)
    if one.payload is None or one.nonce is None:
        return closed
    told = msgspec.json.decode(one.payload)
    names = _names_in(told, named)
    if names is None:
        return closed
    return msgspec.structs.replace(
        closed,
        names=names,
        columns=tuple(EVERY_TABLE[named.table].names) if named.table in EVERY_TABLE else (),
        nonce=one.nonce.hex(),
        payload=one.payload.decode(),
        record=named.record,
    )


def _names_in(told: Mapping[str, object], named: _Named) -> tuple[str, ...] | None:
    """Name everything in a payload in its order; None if something in it is not of the packet."""
    if named.table == DECISIONS:
        whose = {" ".join(key.split(" ")[:-3]) for key in _mapping(told.get("decisions"))}
        return named.names if len(whose) == 1 and named.record else None
    if named.table not in EVERY_TABLE:
        return None  # an act of the log of lines, which is of no table
    key = EVERY_TABLE[named.table].key
    names = ["/".join((named.table, *key_of(row, key))) for row in rows_in(told) or ()]
    return tuple(names) if names and set(names) <= set(named.names) else None


def _mapping(cell: object) -> Mapping[str, str]:
    return cell if isinstance(cell, dict) else {}


def _text(record: bytes | None) -> str:
    """Give the bytes of a decision as text; blank where they cannot be read any more."""
    try:
        return (record or b"").decode()
    except UnicodeDecodeError:
        return ""
