"""The closed periods that wait for the signature of whoever is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from proofline.desk.found import Cells, look_at_all, performer
from proofline.desk.roles import permit
from proofline.desk.showing.seeking import name_of
from proofline.explain.explanation import against, warnings
from proofline.store.auditing.decided import of_periods
from proofline.store.auditing.unsigned import SIGNED, Unsigned, lacks, unsigned
from proofline.store.book import Book
from proofline.store.decided import line_of

PAGE = 50
STALE = "no_stale_sign_off"
"""The requirement that says whether a sign-off was overtaken by later evidence."""

OF_SIGNING = frozenset({SIGNED, STALE, "sign_off_pinned"})
COUNTED = ("transmission_days", "treatment_minutes", "live_calls")
"""The facts that every period is told by; each may be unknown."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A sign-off that was overtaken: its day, and what of the facts and lines is different now."""

    signed_at: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """One period to be signed; `digest` names the evidence that is shown beside it.

    `days`, `minutes` and `calls` are None where unknown. `others` are what else holds its lines,
    `warnings` what stands in nobody's way. Not `readable`: a decision of it is damaged.
    """

    enrollment_id: str
    name: str
    program: str
    zone: str
    kind: str
    number: int | None
    first: date
    last: date
    digest: str
    lines: tuple[tuple[str, int], ...]
    days: int | None
    minutes: int | None
    calls: int | None
    others: tuple[str, ...]
    warnings: tuple[str, ...]
    stale: Stale | None
    readable: bool = True

    @property
    def period(self) -> tuple[str, str, str]:
        """The period's natural key, for its address."""
        return (self.enrollment_id, self.kind, self.first.isoformat())

    @property
    def key(self) -> str:
        """What a form sends back: the period and the digest of what was shown."""
        return f"{self.first} {self.last} {self.digest} {self.enrollment_id}"


@dataclass(frozen=True, slots=True)
class SigningPage:
    """The periods of one page, its number from 1, and whether there are more after it.

    `signed` counts those passed over that are signed as they stand, and not decided anew yet.
    """

    periods: tuple[Waits, ...]
    number: int
    more: bool
    nobody: bool = False
    signed: int = 0

    @property
    def plain(self) -> tuple[str, ...]:
        """The keys of those of which there is nothing to know beside their counts."""
        return tuple(
            one.key
            for one in self.periods
            if one.readable and not (one.stale or one.others or one.warnings)
        )


def signing_page(book: Book, at: datetime, number: int = 1) -> SigningPage:
    """Give the periods that wait for one's own signature, those overtaken by evidence first.

    A page after the last, as one may be once much is signed, is the first. Errors: NotAllowed.
    """
    permit(book, "cycle.sign_off")
    if not book.performer_id:
        return SigningPage((), 1, more=False, nobody=True)
    passed: list[Unsigned] = []
    skipped = PAGE * (max(number, 1) - 1)
    found = list(islice(_waiting(book, passed), skipped, skipped + PAGE + 1))
    if skipped and not found:
        return signing_page(book, at)
    shown = found[:PAGE]
    look_at_all(book, "cycle.sign_off", {one.patient_id for one in shown}, at)
    rows = tuple(_told(book, shown, _signed(book, shown)))
    return SigningPage(rows, max(number, 1), more=len(found) > PAGE, signed=len(passed))


def _waiting(book: Book, passed: list[Unsigned]) -> Iterator[Unsigned]:
    """Yield what waits; what is signed as it stands is put to `passed`.

    That comes before all others until it is decided anew, and may be more than a page: it is left
    out before pages are made. One query for each portion.
    """
    found = unsigned(book.tenant_id, performer(book))
    while portion := list(islice(found, PAGE + 1)):
        signed = _signed(book, portion)
        for one in portion:
            if _stands(one, signed, performer(book)):
                passed.append(one)
            else:
                yield one


def _signed(book: Book, shown: Sequence[Unsigned]) -> list[Cells]:
    """Give all sign-offs of the enrollments that are shown; one query."""
    ids = {one.enrollment_id for one in shown}
    return book.shelf.rows("sign_offs", enrollment_id=ids) if ids else []


def _stands(one: Unsigned, signed: Sequence[Cells], signer: str) -> bool:
    """Whether exactly this evidence is signed already; what was decided on it is a moment older.

    What was signed before the period had ended everywhere does not count here: it may be too early.
    """
    over = (one.last + timedelta(days=1)).isoformat()
    return any(
        row["evidence_digest"] == one.digest
        and row["performer_id"] == signer
        and (row["signed_at"] or "")[:10] > over
        for row in (_of(one, signed) if one.decisions else ())
    )


