"""The register of amendments: what was proposed, what people made of it, and the overpayments.

One append-only log beside the book, `amendments.ndjson`, chained as the book's own. It also keeps
the basis of every line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from proofline.claims.amending import cases
from proofline.claims.amending.amendment import Amendment
from proofline.claims.amending.cases import Case
from proofline.claims.amending.kept import KeptDecision
from proofline.claims.book import Act
from proofline.claims.book.log import Chained, Log
from proofline.claims.trouble import ClaimsError

NAME = "amendments.ndjson"
Standing = Literal["proposed", "accepted", "declined", "withdrawn"]


class Noted(Struct, frozen=True, omit_defaults=True):
    """One act: bases kept, amendments proposed, decided on (`to`), and cases as they are now."""

    number: int
    act: Act
    kind: str
    bases: tuple[KeptDecision, ...] = ()
    proposed: tuple[Amendment, ...] = ()
    decided: tuple[str, ...] = ()
    to: Standing = "proposed"
    cases: tuple[Case, ...] = ()
    as_of: date | None = None


class Proposal(Struct, frozen=True):
    """An amendment, where it stands, and the acts that proposed and decided it."""

    amendment: Amendment
    standing: Standing
    proposed: Act
    decided: Act | None = None


class Proposed(Struct, frozen=True):
    """What came of proposing: new amendments, ids withdrawn, and overpayments that opened."""

    amendments: tuple[Amendment, ...]
    withdrawn: tuple[str, ...]
    opened: tuple[Case, ...]


class Register:
    """All amendments of a book, in its folder (or a database)."""

    def __init__(self, kept: Path | Chained[Noted]) -> None:
        """Open a register by the folder of its book, or by its log.

        Errors: ClaimsError if it is damaged.
        """
        self._log = Log(kept, NAME, Noted) if isinstance(kept, Path) else kept
        self.bases: dict[str, list[tuple[Act, KeptDecision]]] = {}
        self.proposals: dict[str, Proposal] = {}
        self.cases: dict[str, Case] = {}
        self.known = date.min
        self.refresh()

    def refresh(self) -> None:
        """Take in what others have added."""
        for noted in self._log.news():
            self._take(noted)

    def _take(self, noted: Noted) -> None:
        self.known = max(self.known, noted.as_of or date.min)
        for basis in noted.bases:
            self.bases.setdefault(basis.line_id, []).append((noted.act, basis))
        for one in noted.proposed:
            self.proposals[one.amendment_id] = Proposal(one, "proposed", noted.act)
        for amendment_id in noted.decided:
            now = self.proposals[amendment_id]
            self.proposals[amendment_id] = structs.replace(
                now, standing=noted.to, decided=noted.act
            )
        for case in noted.cases:
            self.cases[case.case_id] = case

    def basis(self, line_id: str) -> KeptDecision | None:
        """Give what was kept of a decision last; None where nothing was."""
        told = self.bases.get(line_id)
        return told[-1][1] if told else None

    def proposal(self, amendment_id: str) -> Proposal:
        """Give a proposal. Errors: ClaimsError if there is none such."""
        if amendment_id not in self.proposals:
            raise ClaimsError(
                "claims.no_amendment",
                f"There is no amendment {amendment_id}.",
                "See `proofline amendments list`.",
            )
        return self.proposals[amendment_id]

    def case(self, case_id: str) -> Case:
        """Give an overpayment. Errors: ClaimsError if there is none such."""
        if case_id not in self.cases:
            raise ClaimsError(
                "claims.no_overpayment",
                f"There is no overpayment {case_id}.",
                "See `proofline overpayments list`.",
            )
        return self.cases[case_id]

    def keep(self, bases: Iterable[KeptDecision], act: Act, as_of: date) -> int:
        """Keep what lines are drawn from; what is kept already adds nothing. Gives how many.

        `as_of` is the day of which it was decided; `known` is the latest such day.
        """
        with self._log.writing():
            self.refresh()
            fresh = tuple(one for one in bases if self.basis(one.line_id) != one)
            if fresh:
                self._add(Noted(self._log.following, act, "keep", bases=fresh, as_of=as_of))
        return len(fresh)

    def propose(
        self,
        found: Sequence[Amendment],
        act: Act,
        opening: Callable[[Amendment], Case | None],
        *,
        aside: Collection[str] = (),
    ) -> Proposed:
        """Propose what is new, and withdraw what was proposed and is found no more.

        `opening` gives the overpayment that an amendment means as the money stands now; None where
        there is none. Cases are opened and brought up to date by it; one whose line stands again is
        marked, and only a person closes it. What was declined is not proposed again. Lines `aside`
        were not compared, so that nothing of theirs is withdrawn.
        """
        with self._log.writing():
            self.refresh()
            new = [one for one in found if self._fresh(one)]
            still = {one.amendment_id for one in found}
            gone = [
                key
                for key, one in self.proposals.items()
                if one.standing == "proposed"
                and key not in still
                and one.amendment.line_id not in aside
            ]
            moved = self._money(new, gone, opening)
            opened = [one for one in moved if one.case_id not in self.cases]
            if gone:
                number = self._log.following
                self._add(Noted(number, act, "withdraw", decided=tuple(gone), to="withdrawn"))
            if new or moved:
                number = self._log.following
                self._add(Noted(number, act, "propose", (), tuple(new), cases=tuple(moved)))
        return Proposed(tuple(new), tuple(gone), tuple(opened))

    def _fresh(self, one: Amendment) -> bool:
        known = self.proposals.get(one.amendment_id)
        return known is None or known.standing == "withdrawn"

    def _money(
        self, new: list[Amendment], gone: list[str], opening: Callable[[Amendment], Case | None]
    ) -> list[Case]:
        """Give the cases that the money of amendments opens, changes or ends."""
        newest = self._newest(new, gone)
        fresh = {one.amendment_id for one in new}
        found: dict[str, Case] = {}
        for one in newest.values():
            key = one.amendment_id
            case = self._case(opening(one), key, again=key in fresh)
            if case is not None:
                found[case.case_id] = case
        again = {line_id for line_id, one in newest.items() if one.kind == "upgrade"}
        found |= self._overtaken(found, gone, again)
        return [case for key, case in found.items() if self.cases.get(key) != case]

    def _newest(self, new: list[Amendment], gone: list[str]) -> dict[str, Amendment]:
        """Give what was said last of each line, of all that is proposed or accepted.

        What is earned beside a line says nothing of the line.
        """
        told = [
            one
            for key, one in self.proposals.items()
            if key not in gone and one.standing in {"proposed", "accepted"}
        ]
        before = [one.amendment for one in sorted(told, key=lambda one: one.proposed.at)]
        return {one.line_id: one for one in (*before, *new) if one.was.code}

    def _case(self, case: Case | None, key: str, *, again: bool) -> Case | None:
        """Give the case of one amendment as it is now; None where it stays as it is."""
        had = next((one for one in self.cases.values() if one.amendment_id == key), None)
        if had and (had.settled or (had.closed not in {"", _UNPAID} and not again)):
            return None  # a person settled or closed it
        if case is not None:
            known = [one for one in self.cases.values() if one.line_id == case.line_id]
            return cases.carried(case, [one for one in known if not one.settled])
        return None if had is None or had.closed else structs.replace(had, closed=_UNPAID)

    def _overtaken(
        self, found: Mapping[str, Case], gone: Collection[str], again: Collection[str]
    ) -> dict[str, Case]:
        """Give the open cases of lines that have another now, or that stand again.

        A line stands again where its amendment is `gone`, or was accepted and it is `again` found
        to be billable.
        """
        after = {case.line_id: case.case_id for case in found.values() if not case.closed}
        told = {}
        for key, case in self.cases.items():
            if key in found or case.closed or case.settled:
                continue
            if case.line_id in after:
                told[key] = structs.replace(case, closed=f"taken over by {after[case.line_id]}")
            elif case.amendment_id in gone or case.line_id in again:
                told[key] = structs.replace(case, remark=_STANDS_AGAIN)
        return told

    def accept(self, amendment_id: str, act: Act, identified: date | None = None) -> Proposal:
        """Accept a proposal: from now on its line is compared with today's decision.

        `identified` is an earlier day on which somebody knew of the overpayment already.
        """
        with self._log.writing():
            now = self._open(amendment_id, act)
            moved = tuple(
                cases.identified_earlier(case, identified)
                for case in self._cases_of(amendment_id)
                if identified is not None
            )
            self._decide(now, act, "accepted", bases=self._after(now.amendment), cases=moved)
        return self.proposals[amendment_id]

    def _after(self, amendment: Amendment) -> tuple[KeptDecision, ...]:
        """Give what the lines of a period are compared with from now on."""
        known = self.basis(amendment.line_id)
        if known is None or any(one.line_id == known.line_id for one in amendment.today):
            return amendment.today
        return (*amendment.today, structs.replace(known, outcome="not_billable", units=0))

    def decline(self, amendment_id: str, act: Act) -> Proposal:
        """Decline a proposal, which closes its case with the reason."""
        with self._log.writing():
            now = self._open(amendment_id, act)
            ends = tuple(
                structs.replace(case, closed=f"declined: {act.why}")
                for case in self._cases_of(amendment_id)
                if not case.settled
            )
            self._decide(now, act, "declined", cases=ends)
        return self.proposals[amendment_id]

    def change(self, case_id: str, kind: str, act: Act, how: Callable[[Case], Case]) -> Case:
        """Suspend, resume or return: `how` gives the case as it is then, or refuses."""
        with self._log.writing():
            self.refresh()
            _refuse_silence(act, kind)
            case = how(self.case(case_id))
            self._add(Noted(self._log.following, act, kind, cases=(case,)))
        return case

    def _open(self, amendment_id: str, act: Act) -> Proposal:
        self.refresh()
        now = self.proposal(amendment_id)
        if now.standing != "proposed":
            raise ClaimsError(
                "claims.amendment_decided",
                f"Amendment {amendment_id} is {now.standing}.",
                "What was decided stays; find again if something changed since.",
            )
        _refuse_silence(act, "decide on an amendment")
        return now

    def _cases_of(self, amendment_id: str) -> list[Case]:
        return [case for case in self.cases.values() if case.amendment_id == amendment_id]

    def _decide(
        self,
        now: Proposal,
        act: Act,
        to: Standing,
        *,
        bases: tuple[KeptDecision, ...] = (),
        cases: tuple[Case, ...] = (),
    ) -> None:
        key = now.amendment.amendment_id
        kind = {"accepted": "accept", "declined": "decline"}[to]
        self._add(Noted(self._log.following, act, kind, bases, (), (key,), to, cases))

    def _add(self, noted: Noted) -> None:
        if not noted.act.who.strip() or noted.act.at.tzinfo is None:
            raise ClaimsError(
                "claims.act",
                "An act needs somebody who does it and an instant with its offset.",
                "Say who, and when.",
            )
        self._log.add(noted)
        self._take(noted)


_UNPAID = "nothing of it is paid any more"
_STANDS_AGAIN = "found no more: the line stands again on the evidence that was looked at last"


def _refuse_silence(act: Act, what: str) -> None:
    if not act.why.strip():
        raise ClaimsError("claims.reason", f"To {what} needs a reason.", "Say why; it is kept.")
