"""TA1, 999 and 277CA into the book: accepted or rejected, each answer once.

Only a 277CA accepts a claim. A TA1 or 999 speaks of files: where it rejects one, no payer saw its
claims, and all of them are rejected; where it takes one in, that is kept in the story of each line
and changes nothing. Which claims a file carried is read from the file that was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from msgspec import Struct, field

from proofline.claims.back.acknowledgments import acknowledgments
from proofline.claims.back.claim_status import ClaimStatus, LevelStatus
from proofline.claims.back.implementation import GroupAnswer
from proofline.claims.back.ta1 import InterchangeAnswer
from proofline.claims.book import Act, Book, Change
from proofline.claims.book.steps import steps
from proofline.claims.claim import Claim, State
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.reading import segments

Acknowledgment = InterchangeAnswer | GroupAnswer | LevelStatus | ClaimStatus
_OF_FILES = frozenset({GroupAnswer.__name__, InterchangeAnswer.__name__})
_VERDICT: dict[str, State] = {"accepted": "accepted", "rejected": "rejected"}


class Sent(Struct, frozen=True):
    """The claims of each set that was sent: by interchange, group and set number, and by BHT03.

    `days` are the dates of each interchange (ISA09), by its number: numbers come round again.
    """

    sets: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    batches: dict[str, tuple[str, ...]] = field(default_factory=dict)
    days: dict[str, set[str]] = field(default_factory=dict)


class Acknowledged(Struct, frozen=True):
    """What came of a file: changes, how many were there before, and answers that found nothing.

    `contradicted` are claims that are accepted now and were rejected before or have another charge
    than ours, or were accepted and their whole file is rejected now. Nothing moves: whether the
    payer has them is for a person to ask, before their lines are sent anew.
    """

    changes: tuple[Change, ...]
    before: int
    unknown: tuple[str, ...]
    contradicted: tuple[str, ...] = ()


def sent_claims(files: Iterable[bytes]) -> Sent:
    """Read which claims went out in which sets. Errors: `X12Refused` if a file is no X12."""
    sent = Sent()
    for data in files:
        place, batch, claims = ("", "", ""), "", list[str]()
        for one in segments(data):
            if one.tag == "ISA":
                place = (one[13], "", "")
                sent.days.setdefault(_number(one[13]), set()).add(one[9])
            elif one.tag == "GS":
                place = (place[0], one[6], "")
            elif one.tag == "ST":
                place, batch, claims = (*place[:2], one[2]), "", []
            elif one.tag == "BHT":
                batch = one[3]
            elif one.tag == "CLM":
                claims.append(one[1])
            elif one.tag == "SE":
                sent.sets[place] = sent.batches[batch] = tuple(claims)
    return sent


def acknowledge(book: Book, data: bytes, act: Act, sent: Sent) -> Acknowledged:
    """Post the answers of a file, all in one act; nothing if none is new.

    Errors: `X12Refused` if the file is not whole; ClaimsError if it is a test file.
    """
    found = tuple(acknowledgments(data))
    if any(one.envelope.test for one in found):
        raise ClaimsError(
            "claims.test_file",
            "The file says of itself that it is a test (ISA15 = T); it accepts no claim.",
            "Ask the payer for the production file.",
        )
    poster = _Poster(book, sha256(data).hexdigest(), sent)
    book.record(poster.changes(found), act)
    doubtful = tuple(dict.fromkeys(poster.contradicted))
    return Acknowledged(tuple(poster.done), poster.before, tuple(poster.unknown), doubtful)


class _Poster:
    def __init__(self, book: Book, file: str, sent: Sent) -> None:
        self._book, self._file, self._sent = book, file, sent
        self.done: list[Change] = []
        self.unknown: list[str] = []
        self.contradicted: list[str] = []
        self.before = 0
        self._seen: set[tuple[str, str]] = set()

    def changes(self, found: Iterable[Acknowledgment]) -> Iterator[Change]:
        """Yield the new answers; the book is read when they are asked for, under its lock."""
        self._now = {line_id: one.state for line_id, one in self._book.lines.items()}
        for one in found:
            if isinstance(one, ClaimStatus):
                told = {"codes": _codes(one), "payer_claim_id": one.payer_claim_id}
                told["charge"] = _other_charge(one, self._book.claims.get(one.claim_id))
                yield from self._claims([one.claim_id], one.intake, one, told)
            elif isinstance(one, LevelStatus):
                if one.intake == "rejected":
                    carried = self._sent.batches.get(one.trace, (f"batch {one.trace}",))
                    yield from self._claims(carried, "rejected", one, {})
            elif isinstance(one, InterchangeAnswer):
                yield from self._interchange(one)
            else:
                yield from self._group(one)

    def _interchange(self, one: InterchangeAnswer) -> Iterator[Change]:
        """Post a TA1 to what went out under its number on its day."""
        days = self._sent.days.get(_number(one.control), set())
        if days and f"{one.sent_on:%y%m%d}" not in days:
            self.unknown.append(f"file {one.control} of {one.sent_on}")
        else:
            yield from self._files(one, (one.control, None, None), one.taken)

    def _group(self, one: GroupAnswer) -> Iterator[Change]:
        told = {each.control: each.conformity for each in one.sets}
        for control, conformity in told.items():
            yield from self._files(one, (None, one.control, control), conformity)
        rest = "rejected" if one.conformity == "rejected" else "taken in"
        listed = [key for key in self._sent.sets if _number(key[1]) == _number(one.control)]
        if not listed and not told:
            self.unknown.append(f"group {one.control}")
        for key in listed:
            if key[2] not in told:
                yield from self._files(one, key, rest)

    def _files(
        self, one: Acknowledgment, place: tuple[str | None, str | None, str | None], verdict: str
    ) -> Iterator[Change]:
        carried = [
            claim_id
            for key, claims in self._sent.sets.items()
            if all(
                asked is None or _number(asked) == _number(given)
                for asked, given in zip(place, key, strict=True)
            )
            for claim_id in claims
        ]
        if not carried:
            named = " ".join(part for part in place if part)
            self.unknown.append(f"file or set {named}")
        intake = "rejected" if verdict == "rejected" else "taken in"
        yield from self._claims(carried, intake, one, {})

    def _claims(
        self, claim_ids: Iterable[str], intake: str, one: Acknowledgment, told: dict[str, str]
    ) -> Iterator[Change]:
        for claim_id in claim_ids:
            claim = self._book.claims.get(claim_id)
            if claim is None:
                self.unknown.append(f"claim {claim_id}")
                continue
            detail = {
                "kind": type(one).__name__,
                "answer": _mark(one, claim_id, intake),
                "file": self._file,
                "segment": str(one.number),
                "claim_id": claim_id,
                "said": intake,
                **{name: value for name, value in told.items() if value},
            }
            for line in claim.lines:
                yield from self._line(line.line_id, detail)

    def _line(self, line_id: str, detail: dict[str, str]) -> Iterator[Change]:
        """Post one answer to a line; one about an earlier claim of it is kept and moves nothing."""
        posted = {told.change.detail.get("answer") for told in self._book.story(line_id)}
        key = (line_id, detail["answer"])
        if detail["answer"] in posted or key in self._seen:
            self.before += 1
            return
        to = _VERDICT.get(detail["said"])
        if to == "accepted" and detail.get("charge"):
            self.contradicted.append(detail["claim_id"])
            to = None
        claim, now = self._book.claims[detail["claim_id"]], self._now[line_id]
        current = self._book.lines[line_id].claim_id == claim.claim_id
        given_up = now == "voided" and claim.frequency != "8"
        of_file = to == "rejected" and now == "accepted" and detail["kind"] in _OF_FILES
        if to and (of_file or given_up or not current or not steps().allow(now, to)):
            if of_file or (to == "accepted" and self._rejected(line_id, claim.claim_id)):
                self.contradicted.append(claim.claim_id)
            to = None
        self._seen.add(key)
        self._now[line_id] = to or self._now[line_id]
        change = Change(line_id, to, detail=detail)
        self.done.append(change)
        yield change

    def _rejected(self, line_id: str, claim_id: str) -> bool:
        """Whether a line was rejected as part of this claim, whatever became of it since."""
        details = (told.change.detail for told in self._book.story(line_id))
        return any(
            one.get("said") == "rejected" and one.get("claim_id") == claim_id for one in details
        )


def _mark(one: Acknowledgment, *said: str) -> str:
    """Know an answer again: sender, numbers of its envelope, place in it, claim and verdict."""
    envelope = one.envelope
    key = (envelope.sender, envelope.interchange, envelope.group, envelope.control, one.number)
    return sha256("|".join((*map(str, key), *said)).encode()).hexdigest()[:20]


def _codes(one: ClaimStatus) -> str:
    """Give category and code of each status, those of lines included."""
    notes = [*one.notes, *(note for line in one.lines for note in line.notes)]
    return " ".join(f"{each.category}:{each.code}" for note in notes for each in note.statuses)


def _other_charge(one: ClaimStatus, claim: Claim | None) -> str:
    """Give the charge in cents that an answer speaks of (STC04), where it is not the claim's."""
    told = {note.amount for note in one.notes} - {None, claim.total if claim else None}
    return str(min(filter(None, told), default="")) if claim else ""


def _number(control: str) -> str:
    """Give a control number without leading zeros, which some payers drop."""
    return control.lstrip("0")