def _of(one: Unsigned, signed: Sequence[Cells]) -> list[Cells]:
    """Give the sign-offs of a period."""
    first, last = one.first.isoformat(), one.last.isoformat()
    return [
        row
        for row in signed
        if row["enrollment_id"] == one.enrollment_id
        and (row["period_start"] or "") <= first <= last <= (row["period_end"] or "")
    ]


def _told(book: Book, shown: Sequence[Unsigned], signed: Sequence[Cells]) -> Iterator[Waits]:
    if not shown:
        return
    ids = {one.patient_id for one in shown}
    patients = {row["patient_id"]: row for row in book.shelf.rows("patients", patient_id=ids)}
    those = [one for one in shown if any(lacks(d, STALE) for d in one.decisions)]
    stale = _stale(book, those, signed)
    for one in shown:
        patient = patients.get(one.patient_id) or {"patient_id": one.patient_id}
        yield _waits(one, _named(patient), stale.get(_key(one)))


def _named(patient: dict[str, str | None]) -> tuple[str, str]:
    names = {"family_name": None, "given_name": None, "patient_id": ""} | patient
    return name_of(names), patient.get("time_zone") or "UTC"


def _waits(one: Unsigned, named: tuple[str, str], stale: Stale | None) -> Waits:
    if not one.decisions:
        return _unreadable(one, named)
    told = one.decisions[0]
    facts: dict[str, Any] = {}
    for decision in one.decisions:
        facts |= decision["facts"]
    days, minutes, calls = (facts.get(name) for name in COUNTED)
    return Waits(
        one.enrollment_id, *named[:1], told["program"], named[1],
        one.kind, _cycle_number(told), one.first, one.last, one.digest,
        tuple((each["code"], each["units"]) for each in one.decisions),
        days, minutes, calls,
        tuple(_others(one.decisions)), tuple(_to_know(one.decisions)), stale,
    )  # fmt: skip


def _cycle_number(told: dict[str, Any]) -> int | None:
    """Give the number of a cycle; months have one too, by which nobody calls them."""
    of = told["period"]
    return of["number"] if of["kind"] == "cycle" else None


def _unreadable(one: Unsigned, named: tuple[str, str]) -> Waits:
    """Tell of a period of which a decision cannot be read; nobody can sign it."""
    period = (one.kind, None, one.first, one.last)
    nothing: tuple[()] = ()
    return Waits(
        one.enrollment_id, named[0], "", named[1], *period, "", nothing,
        None, None, None, nothing, nothing, None, readable=False,
    )  # fmt: skip


def of_signing(requirement: str) -> bool:
    """Whether a requirement is about the signature itself, or only says that its base waits."""
    return requirement in OF_SIGNING or requirement.startswith("base.")


def _others(decisions: Iterable[dict[str, Any]]) -> list[str]:
    """Say what else has to be done before the lines can be billed, once each."""
    found = (
        finding["cure"] or finding["text"]
        for one in decisions
        for finding in against(one)
        if not of_signing(finding["requirement"])
    )
    return [*dict.fromkeys(found)]


def _to_know(decisions: Iterable[dict[str, Any]]) -> list[str]:
    told = warnings(decisions)
    return [one["text"] for name, one in told.items() if not of_signing(name)]


def _key(one: Unsigned) -> tuple[str, str, date]:
    return one.enrollment_id, one.kind, one.first


def _stale(
    book: Book, those: Sequence[Unsigned], signed: Sequence[Cells]
) -> dict[tuple[str, str, date], Stale]:
    """Hold the decisions of now against those on the evidence that was signed; one query."""
    if not those:
        return {}
    kept = of_periods(book.tenant_id, {_key(one) for one in those})
    before = [one.decision for one in kept if one.readable]
    found: dict[tuple[str, str, date], Stale] = {}
    for one in those:
        if ours := _of(one, signed):
            last = max(ours, key=lambda row: row["signed_at"] or "")
            then = [d for d in before if d["evidence_digest"] == last["evidence_digest"]]
            told = tuple(_differences(then, one.decisions))
            found[_key(one)] = Stale(last["signed_at"] or "", told)
    return found


def _differences(then: Iterable[dict[str, Any]], now: Iterable[dict[str, Any]]) -> list[str]:
    """Say how what is decided differs from what was decided on the evidence that was signed."""
    was = {line_of(one): one for one in then}
    told: list[str] = []
    for one in now:
        before = was.get(line_of(one))
        if before is None:
            continue
        for name in dict.fromkeys((*COUNTED, *one["facts"])):
            old, new = before["facts"].get(name), one["facts"].get(name)
            if old != new and name not in {"signed_off", "stale_sign_offs", "sign_off_pinned"}:
                told.append(f"{name.replace('_', ' ')} {_said(old)}, now {_said(new)}")
        if before["units"] != one["units"]:
            told.append(f"{one['code']} units {before['units']}, now {one['units']}")
    return [*dict.fromkeys(told)]


def _said(value: object) -> str:
    if value is None:
        return "unknown"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
