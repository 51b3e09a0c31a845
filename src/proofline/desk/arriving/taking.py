"""Messages into the book, as one act: what they tell, the messages themselves, and their answers.

The same message again is answered the same and adds nothing. An id that comes with other bytes is
held and told. What cannot be read, and what waits for something, is held whole; what of it could be
read is evidence already, and a release adds the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from proofline.desk.arriving.decoding import take_rows
from proofline.desk.arriving.evidence import BookEvidence
from proofline.desk.arriving.messages import (
    MOST_TOLD,
    OTHER_BYTES,
    Outcome,
    Said,
    Sent,
    State,
    read,
    said_of,
    written,
)
from proofline.desk.arriving.standing import standing
from proofline.desk.roles import permit
from proofline.intake.report import FileReport, Trouble
from proofline.store import jobs
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.feeding import messages
from proofline.store.feeding.messages import Answered, Stored

PULL = "notification"
"""The trouble of a message that only says that there is something to fetch."""

_HOLDS = frozenset({"refused", "waiting"})
_CONFLICT = Said(
    OTHER_BYTES,
    "refused",
    reason="A message with this id came before, with other bytes.",
    cure="Send it under an id of its own; what came first is kept as it is, and so is this.",
)


class _Undone(Exception):
    """A message that is taken whole or not at all is not taken."""


def take(book: Book, sent: Sequence[Sent], at: datetime) -> list[Outcome]:
    """Take messages in and give what became of each, in their order.

    Errors: NotAllowed; IntakeError and DatabaseError, after which nothing of them is kept.
    """
    permit(book, "reading.take")
    with book.act("reading.take", at) as act:
        answers = messages.answered(book.tenant_id, {one.key for one in sent if one.key})
        found = {one.key: _repeated(one, answers) for one in sent if one.key in answers}
        fresh = [one for one in sent if one.key not in found]
        known = _Messages(act, fresh)
        known.take()
        outcomes = [found.get(one.key) or known.outcome(one) for one in sent]
        _keep_answers(act, sent, outcomes, answers)
    return outcomes


def _repeated(one: Sent, answers: dict[str, Answered]) -> Outcome:
    """The answer of a key again; other bytes under it are refused."""
    before = answers[one.key]
    if before.request_sha256 != one.digest:
        return Outcome(one.message_id, "conflict", told=(_CONFLICT,))
    return read(before.body)


def _keep_answers(
    act: Act, sent: Sequence[Sent], outcomes: Sequence[Outcome], there: dict[str, Answered]
) -> None:
    made: dict[str, Answered] = {}
    for one, outcome in zip(sent, outcomes, strict=True):
        if one.key and one.key not in there:
            told = Answered(one.key, one.digest, outcome.status, written(outcome))
            made.setdefault(one.key, told)
    if made:
        messages.keep_answers(act.tenant_id, list(made.values()), act.at)


class _Messages:
    """The messages of one act, each once, on their way into the book."""

    def __init__(self, act: Act, sent: Sequence[Sent]) -> None:
        self._act = act
        self._first: dict[tuple[str, str], Sent] = {}
        for one in sent:
            self._first.setdefault((one.source, one.message_id), one)
        self._others = [
            _under_another_id(one)
            for one in sent
            if self._first[one.source, one.message_id].digest != one.digest
        ]
        self._outcomes: dict[tuple[str, str, str], Outcome] = {}
        self._stored: list[Stored] = []

    def outcome(self, one: Sent) -> Outcome:
        """Give what became of a message."""
        return self._outcomes[one.source, one.message_id, one.digest]

    def take(self) -> None:
        """Take each message that is new; answer the others as they were answered."""
        for name in sorted({source for source, _ in self._first}):
            ours = [one for (source, _), one in self._first.items() if source == name]
            self._source(name, ours)
        self._held_apart(self._others)
        if self._stored:
            names = {f"{one.source} {one.message_id}": one.sha256 for one in self._stored}
            self._act.vouch("message", {"messages": names})
            messages.keep(self._act.tenant_id, self._stored)
            self._ask_for_pulls()

    def _source(self, name: str, sent: list[Sent]) -> None:
        there = messages.seen(self._act.tenant_id, name, {one.message_id for one in sent})
        new = []
        for one in sent:
            digest, told = there.get(one.message_id, ("", b""))
            if not digest:
                new.append(one)
            elif digest == one.digest:
                self._outcomes[one.source, one.message_id, one.digest] = read(told)
            else:
                self._others.append(_under_another_id(one))
        together = [one for one in new if not one.whole]
        if together:
            self._decode(name, together)
        for one in new:
            if one.whole:
                self._whole(name, one)

    def _decode(self, name: str, sent: list[Sent]) -> None:
        evidence = BookEvidence(self._act)
        report = take_rows(name, sent, evidence, standing(self._act.tenant_id))
        for one in sent:
            self._note(one, report.of(one.message_id))

    def _whole(self, name: str, one: Sent) -> None:
        """Take all of a message, or nothing of it if any part is broken or has to wait."""
        evidence = BookEvidence(self._act)
        report = FileReport(one.message_id)
        try:
            with transaction.atomic():
                there = standing(self._act.tenant_id)
                report = take_rows(name, [one], evidence, there).of(one.message_id)
                _undo_unless_whole(report)
        except _Undone:
            report.added.clear()
        self._note(one, report)

    def _note(self, one: Sent, report: FileReport) -> None:
        outcome = outcome_of(one.message_id, report)
        self._outcomes[one.source, one.message_id, one.digest] = outcome
        self._stored.append(stored(one, outcome))

    def _held_apart(self, sent: list[Sent]) -> None:
        """Keep what came under an id that is taken, each such bytes once."""
        ids = {one.message_id for one in sent}
        for name in {one.source for one in sent}:
            there = messages.seen(self._act.tenant_id, name, ids)
            for one in {one.message_id: one for one in sent if one.source == name}.values():
                said_id = one.message_id.rpartition("#")[0]
                outcome = Outcome(said_id, "conflict", told=(_CONFLICT,))
                self._outcomes[one.source, said_id, one.digest] = outcome
                if one.message_id not in there:
                    self._stored.append(stored(one, outcome))

    def _ask_for_pulls(self) -> None:
        act = self._act
        wanted = {
            str(messages.number_of(act.tenant_id, one.source, one.message_id))
            for one in self._stored
            if any(said.code == PULL for said in read(one.told).told)
        }
        if wanted:
            jobs.ask(act.tenant_id, "pull", wanted, act.at, due=act.at)


def _undo_unless_whole(report: FileReport) -> None:
    if any(said.kind in _HOLDS for said in report.troubles):
        raise _Undone


def _under_another_id(one: Sent) -> Sent:
    return replace(one, message_id=f"{one.message_id}#{one.digest[:16]}")


def outcome_of(message_id: str, report: FileReport) -> Outcome:
    """Say what became of a message by what taking it in reported."""
    state: State = "held" if any(map(_holds, report.troubles)) else "taken"
    more = sum(report.more.values()) + max(0, len(report.troubles) - MOST_TOLD)
    rows = sum(report.added.values())
    return Outcome(message_id, state, rows, said_of(report.troubles), more)


def _holds(said: Trouble) -> bool:
    return said.kind in _HOLDS and said.code != PULL


def stored(one: Sent, outcome: Outcome) -> Stored:
    """Make the record of a message."""
    worst = outcome.told[0] if outcome.told and outcome.state != "taken" else None
    return Stored(
        source=one.source,
        message_id=one.message_id,
        received_at=one.received_at,
        sha256=one.digest,
        body=one.body,
        authenticity=one.authenticity,
        state="taken" if outcome.state == "taken" else "held",
        held=f"{worst.code}: {worst.reason}" if worst else "",
        rows=outcome.rows,
        feed_id=one.feed_id,
        told=written(outcome),
        cure=worst.cure if worst else "",
    )
