"""Money of a PLB: kept or given beside the claims, of no line, told in the stories it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from proofline.claims.answers.details import Detail
from proofline.claims.back.remittance import Closing, Payment, ProviderAdjustment
from proofline.claims.book import Book, Change
from proofline.claims.book.standing import BESIDE


class Kept(Struct, frozen=True):
    """Money of a PLB, which is of no line: positive cents were kept from the payment.

    `claim_ids` are claims of ours that its reference names, for a take-back of the past.
    """

    trace: str
    adjustment: ProviderAdjustment
    claim_ids: tuple[str, ...] = ()


def kept_back(
    book: Book,
    told: Mapping[str, Iterable[Detail]],
    found: Sequence[tuple[Payment, Closing]],
) -> Iterator[Kept]:
    """Give the adjustments of the provider, with the claims that their references name.

    `told` are the posted answers of each line, by which the payer's numbers are known.
    """
    if not any(closing.adjustments for _, closing in found):
        return
    names: dict[str, set[str]] = defaultdict(set)
    for line_id, answers in told.items():
        for one in answers:
            ours = _ours(book, line_id, one)
            for number in (one.get("payer_claim_id"), one["claim_id"], ours):
                names[number or ""].add(ours)
    for payment, closing in found:
        for adjustment in closing.adjustments:
            named = names.get(adjustment.reference, set()) if adjustment.reference else set()
            yield Kept(payment.trace, adjustment, tuple(sorted(named)))


def _ours(book: Book, line_id: str, told: Detail) -> str:
    """Give the claim that was answered; that of the line where the payer names none of ours."""
    named = told["claim_id"]
    return named if named in book.claims else book.lines[line_id].claim_id


def in_stories(
    book: Book, told: Mapping[str, Sequence[Detail]], listed: Iterable[Kept]
) -> Iterator[Change]:
    """Put money of a PLB that names a claim of ours into the story of its answered lines, once.

    It is the payer's own book-keeping of what a reversal told: it moves no money of a line.
    """
    for kept in listed:
        one = kept.adjustment
        for claim_id in kept.claim_ids:
            for line in book.claims[claim_id].lines if claim_id in book.claims else ():
                if not told.get(line.line_id):
                    continue
                detail = {
                    "kind": BESIDE,
                    "answer": f"{kept.trace} {one.reason} {one.reference} {one.amount}",
                    "claim_id": claim_id,
                    "kept": str(one.amount),
                    "trace": kept.trace,
                }
                story = book.story(line.line_id)
                if all(step.change.detail.get("answer") != detail["answer"] for step in story):
                    yield Change(line.line_id, detail=detail)
