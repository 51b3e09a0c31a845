"""The last room on the disk of the book: kept for signing in, for reading and for ends of access.

A session, a count of guesses and the note of who looked are rows too. If messages could take the
last page of a disk, nobody could sign in any more to see why nothing comes.
"""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import OperationalError, connection

RESERVE = 64 << 20
"""Bytes that acts leave; of a small disk no more than the fiftieth part."""

_PARTS = 50
_EVEN_SO = ("person.", "role.", "glass.", "key.")
"""Acts that may take of it: who is to be kept out, or let in, cannot wait for room."""


def refuse_the_last_of_it(kind: str) -> None:
    """Refuse an act of a kind as a full disk would. Errors: OperationalError.

    Where the book is on PostgreSQL, that one keeps its own house.
    """
    if not kind.startswith(_EVEN_SO):
        refuse_without_room()


def refuse_without_room() -> None:
    """Refuse what adds to the book if only the last of the room is left. Errors: OperationalError.

    A worker asks before it takes work that would be refused.
    """
    if connection.vendor != "sqlite":
        return
    usage = shutil.disk_usage(settings.HOME)
    if usage.free < min(RESERVE, usage.total // _PARTS):
        raise OperationalError("database or disk is full: what is left of it is kept")
