"""The door of the book: what may be done with lines, each act whole, checked and durable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from msgspec import structs

from proofline.claims.book.acting import refuse_nobody, refuse_silence
from proofline.claims.book.basis import Basis, Decided
from proofline.claims.book.corrections import corrections, sent_as
from proofline.claims.book.log import NAME, Act, Chained, Change, Entry, Log
from proofline.claims.book.standing import (
    DETACH,
    GIVE_UP,
    HOLD,
    RECORD,
    SUBMIT,
    Ledger,
    Standing,
    Told,
    moved_on,
    refused,
)
from proofline.claims.claim import Cents, Claim, State
from proofline.claims.drawing import reduced, told_before
from proofline.claims.trouble import ClaimsError

UNSENT: tuple[State, ...] = ("drawn", "ready")
_SENDING: dict[State, State] = {"ready": "submitted", "corrected": "submitted"}
_READYING: dict[State, State] = {"drawn": "ready", "ready": "ready"}
_FARTHEST_EAST = timedelta(hours=14)  # where a day begins first
CONTROLS = {"interchange": 999_999_999, "group": 999_999_999, "set": 999_999_999}
"""Highest control numbers: ISA13 and GS06 have up to nine digits, ST02 up to nine marks."""


def sent_until(at: datetime) -> date:
    """Give the last day of service that is sent at an instant: what it is where a day begins."""
    return (at + _FARTHEST_EAST).date()


class Book:
    """The lines of a practice and their claims, in one folder (or a database) that one log fills.

    Several processes may hold one book: each act locks it, reads what others added, is checked
    against that, and is on disk before the call returns.
    """

    def __init__(self, kept: Path | Chained[Entry]) -> None:
        """Open a book by its folder or its log; a new folder is a new book.

        Errors: ClaimsError if it is damaged.
        """
        self._log = Log(kept, NAME, Entry) if isinstance(kept, Path) else kept
        self._ledger = Ledger()
        self.refresh()

    def refresh(self) -> None:
        """Take in what others have added."""
        for entry in self._log.news():
            self._ledger.take(entry)

    @property
    def lines(self) -> Mapping[str, Standing]:
        """Every line by its id."""
        return self._ledger.lines

    @property
    def claims(self) -> Mapping[str, Claim]:
        """Every claim ever written down, by its id; `current` says which of them carry lines."""
        return self._ledger.claims

    @property
    def aside(self) -> Mapping[str, str]:
        """The answers that a person set aside, by their keys."""
        return self._ledger.aside

    def current(self, *states: State) -> list[Claim]:
        """Give the claims all of whose lines stand in these states, in the order of drawing."""
        return self._ledger.current(states)

    def story(self, line_id: str) -> Sequence[Told]:
        """Give all that happened to a line, in order."""
        return self._ledger.stories.get(line_id, [])

    def draw(
        self,
        claims: Iterable[Claim],
        act: Act,
        *,
        judged: Iterable[str] = (),
        decided: Decided | None = None,
    ) -> Entry | None:
        """Write drawn claims down; what is already there unchanged adds nothing (None).

        Lines that were sent, or are held, stay as they are; those that were rejected are drawn into
        a new claim. `judged` are enrollments that were decided just now, or are no longer in the
        evidence: lines of theirs not yet sent that are no longer drawn are given up, held ones
        too, for their decision is no longer billable.

        Errors: ClaimsError if later decisions than these were drawn before, without a reason.
        """
        with self._log.writing():
            self.refresh()
            self.refuse_older(decided)
            asked = list(claims)
            fresh = [self._writable(claim) for claim in asked]
            changed = [claim for claim in fresh if claim.lines and not self._same(claim)]
            moved = {line.line_id: one.claim_id for one in changed for line in one.lines}
            changes = [
                Change(line_id, "drawn", claim_id, basis=_basis(decided, line_id))
                for line_id, claim_id in moved.items()
            ]
            changes += self._decided_anew(fresh, moved, decided)
            still = {line.line_id for claim in asked for line in claim.lines}
            lost = self._lost(still, set(judged))
            changes += [Change(one, "voided", basis=_basis(decided, "")) for one in lost]
            as_of = None if decided is None else decided.as_of
            if not changes and as_of == self._ledger.as_of:
                return None
            why = act.why or "drawn from decisions; those no longer billable are given up"
            why = f"older decisions: {decided.older}" if decided and decided.older else why
            act = structs.replace(act, why=why)
            return self._add(Entry(0, "draw", act, tuple(changes), tuple(changed), as_of=as_of))

    def refuse_older(self, decided: Decided | None) -> None:
        """Refuse decisions older than those that were drawn last. Errors: ClaimsError."""
        last = self._ledger.as_of
        if last is None or (decided and (decided.as_of >= last or decided.older.strip())):
            return
        day = f"of {decided.as_of}" if decided else "of a day that nobody said"
        raise ClaimsError(
            "claims.older_decisions",
            f"The decisions are {day}; the book was drawn from those of {last}. What became known"
            " since would be forgotten.",
            f"Draft as of {last} or later; if that day was a mistake, say so: --older REASON.",
        )

    def _decided_anew(
        self, fresh: Iterable[Claim], moved: Mapping[str, str], decided: Decided | None
    ) -> list[Change]:
        """Note for lines that stay as they are that a later decision says the same."""
        kept = [line.line_id for claim in fresh for line in claim.lines]
        return [
            Change(line_id, basis=decided.basis(line_id))
            for line_id in (kept if decided else ())
            if decided
            and line_id not in moved
            and self.lines[line_id].basis != decided.basis(line_id)
        ]

    def _writable(self, claim: Claim) -> Claim:
        """Leave out of a claim the lines that are not to be drawn again."""
        keep = {line.line_id for line in claim.lines if self._open(line.line_id)}
        sent = [self.lines[line_id].sent for line_id in keep if line_id in self.lines]
        return reduced(claim, keep, attempt=1 + max(sent, default=0))

    def _open(self, line_id: str) -> bool:
        now = self.lines.get(line_id)
        if now is None:
            return True
        given_up = now.state == "voided" and now.sent == 0
        rejected = now.state == "rejected" and self._original(now)
        return not now.held and (now.state in UNSENT or rejected or given_up)

    def _original(self, now: Standing) -> bool:
        return self.claims[now.claim_id].frequency == "1"

    def _same(self, claim: Claim) -> bool:
        return self.claims.get(claim.claim_id) == claim and all(
            self.lines[line.line_id].claim_id == claim.claim_id
            and self.lines[line.line_id].state in UNSENT
            for line in claim.lines
        )

    def _lost(self, still: set[str], judged: set[str]) -> list[str]:
        return [
            one.line_id
            for one in self.lines.values()
            if one.state in UNSENT
            and one.line_id not in still
            and self._enrollment(one.line_id) in judged
        ]

    def enrollments(self, practices: Iterable[str]) -> set[str]:
        """Give the enrollments of lines that are billed under one of these NPIs; blank is none."""
        billed = set(practices) - {""}
        return {
            self._enrollment(one.line_id)
            for one in self.lines.values()
            if self.claims[one.claim_id].billing.npi in billed
        }

    def overtaken(self, drawn: Iterable[str], judged: Iterable[str]) -> list[str]:
        """Give the lines that were sent though their decision, judged anew, no longer draws them.

        They are not touched: what was billed is amended by a person.
        """
        still, enrollments = set(drawn), set(judged)
        return [
            one.line_id
            for one in self.lines.values()
            if one.state not in {*UNSENT, "rejected", "voided"}
            and one.line_id not in still
            and self._enrollment(one.line_id) in enrollments
        ]

    def _enrollment(self, line_id: str) -> str:
        return self._ledger.line(line_id).decision_key.rsplit(" ", 3)[0]

    def hold(self, line_ids: Iterable[str], act: Act) -> Entry:
        """Hold lines that are not sent yet; the act says why. Their claims are drawn anew."""
        return self._hold(line_ids, act, held=True)

    def release(self, line_ids: Iterable[str], act: Act) -> Entry:
        """Release held lines; the act says why."""
        return self._hold(line_ids, act, held=False)

    def _hold(self, line_ids: Iterable[str], act: Act, *, held: bool) -> Entry:
        kind = "hold" if held else "release"
        refuse_silence(act, f"{kind} a line")
        with self._log.writing():
            self.refresh()
            changes = []
            for line_id in line_ids:
                now = self.lines.get(line_id)
                open_ = now and (now.state in UNSENT or (now.state == "voided" and not now.sent))
                if now is None or not open_ or bool(now.held) == held:
                    raise refused(line_id, f"is not there to {kind}", "Look at its story.")
                to: State | None = None if now.state == "voided" else "drawn"
                changes.append(Change(line_id, to, held=act.why if held else ""))
            return self._add(Entry(0, kind, act, tuple(changes)))

    def make_ready(self, claim_ids: Iterable[str], act: Act) -> Entry:
        """Say that claims without a blocking edit may be sent.

        A claim may have lines that are ready already: those beside one that was held and released.
        """
        return self._step_claims("ready", claim_ids, act, lambda one: self._steps(one, _READYING))

    def submit(self, claim_ids: Iterable[str], act: Act) -> Entry:
        """Say that claims are being sent, before they are; never twice for the same line.

        Ready lines become submitted; corrected ones too, or voided where the claim is a void (8).
        The file is written after this returns; if that fails, `submission` gives the same claims
        once more, to be written with the same control numbers. A claim for a day after that of the
        act is refused, whatever day it was checked for.
        """
        return self._step_claims(SUBMIT, claim_ids, act, lambda one: self._sending(one, act))

    def unsendable(self, claim_ids: Iterable[str], act: Act) -> dict[str, ClaimsError]:
        """Give the claims that `submit` would refuse, each with why; nothing is written."""
        found = {}
        for claim_id in claim_ids:
            try:
                changes = self._sending(claim_id, act)
                self._ledger.following(Entry(0, SUBMIT, act, tuple(changes)))
            except ClaimsError as refusal:
                found[claim_id] = refusal
        return found

    def _step_claims(
        self, kind: str, claim_ids: Iterable[str], act: Act, steps: Callable[[str], list[Change]]
    ) -> Entry:
        with self._log.writing():
            self.refresh()
            asked = dict.fromkeys(claim_ids)
            changes = [change for one in asked for change in steps(one)]
            return self._add(Entry(0, kind, act, tuple(changes)))

    def _sending(self, claim_id: str, act: Act) -> list[Change]:
        """Give the steps of sending a claim, all of whose services must lie behind the act."""
        changes = self._steps(claim_id, _SENDING)
        for line in self.claims[claim_id].lines:
            if line.last_day > sent_until(act.at):
                raise refused(line.line_id, "is of a day to come", "Send it after that day.")
        return changes

    def _steps(self, claim_id: str, way: Mapping[State, State]) -> list[Change]:
        claim = self.claims.get(claim_id)
        if claim is None:
            raise ClaimsError(
                "claims.no_claim", f"The book has no claim {claim_id}.", "Draft first."
            )
        return [self._step(claim, line.line_id, way) for line in claim.lines]

    def _step(self, claim: Claim, line_id: str, way: Mapping[State, State]) -> Change:
        now = self.lines[line_id]
        if now.claim_id != claim.claim_id:
            raise moved_on(line_id)
        if now.state not in way:
            raise refused(line_id, f"is {now.state}", f"Only {' or '.join(way)} lines go so far.")
        if claim.frequency == "1" and self.paid(line_id) > (told_before(claim, line_id) or 0):
            raise refused(
                line_id,
                "was paid meanwhile; to send it anew would bill it twice",
                GIVE_UP if now.state == "corrected" else HOLD,
            )
        to: State = way[now.state]
        if claim.frequency == "8" and to == "submitted":
            to = "voided"
        return Change(line_id, to, basis=now.basis if to in {"submitted", "voided"} else None)

    def paid(self, line_id: str) -> Cents:
        """Give the cents that all remittances posted to a line come to."""
        totals = [told.change.detail.get("total") for told in self.story(line_id)]
        return next((int(cents) for cents in reversed(totals) if cents is not None), 0)

    def submission(self, number: int) -> list[Claim]:
        """Give the claims that one submission sent, by the number of its entry."""
        return [self.claims[claim_id] for claim_id in self._ledger.submissions[number]]

    def record(self, changes: Iterable[Change], act: Act) -> Entry | None:
        """Record answers of a payer and steps of a person: accepted, denied, paid, appealed.

        A line is drawn, made ready, sent and corrected only by the acts for that; it goes back to
        the claim that it was sent as where its correction is given up. The changes are asked for
        under the lock, when all is known that others wrote; if there is none, nothing is written
        (None).
        """
        with self._log.writing():
            self.refresh()
            listed = list(changes)
            for change in listed:
                back = change.claim_id in {"", sent_as(self.story(change.line_id))}
                if change.to in {"drawn", "ready", "submitted", "corrected"} or not back:
                    raise refused(change.line_id, f"is not made {change.to} by an answer", "")
            claims = dict.fromkeys(one.claim_id for one in listed if one.claim_id)
            back_to = tuple(self.claims[one] for one in claims)
            return self._add(Entry(0, RECORD, act, tuple(listed), back_to)) if listed else None

    def set_aside(self, answers: Mapping[str, str], act: Act) -> Entry:
        """Set answers aside, by their keys, each with why it waited; blank lets one wait again."""
        refuse_silence(act, "set an answer aside")
        with self._log.writing():
            self.refresh()
            return self._add(Entry(0, "aside", act, aside=dict(answers)))

    def detach(self, changes: Iterable[Change], act: Act) -> Entry:
        """Take answers off their lines again; `claims.detaching` makes the changes of that.

        They are asked for under the lock, as those of `record` are.
        """
        refuse_silence(act, "take an answer off a line")
        with self._log.writing():
            self.refresh()
            return self._add(Entry(0, DETACH, act, tuple(changes)))

    def correct(self, claim: Claim, act: Act, decided: Decided | None = None) -> Entry:
        """Write down the claim that corrects, replaces or voids what was adjudicated.

        It is made by `correcting`, checked by the edits and sent by `submit`. What was rejected was
        never adjudicated: it is drafted anew instead. The act says what was wrong; `decided` is
        what the claim was drawn anew from, None where it goes out as it was. A claim to the next
        payer is written down so too, when it tells all that was paid of its lines before.
        """
        with self._log.writing():
            self.refresh()
            if decided is not None:
                self.refuse_older(decided)
            if claim.claim_id in self.claims:
                raise ClaimsError(
                    "claims.claim_id",
                    f"The book has a claim {claim.claim_id} already.",
                    "Give the next attempt a claim id of its own.",
                )
            changes = corrections(self, claim, decided)
            return self._add(Entry(0, "correct", act, tuple(changes), (claim,)))

    def next_controls(self, act: Act, **wanted: int) -> dict[str, int]:
        """Take control numbers (`interchange`, `group`, `set`) and give the first of each kind.

        They are on disk before they are used, so that none is used twice; after the highest they
        begin again at 1.
        """
        with self._log.writing():
            self.refresh()
            first = {}
            last = {}
            for kind, count in wanted.items():
                used = self._ledger.controls.get(kind, 0)
                first[kind] = used + 1 if used + count <= CONTROLS[kind] else 1
                last[kind] = first[kind] + count - 1
            self._add(Entry(0, "controls", act, controls=last))
            return first

    def _add(self, entry: Entry) -> Entry:
        """Give an entry its number, and make it durable."""
        refuse_nobody(entry.act)
        entry = structs.replace(entry, number=self._log.following)
        self._ledger.following(entry)  # refuses, before anything is written
        self._log.add(entry)
        self._ledger.take(entry)
        return entry


def _basis(decided: Decided | None, line_id: str) -> Basis | None:
    return None if decided is None else decided.basis(line_id)
