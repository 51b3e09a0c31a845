"""Kept bytes read again: what cannot be read is told as damaged, with what to do, never a crash.

Rows cannot be changed through the service, but a disk or somebody with the database's password can.
Whoever reads kept bytes names the place, so that the book's keeper finds the row.
"""

from __future__ import annotations

import zlib
from typing import Any, TypeAlias, TypedDict, TypeVar

import msgspec

from proofline.errors import ProoflineError

Kept = TypeVar("Kept")
Bytes: TypeAlias = bytes | memoryview
"""Bytes as either database gives them."""


class Damaged(ProoflineError):
    """Something is kept whose bytes cannot be read; `proofline verify` names every such row."""

    def __init__(self, place: str) -> None:
        """Keep the place: the kind of row and its number, or the line; ids only."""
        super().__init__(
            "store.damaged",
            f"What is kept cannot be read: the bytes of {place} are not those that were written.",
            "Change nothing. Whoever runs the service runs `proofline verify`, which names every"
            " such row, and puts a backup back: docs/runbook.md.",
        )
        self.place = place

    def __reduce__(self) -> tuple[type[Damaged], tuple[str]]:
        """Pickle by the place alone."""
        return type(self), (self.place,)


class _Period(TypedDict):
    kind: str
    start: str
    end: str
    number: int | None


class _Decision(TypedDict):
    """What every reader of a kept decision relies on."""

    enrollment_id: str
    patient_id: str
    program: str
    period: _Period
    code: str
    units: int
    outcome: str
    facts: dict[str, Any]
    findings: list[dict[str, Any]]
    evidence_digest: str | None
    pack: str
    pack_digest: str
    engine: str


def unpacked(packed: Bytes, place: str) -> bytes:
    """Unpack kept bytes. Errors: Damaged."""
    try:
        return zlib.decompress(bytes(packed))
    except zlib.error as error:
        raise Damaged(place) from error


def decision_in(record: bytes, place: str) -> dict[str, Any]:
    """Read the bytes of a decision. Errors: Damaged, also where it is no decision."""
    try:
        found: dict[str, Any] = msgspec.json.decode(record)
        msgspec.convert(found, _Decision)
    except msgspec.MsgspecError as error:
        raise Damaged(place) from error
    return found


def read_as(data: Bytes, kind: type[Kept], place: str) -> Kept:
    """Read kept bytes as what they were written from. Errors: Damaged."""
    try:
        return msgspec.json.decode(bytes(data), type=kind)
    except msgspec.MsgspecError as error:
        raise Damaged(place) from error
