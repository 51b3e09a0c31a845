"""The door of the book: what may be done with lines, each act whole, checked and durable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import structs

from proofline.claims.book.log import NAME, Act, Chained, Change, Entry, Log
from proofline.claims.book.standing import SUBMIT, Ledger, Standing, Told, refused
from proofline.claims.claim import Claim, State
from proofline.claims.drawing import reduced
from proofline.claims.trouble import ClaimsError

UNSENT: tuple[State, ...] = ("drawn", "ready")
CONTROLS = {"interchange": 999_999_999, "group": 999_999_999, "set": 999_999_999}
"""Highest control numbers: ISA13 and GS06 have up to nine digits, ST02 up to nine marks."""


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

    def current(self, *states: State) -> list[Claim]:
        """Give the claims all of whose lines stand in these states, in the order of drawing."""
        return self._ledger.current(states)

    def story(self, line_id: str) -> Sequence[Told]:
        """Give all that happened to a line, in order."""
        return self._ledger.stories.get(line_id, [])

    def draw(
        self, claims: Iterable[Claim], act: Act, *, judged: Iterable[str] = ()
    ) -> Entry | None:
        """Write drawn claims down; what is already there unchanged adds nothing (None).

        Lines that were sent, or are held, stay as they are; those that were rejected are drawn into
        a new claim. `judged` are enrollments that were decided just now: lines of theirs not yet
        sent that are no longer drawn are given up, for their decision is no longer billable.
        """
        with self._log.writing():
            self.refresh()
            fresh = [self._writable(claim) for claim in claims]
            changed = [claim for claim in fresh if claim.lines and not self._same(claim)]
            changes = [
                Change(line.line_id, "drawn", claim.claim_id)
                for claim in changed
                for line in claim.lines
            ]
            drawn = {line.line_id for claim in fresh for line in claim.lines}
            lost = self._lost(drawn, set(judged))
            if not changes and not lost:
                return None
            given_up = [Change(line_id, "voided") for line_id in lost]
            why = act.why or "drawn from decisions; those no longer billable are given up"
            return self._add(
                "draw", structs.replace(act, why=why), [*changes, *given_up], claims=changed
            )

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
        return not now.held and (now.state in {*UNSENT, "rejected"} or given_up)

    def _same(self, claim: Claim) -> bool:
        return self.claims.get(claim.claim_id) == claim and all(
            self.lines[line.line_id].claim_id == claim.claim_id
            and self.lines[line.line_id].state in UNSENT
            for line in claim.lines
        )

    def _lost(self, drawn: set[str], judged: set[str]) -> list[str]:
        return [
            one.line_id
            for one in self.lines.values()
            if one.state in UNSENT
            and one.line_id not in drawn
            and not one.held
            and self._enrollment(one.line_id) in judged
        ]

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
        if not act.why.strip():
            raise ClaimsError(
                "claims.reason", f"To {kind} a line needs a reason.", "Say why; it is kept."
            )
        with self._log.writing():
            self.refresh()
            changes = []
            for line_id in line_ids:
                now = self.lines.get(line_id)
                if now is None or now.state not in UNSENT or bool(now.held) == held:
                    raise refused(line_id, f"is not there to {kind}", "Look at its story.")
                changes.append(Change(line_id, "drawn", held=act.why if held else ""))
            return self._add(kind, act, changes)

    def make_ready(self, claim_ids: Iterable[str], act: Act) -> Entry:
        """Say that claims without a blocking edit may be sent.

        A claim may have lines that are ready already: those beside one that was held and released.
        """
        return self._step_claims("ready", claim_ids, act, {"drawn": "ready", "ready": "ready"})

    def submit(self, claim_ids: Iterable[str], act: Act) -> Entry:
        """Say that claims are being sent, before they are; never twice for the same line.

        Ready lines become submitted; corrected ones too, or voided where the claim is a void (8).
        The file is written after this returns; if that fails, `submission` gives the same claims
        once more, to be written with the same control numbers.
        """
        return self._step_claims(
            SUBMIT, claim_ids, act, {"ready": "submitted", "corrected": "submitted"}
        )

    def _step_claims(
        self, kind: str, claim_ids: Iterable[str], act: Act, way: Mapping[State, State]
    ) -> Entry:
        with self._log.writing():
            self.refresh()
            changes = []
            for claim_id in dict.fromkeys(claim_ids):
                claim = self.claims.get(claim_id)
                if claim is None:
                    raise ClaimsError(
                        "claims.no_claim", f"The book has no claim {claim_id}.", "Draft first."
                    )
                changes += [self._step(claim, line.line_id, way) for line in claim.lines]
            return self._add(kind, act, changes)

    def _step(self, claim: Claim, line_id: str, way: Mapping[State, State]) -> Change:
        now = self.lines[line_id]
        if now.claim_id != claim.claim_id:
            raise refused(line_id, "was drawn into another claim", "Take the claims of `current`.")
        if now.state not in way:
            raise refused(line_id, f"is {now.state}", f"Only {' or '.join(way)} lines go so far.")
        if claim.frequency == "1" and self._money(line_id) > 0:
            raise refused(
                line_id,
                "was paid meanwhile; to send it anew would bill it twice",
                "Hold it, with a reason, and draft again; ask the payer which answer holds.",
            )
        to: State = way[now.state]
        if claim.frequency == "8" and to == "submitted":
            to = "voided"
        return Change(line_id, to)

    def _money(self, line_id: str) -> int:
        """Give the cents that all remittances posted to a line come to."""
        totals = [told.change.detail.get("total") for told in self.story(line_id)]
        return next((int(cents) for cents in reversed(totals) if cents is not None), 0)

    def submission(self, number: int) -> list[Claim]:
        """Give the claims that one submission sent, by the number of its entry."""
        return [self.claims[claim_id] for claim_id in self._ledger.submissions[number]]

    def record(self, changes: Iterable[Change], act: Act) -> Entry | None:
        """Record answers of a payer and steps of a person: accepted, denied, paid, appealed.

        A line is drawn, made ready, sent and corrected only by the acts for that. The changes are
        asked for under the lock, when all is known that others wrote; if there is none, nothing is
        written (None).
        """
        with self._log.writing():
            self.refresh()
            listed = list(changes)
            for change in listed:
                if change.to in {"drawn", "ready", "submitted", "corrected"} or change.claim_id:
                    raise refused(change.line_id, f"is not made {change.to} by an answer", "")
            return self._add("record", act, listed) if listed else None

    def correct(self, claim: Claim, act: Act) -> Entry:
        """Write down the claim that corrects, replaces or voids what was adjudicated.

        It is made by `correcting`, checked by the edits and sent by `submit`. What was rejected was
        never adjudicated: it is drafted anew instead. The act says what was wrong.
        """
        with self._log.writing():
            self.refresh()
            if claim.claim_id in self.claims:
                raise ClaimsError(
                    "claims.claim_id",
                    f"The book has a claim {claim.claim_id} already.",
                    "Give the next attempt a claim id of its own.",
                )
            changes = []
            for line in claim.lines:
                now = self.lines.get(line.line_id)
                if now and claim.frequency == "1" and now.state in {"paid", "partly_paid"}:
                    raise refused(
                        line.line_id,
                        f"is {now.state}; a new claim would be its duplicate",
                        "Replace or void the claim where the payer takes that; else ask for a"
                        " reopening.",
                    )
                changes.append(Change(line.line_id, "corrected", claim.claim_id))
            return self._add("correct", act, changes, claims=[claim])

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
            self._add("controls", act, (), controls=last)
            return first

    def _add(
        self,
        kind: str,
        act: Act,
        changes: Sequence[Change],
        *,
        claims: Iterable[Claim] = (),
        controls: dict[str, int] | None = None,
    ) -> Entry:
        _refuse_nobody(act.who, act.at)
        number = self._log.following
        entry = Entry(number, kind, act, tuple(changes), tuple(claims), controls or {})
        self._ledger.following(entry)  # refuses, before anything is written
        self._log.add(entry)
        self._ledger.take(entry)
        return entry


def _refuse_nobody(who: str, at: datetime) -> None:
    if not who.strip() or at.tzinfo is None:
        raise ClaimsError(
            "claims.act",
            "An act in the book needs somebody who does it and an instant with its offset.",
            "Say who, and when.",
        )
