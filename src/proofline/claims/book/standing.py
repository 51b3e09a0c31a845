"""Where the lines stand: the entries of a book replayed, each step held against the table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, field, structs

from proofline.claims.book.basis import Basis
from proofline.claims.book.log import Act, Change, Entry
from proofline.claims.book.steps import steps
from proofline.claims.claim import Claim, ClaimLine, State
from proofline.claims.trouble import ClaimsError

SUBMIT = "submit"
"""The kind of the entries that send."""

RECORD = "record"
"""The kind of the entries that tell answers of a payer, and steps of a person."""

DETACH = "detach"
"""The kind of the entries that take an answer off a line to which a person had attached it."""

HOLD = "Hold it, with a reason, and draft again; ask the payer which answer holds."
"""What is done with a line drawn anew that was paid meanwhile."""

GIVE_UP = "Give its correction up: it stands again as the payer answered it."
"""What is done with a corrected line that was paid meanwhile: it cannot be held."""

BESIDE = "provider adjustment"
"""The kind of what tells of money of a claim's payment that is of no line."""


class Standing(Struct, frozen=True):
    """Where a line stands: its state, the claim that carries it, and how often it was sent.

    `held` is the reason of a hold, empty where there is none; `answered` is the detail of the last
    answer, such as the payer's claim number; `basis` is the decision that it was drawn from last.
    """

    line_id: str
    state: State
    claim_id: str
    held: str = ""
    sent: int = 0
    answered: dict[str, str] = field(default_factory=dict)
    basis: Basis | None = None


def with_held_lines(standings: Iterable[Standing]) -> set[str]:
    """Give the claims that carry a held line until they are drawn anew without it."""
    return {one.claim_id for one in standings if one.held}


class Told(Struct, frozen=True):
    """One step in the story of a line: the entry's number, its act, and the change."""

    number: int
    kind: str
    act: Act
    change: Change

    @property
    def answer(self) -> tuple[str, str]:
        """What tells the answer of this step from others: its mark, and what it says."""
        detail = self.change.detail
        return detail.get("answer", ""), detail.get("content", "")


def upheld(story: Iterable[Told]) -> list[Told]:
    """Give the steps of a line that hold: no answer that was taken off it, nor the taking off."""
    found: list[Told] = []
    for told in story:
        if told.kind == DETACH:
            found = [one for one in found if one.answer != told.answer]
        else:
            found.append(told)
    return found


class Ledger(Struct):
    """All that the entries amount to; `as_of` is the day of the decisions drawn last."""

    lines: dict[str, Standing] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    stories: dict[str, list[Told]] = field(default_factory=dict)
    controls: dict[str, int] = field(default_factory=dict)
    submissions: dict[int, tuple[str, ...]] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    as_of: date | None = None

    def take(self, entry: Entry) -> None:
        """Take an entry in, whole; `following` refuses what may not be."""
        following = self.following(entry)
        self.claims.update((claim.claim_id, claim) for claim in entry.claims)
        self.controls.update(entry.controls)
        aside = self.aside | entry.aside
        self.aside = {key: said for key, said in aside.items() if said}
        self.as_of = entry.as_of or self.as_of
        self.lines.update(following)
        for change in entry.changes:
            told = Told(entry.number, entry.kind, entry.act, change)
            self.stories.setdefault(change.line_id, []).append(told)
        if entry.kind == SUBMIT:
            sent = dict.fromkeys(self.lines[one.line_id].claim_id for one in entry.changes)
            self.submissions[entry.number] = tuple(sent)

    def following(self, entry: Entry) -> dict[str, Standing]:
        """Give where the lines of an entry stand after it.

        Errors: ClaimsError if the table of steps, a hold or a missing reason is against a change.
        """
        following: dict[str, Standing] = {}
        for change in entry.changes:
            now = following.get(change.line_id) or self.lines.get(change.line_id)
            following[change.line_id] = _after(now, change, entry)
        return following

    def line(self, line_id: str) -> ClaimLine:
        """Give a line as the claim that carries it now has it."""
        claim = self.claims[self.lines[line_id].claim_id]
        return next(line for line in claim.lines if line.line_id == line_id)

    def current(self, states: Iterable[State]) -> list[Claim]:
        """Give the claims whose lines all stand in some states and are still carried by them."""
        wanted = set(states)
        return [
            claim
            for claim in self.claims.values()
            if all(
                (now := self.lines.get(line.line_id)) is not None
                and now.claim_id == claim.claim_id
                and now.state in wanted
                for line in claim.lines
            )
        ]


def _after(now: Standing | None, change: Change, entry: Entry) -> Standing:
    if now is None:
        if change.to != "drawn" or not change.claim_id:
            raise refused(change.line_id, "is not in the book", "Draft it first.")
        return Standing(change.line_id, "drawn", change.claim_id, basis=change.basis)
    if change.to is not None:
        _refuse_step(now, change.to, entry, back=bool(change.claim_id))
    return structs.replace(
        now,
        state=change.to or now.state,
        claim_id=change.claim_id or now.claim_id,
        held=now.held if change.held is None else change.held,
        sent=now.sent + (entry.kind == SUBMIT),
        answered=_answered(now, change),
        basis=change.basis or now.basis,
    )


def _answered(now: Standing, change: Change) -> dict[str, str]:
    """Give the detail of the last answer: money kept beside the claims answers no line."""
    if change.left is not None:
        return change.left
    beside = change.detail.get("kind") == BESIDE
    return now.answered if beside or not change.detail else change.detail


def _refuse_step(now: Standing, to: State, entry: Entry, *, back: bool) -> None:
    given_up = entry.kind == RECORD and back and now.state == "corrected"
    allowed = steps().take_back if given_up or entry.kind == DETACH else steps().allow
    if not allowed(now.state, to):
        raise refused(
            now.line_id,
            f"is {now.state} and cannot become {to}",
            "See its story; a line is sent again only after it was rejected or corrected.",
        )
    if now.held and to in {"ready", "submitted"}:
        raise refused(now.line_id, "is held", "Release it, with a reason.")
    if (needed := steps().reasons.get(to)) and not entry.act.why.strip():
        raise refused(now.line_id, f"cannot become {to} without a reason", f"Say {needed}.")


def refused(line_id: str, what: str, remedy: str) -> ClaimsError:
    """The refusal of a step of a line."""
    return ClaimsError("claims.step_refused", f"Line {line_id} {what}.", remedy)


def moved_on(line_id: str) -> ClaimsError:
    """The refusal of a step of a claim that no longer carries a line of its own."""
    return refused(
        line_id,
        "was drawn into another claim",
        "Take the claim that carries it now; its story names it.",
    )
