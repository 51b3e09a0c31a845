"""Logs of claim lines and of amendments in the database: what a book has as files in a folder.

The same entries, chained in the same way. Acts take turns, so inside of one nobody else writes; an
entry is there when its act is, and the ledger vouches for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Generic, Protocol, TypeVar

import msgspec

from proofline.claims.amending.register import Noted
from proofline.claims.book.log import Entry, digest_after
from proofline.claims.trouble import ClaimsError
from proofline.ledger.entry import Value
from proofline.store.act import Act
from proofline.store.models import Line
from proofline.store.work import amendments, standings

NAME = "book"


class Told(Protocol):
    """An entry of a log: its number, and what kind of act it was."""

    @property
    def number(self) -> int:
        """Its number in the log."""

    @property
    def kind(self) -> str:
        """What kind of act it was."""


Kind = TypeVar("Kind", bound=Told)


class ActLog(Generic[Kind]):
    """The entries of one log of a tenant; written to only with an open act.

    `follow` lays down what an entry comes to, in the same transaction.
    """

    def __init__(
        self,
        tenant_id: str,
        act: Act | None,
        named: tuple[str, type[Kind], str],
        follow: Callable[[Kind], None],
    ) -> None:
        """Take up a log by its name, the kind of its entries, and that of its ledger entries."""
        self._tenant_id, self._act, self._follow = tenant_id, act, follow
        self._name, self._kind, self._vouched = named
        self._digest, self._numbers = "", 0

    def news(self) -> Iterator[Kind]:
        """Yield the entries added since the last call.

        Errors: ClaimsError if an entry is not what was written.
        """
        log = Line.objects.filter(tenant_id=self._tenant_id, log=self._name)
        for line in log.filter(number__gt=self._numbers).order_by("number"):
            raw = bytes(line.act)
            digest = digest_after(self._digest, raw)
            if line.number != self._numbers + 1 or line.digest != digest:
                raise ClaimsError(
                    "claims.book_damaged",
                    f"Entry {self._numbers + 1} of the book of lines is not what was written.",
                    "Verify the book, and restore it from a backup.",
                )
            self._digest, self._numbers = digest, line.number
            yield msgspec.json.decode(raw, type=self._kind)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else writes while an act is open; without one, to write is a mistake of ours."""
        assert self._act is not None, "lines are written inside of an act"
        yield

    def add(self, entry: Kind) -> None:
        """Add an entry in the act's transaction, with the ledger entry that vouches for it."""
        assert self._act is not None, "lines are written inside of an act"
        raw = msgspec.json.encode(entry)
        digest = digest_after(self._digest, raw)
        Line.objects.create(
            tenant_id=self._tenant_id,
            log=self._name,
            number=entry.number,
            digest=digest,
            act=raw,
            at=self._act.at,
        )
        self._follow(entry)
        said: dict[str, Value] = {"log": self._name, "number": entry.number, "digest": digest}
        self._act.vouch(f"{self._vouched}.{entry.kind}", said)
        self._digest, self._numbers = digest, entry.number

    @property
    def following(self) -> int:
        """The number of the next entry."""
        return self._numbers + 1


def digests(tenant_id: str, numbers: Collection[int]) -> dict[int, str]:
    """Give the digests of entries by their numbers in the log."""
    ours = Line.objects.filter(tenant_id=tenant_id, log=NAME, number__in=numbers)
    return dict(ours.values_list("number", "digest"))


def line_log(tenant_id: str, act: Act | None = None) -> ActLog[Entry]:
    """Take up a tenant's log of lines, to be read, or with an act to be written as well."""
    named = (NAME, Entry, "line")
    return ActLog(tenant_id, act, named, lambda entry: standings.follow(tenant_id, entry))


def amendment_log(tenant_id: str, patient_id: str, act: Act | None = None) -> ActLog[Noted]:
    """Take up the log of a patient's amendments: each patient has one, so none grows with all."""
    name = log_of(patient_id)
    whose = amendments.Whose(tenant_id, patient_id, name)
    named = (name, Noted, "amendment")
    return ActLog(tenant_id, act, named, lambda entry: amendments.follow(whose, entry))


def log_of(patient_id: str) -> str:
    """Name the log of a patient's amendments, whatever characters and length their id has."""
    return f"am:{sha256(patient_id.encode()).hexdigest()[:32]}"
