"""Some lines out of a practice's book: their entries alone, so that a long log costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from datetime import date
from itertools import compress

from msgspec import Raw, Struct, field

from proofline.claims.book.log import Act, Change, Entry
from proofline.claims.claim import Claim
from proofline.store.models import Line, LineStanding, LineStep
from proofline.store.safekeeping.unpacking import Bytes, read_as

_MANY = 5_000
_NAME = "book"


class _Parts(Struct, frozen=True):
    """An entry whose changes and claims are not read yet."""

    number: int
    kind: str
    act: Act
    changes: tuple[Raw, ...] = ()
    claims: tuple[Raw, ...] = ()
    controls: dict[str, int] = field(default_factory=dict)
    as_of: date | None = None
    aside: dict[str, str] = field(default_factory=dict)


class _Named(Struct, frozen=True):
    """Of a change, or a line of a claim, which line it is of."""

    line_id: str


class _Carrying(Struct, frozen=True):
    """Of a claim, which lines it carries."""

    lines: tuple[_Named, ...]


class _Whose(Struct, frozen=True):
    """Of an entry, which lines each of its changes and claims is of."""

    changes: tuple[_Named, ...] = ()
    claims: tuple[_Carrying, ...] = ()


class SomeLines:
    """The entries that speak of some lines, cut down to what they say of these; only read."""

    def __init__(self, tenant_id: str, line_ids: Collection[str]) -> None:
        """Name the lines."""
        self._tenant_id, self._line_ids = tenant_id, set(line_ids)

    def news(self) -> Iterator[Entry]:
        """Yield the entries in their order."""
        numbers: set[int] = set()
        asked = sorted(self._line_ids)
        for first in range(0, len(asked), _MANY):
            ours = LineStep.objects.filter(
                tenant_id=self._tenant_id, line_id__in=asked[first : first + _MANY]
            )
            numbers |= set(ours.values_list("number", flat=True))
        kept = Line.objects.filter(tenant_id=self._tenant_id, log=_NAME, number__in=numbers)
        for number, act in kept.order_by("number").values_list("number", "act").iterator():
            place = f"entry {number} of the book of lines"
            yield self._cut(act, place)

    def _cut(self, act: Bytes, place: str) -> Entry:
        """Read what speaks of these lines: of a large act that is little; the rest stays raw."""
        entry, whose = read_as(act, _Parts, place), read_as(act, _Whose, place)
        ours = self._line_ids
        changes = compress(entry.changes, [one.line_id in ours for one in whose.changes])
        carried = ([line.line_id for line in one.lines] for one in whose.claims)
        claims = compress(entry.claims, [not ours.isdisjoint(lines) for lines in carried])
        return Entry(
            entry.number,
            entry.kind,
            entry.act,
            tuple(read_as(one, Change, place) for one in changes),
            tuple(read_as(one, Claim, place) for one in claims),
            entry.controls,
            entry.as_of,
            entry.aside,
        )

    def writing(self) -> AbstractContextManager[None]:
        """Nobody writes to a part of a book; to try is a mistake of ours."""
        raise AssertionError("some lines are only read")

    def add(self, entry: Entry) -> None:  # noqa: ARG002 - of every log
        """Nobody writes to a part of a book; to try is a mistake of ours."""
        raise AssertionError("some lines are only read")

    @property
    def following(self) -> int:
        """There is no next entry in a part of a book."""
        raise AssertionError("some lines are only read")


def of_patients(tenant_id: str, patients: Collection[str]) -> SomeLines:
    """Give all lines of some patients."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id, patient_id__in=sorted(patients))
    return SomeLines(tenant_id, set(ours.values_list("line_id", flat=True)))


def of_claim(tenant_id: str, claim_id: str) -> SomeLines:
    """Give all lines of the patients of a claim that carries lines now, or carried them."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id)
    patients = set(ours.filter(claim_id=claim_id).values_list("patient_id", flat=True))
    return of_patients(tenant_id, patients) if patients else SomeLines(tenant_id, set())
