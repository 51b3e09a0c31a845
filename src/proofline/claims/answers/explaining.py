"""One answered line: why the payer refused it, what that questions here, and what answers it.

The decision that the line was drawn from is given by the caller, who decides anew on the evidence;
nothing is shown of a requirement that the line was never decided on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from proofline.claims.answers.details import Detail, agreed, denials, remitted, taken, told_of
from proofline.claims.answers.lists import Underpaid, shortfall
from proofline.claims.answers.matching import differences
from proofline.claims.answers.reasons import NOTHING, Do, Reason, named, reasons
from proofline.claims.book import Book
from proofline.claims.book.basis import digest_of
from proofline.claims.claim import Cents, Claim, ClaimLine, State
from proofline.claims.drawing import identity
from proofline.claims.payers.terms import Terms
from proofline.claims.sheets.directory import Directory
from proofline.claims.trouble import ClaimsError

Status = Literal["met", "unmet", "unproven"]


class Questioned(Struct, frozen=True):
    """A requirement that the payer questions, with what was found of it: value, bound, citation.

    `met` speaks for the line; `unmet` and `unproven` mean that the payer may well be right.
    """

    requirement: str
    status: Status
    fact: str
    value: object
    needs: str
    text: str
    cite: str


class Cause(Struct, frozen=True):
    """One denying reason: group and CARC, cents, what it comes to here, and what answers it.

    `of_claim` tells that the cents are of the whole claim, which was refused as one. `on_file` says
    `nothing on file answers this` where no requirement of the line bears on it, and is empty else;
    `answer` is what can be done.
    """

    group: str
    code: str
    amount: Cents
    means: str
    cause: str
    do: Do
    answer: str
    on_file: str = ""
    questioned: tuple[Questioned, ...] = ()
    evidence: tuple[str, ...] = ()
    grade: str = ""
    of_claim: bool = False

    @property
    def answered(self) -> bool:
        """Whether the evidence holds against it: something is questioned, and all of it is met."""
        found = self.questioned
        return bool(found) and all(one.status == "met" for one in found)


class Agreed(Struct, frozen=True):
    """One adjustment that refuses nothing: group and CARC, cents, and what it comes to here."""

    group: str
    code: str
    amount: Cents
    means: str


class Explained(Struct, frozen=True):
    """A line with what its payer said last. `last_day` is None where no deadline is known or open.

    `terms` are the payer's, with the source of the deadline. `overtaken` means that the decision,
    made anew, is no longer billable: amend before answering. `taken_back` means that nothing stands
    of what was answered: a reversal, and nothing after it. `changed` tells whether the decision
    made anew says otherwise than the one that the line was drawn from, None where that is unknown;
    `short` what was allowed less than expected. `agreed` is what was taken off without a refusal,
    `differs` where the payer speaks of the line otherwise than we billed it.
    """

    line: ClaimLine
    claim_id: str
    state: State
    paid: Cents
    remitted_on: date | None
    causes: tuple[Cause, ...]
    remarks: tuple[tuple[str, str], ...]
    terms: Terms
    last_day: date | None
    final: bool
    overtaken: bool
    taken_back: bool = False
    changed: bool | None = None
    short: Underpaid | None = None
    agreed: tuple[Agreed, ...] = ()
    differs: tuple[str, ...] = ()


def explain(
    book: Book,
    line_id: str,
    decision: Mapping[str, Any] | None,
    directory: Directory | None = None,
) -> Explained:
    """Explain what the payer said last of a line; `decision` is None where none stands any more.

    The deadline is that of the payer in the directory, else that of its kind.

    Errors: ClaimsError if the line is not in the book, has no remittance, or the decision is that
    of another line.
    """
    claim, line = _line(book, line_id)
    posted = remitted(book, line_id)
    if not posted:
        raise ClaimsError(
            "claims.not_answered",
            f"No remittance was posted to line {line_id}; it is {book.lines[line_id].state}.",
            "Post it with `proofline remits match`, or see what waits there.",
        )
    if decision is not None and identity(decision)[0] != line_id:
        raise ClaimsError(
            "claims.other_decision", f"The decision is not that of line {line_id}.", "Take its own."
        )
    stand = told_of(posted, line.charge)
    remarks = tuple(dict.fromkeys(code for one in stand for code in one["remarks"].split()))
    known = reasons().remark
    final = any(known[code].final for code in remarks if code in known)
    causes = tuple(_cause(told, one, decision) for told in stand for one in denials(told))
    terms = (directory or Directory()).terms(claim.coverages[0].payer)
    on = date.fromisoformat((stand or posted)[-1]["paid_on"])
    return Explained(
        line=line,
        claim_id=claim.claim_id,
        state=book.lines[line_id].state,
        paid=int(posted[-1]["total"]),
        remitted_on=on,
        causes=causes,
        remarks=tuple((code, known[code].means if code in known else "") for code in remarks),
        terms=terms,
        last_day=terms.last_appeal_day(on) if causes and not final else None,
        final=final,
        overtaken=decision is None or decision["outcome"] != "billable",
        taken_back=not stand,
        changed=_changed(book, line_id, decision),
        short=shortfall(book, line),
        agreed=tuple(_agreed(*one) for told in stand for one in agreed(told)),
        differs=tuple(dict.fromkeys(text for told in stand for text in differences(told))),
    )


def _changed(book: Book, line_id: str, decision: Mapping[str, Any] | None) -> bool | None:
    basis = book.lines[line_id].basis
    if decision is None or basis is None or not basis.decision:
        return None
    return digest_of(decision) != basis.decision


def _line(book: Book, line_id: str) -> tuple[Claim, ClaimLine]:
    now = book.lines.get(line_id)
    if now is None:
        raise ClaimsError(
            "claims.no_line", f"The book has no line {line_id}.", "See `proofline claims lines`."
        )
    claim = book.claims[now.claim_id]
    return claim, next(line for line in claim.lines if line.line_id == line_id)


_UNKNOWN = Reason(means="a reason that is not on file here; its list is X12's")


def _cause(
    told: Detail, refused: tuple[str, str, Cents], decision: Mapping[str, Any] | None
) -> Cause:
    group, code, amount = refused
    remarks = told["remarks"].split()
    known = reasons().reason.get(code, _UNKNOWN)
    patterns = reasons().questioned(code, remarks)
    found = tuple(
        _questioned(finding)
        for finding in (decision or {}).get("findings", ())
        if named(finding["requirement"], patterns)
    )
    return Cause(
        group=group,
        code=code,
        amount=amount,
        means=known.means,
        cause=known.cause,
        do=known.do if code in reasons().reason else "check",
        answer=known.answer,
        on_file="" if found else NOTHING,
        questioned=found,
        evidence=known.evidence if found else (),
        grade=f"{reasons().grade} {reasons().sure}" if code in reasons().reason else "",
        of_claim=told.get("of") == "claim" and refused in taken(told),
    )


def _agreed(group: str, code: str, amount: Cents) -> Agreed:
    return Agreed(group, code, amount, reasons().reason[code].means)


def _questioned(finding: Mapping[str, Any]) -> Questioned:
    return Questioned(
        finding["requirement"],
        finding["status"],
        finding["fact"],
        finding["value"],
        finding["needs"],
        finding["text"],
        finding["cite"] or "",
    )
