"""The log of claim lines in the database: what `claims.book` keeps in a folder, in an act's hands.

The same entries, chained in the same way. Acts take turns, so inside of one nobody else writes; an
entry is there when its act is, and the ledger vouches for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from proofline.claims.book.log import Entry, digest_after
from proofline.claims.trouble import ClaimsError
from proofline.store.act import Act
from proofline.store.models import Line

NAME = "book"


class LineLog:
    """The entries of a tenant's book of lines; written to only with an open act."""

    def __init__(self, tenant_id: str, act: Act | None = None) -> None:
        """Take up a tenant's log, to be read, or with an act to be written as well."""
        self._tenant_id, self._act = tenant_id, act
        self._digest, self._numbers = "", 0

    def news(self) -> Iterator[Entry]:
        """Yield the entries added since the last call.

        Errors: ClaimsError if an entry is not what was written.
        """
        ours = Line.objects.filter(tenant_id=self._tenant_id, log=NAME, number__gt=self._numbers)
        for line in ours.order_by("number"):
            raw = bytes(line.act)
            digest = digest_after(self._digest, raw)
            if line.number != self._numbers + 1 or line.digest != digest:
                raise ClaimsError(
                    "claims.book_damaged",
                    f"Entry {self._numbers + 1} of the book of lines is not what was written.",
                    "Verify the book, and restore it from a backup.",
                )
            self._digest, self._numbers = digest, line.number
            yield msgspec.json.decode(raw, type=Entry)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else writes while an act is open; without one, to write is a mistake of ours."""
        assert self._act is not None, "lines are written inside of an act"
        yield

    def add(self, entry: Entry) -> None:
        """Add an entry in the act's transaction, with the ledger entry that vouches for it."""
        assert self._act is not None, "lines are written inside of an act"
        raw = msgspec.json.encode(entry)
        digest = digest_after(self._digest, raw)
        Line.objects.create(
            tenant_id=self._tenant_id,
            log=NAME,
            number=entry.number,
            digest=digest,
            act=raw,
            at=self._act.at,
        )
        kind = f"line.{entry.kind}"
        self._act.vouch(kind, {"log": NAME, "number": entry.number, "digest": digest})
        self._digest, self._numbers = digest, entry.number

    @property
    def following(self) -> int:
        """The number of the next entry."""
        return self._numbers + 1
