"""What comes back: answers posted once each or settled by a person, and claims corrected after.

What waits is laid down as its file is tried, with why and when. What a later drawing makes clear is
posted when the file is tried again: by a person here, or because the payer sends it once more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from proofline.claims import detaching
from proofline.claims.answers import acknowledged, posting
from proofline.claims.answers.acknowledged import Acknowledged
from proofline.claims.answers.posting import Posted
from proofline.claims.book import Book as Lines
from proofline.claims.book import Change
from proofline.claims.book.standing import refused
from proofline.claims.claim import Claim
from proofline.claims.correcting import Wanted, Way, corrected, given_back, given_up
from proofline.desk.billing.book import lines_of, looked, patients_of, said
from proofline.desk.billing.drafting import Papers
from proofline.desk.billing.sending import WENT, refuse_no_line
from proofline.desk.billing.told import tell_lines
from proofline.desk.requests.lists import Page, Place, page
from proofline.desk.roles import permit
from proofline.desk.telling.events import DENIED
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store import jobs
from proofline.store.book import Book
from proofline.store.counting.answers import waiting_answers
from proofline.store.counting.answers.waiting_answers import SOURCE
from proofline.store.trouble import not_visible
from proofline.store.work import files

ACKNOWLEDGED = "acknowledgment"


@dataclass(frozen=True, slots=True)
class Correction:
    """How an answered claim is corrected; `line_ids` are those of a new claim, blank for all."""

    claim_id: str
    way: Way
    line_ids: tuple[str, ...] = ()


def post(book: Book, data: bytes, at: datetime) -> Posted:
    """Post a remittance (835): each answer to its line, once; the file is kept as it came.

    What finds no line waits, and is tried again when the file comes again (`try_again`). Errors:
    NotAllowed; X12Refused or ClaimsError if the file is not whole or a test; then nothing is kept.
    """
    permit(book, "remit.post")
    with book.act("remit.post", at, "remittance") as act:
        lines = lines_of(book, act)
        posted = posting.post(lines, data, said(act))
        files.keep(act, SOURCE, data)
        waiting_answers.tried(book.tenant_id, _file(data), posted.waiting, act.at)
        patients = patients_of(lines, [one.line_id for one in posted.changes])
        jobs.ask(book.tenant_id, "bill", patients, act.at, due=act.at)
        looked(book, "remit.post", lines, [one.line_id for one in posted.changes], at=at)
        denied = [one.line_id for one in posted.changes if one.to == "denied"]
        tell_lines(book, act, lines, DENIED, line_ids=denied)
    return posted


def acknowledge(book: Book, data: bytes, at: datetime) -> Acknowledged:
    """Post a TA1, 999 or 277CA: what it says of files and claims to their lines, once.

    The file is kept as it came. Which claims a file carried is read from what `submit` kept.
    Errors: NotAllowed; X12Refused with segment and reason if it is not whole, ClaimsError if it is
    a test; then nothing is kept.
    """
    permit(book, "remit.post")
    with book.act("remit.post", at, "acknowledgment") as act:
        lines = lines_of(book, act)
        sent = acknowledged.sent_claims(files.kept(book.tenant_id, WENT))
        done = acknowledged.acknowledge(lines, data, said(act), sent)
        files.keep(act, ACKNOWLEDGED, data)
        looked(book, "remit.post", lines, [one.line_id for one in done.changes], at=at)
    return done


def try_again(book: Book, key: str, at: datetime) -> Posted:
    """Try the file of an answer that waits once more: what fits by now is posted, each once.

    Errors: NotAllowed; ClaimsError if none of that key waits.
    """
    permit(book, "remit.post")
    return post(book, _file_of(book, key), at)


def page_of_waiting(book: Book, place: Place) -> Page[posting.Waiting]:
    """Give answers that wait, page by page, those tried longest ago first. Errors: NotAllowed."""
    permit(book, "remit.post")
    found = waiting_answers.listed(book.tenant_id, place.after, place.most + 1, aside=False)
    shown = page(list(enumerate(found, start=place.after + 1)), place, lambda one: one[0])
    return Page([one.answer for _, one in shown.items], shown.after)


def attach(book: Book, key: str, line_id: str, at: datetime, *, why: str) -> Posted:
    """Post an answer that waits to a line, as stated. `detach` takes it off again.

    Errors: NotAllowed; DeskError without a reason; ClaimsError if it does not wait, or there is no
    such line.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Attaching an answer by hand")
    with book.act("remit.post", at, why) as act:
        lines = lines_of(book, act)
        data, _ = posting.find(lines, [_file_of(book, key)], key)
        posted = posting.attach(lines, data, key, (line_id, said(act)))
        changed = [one.line_id for one in posted.changes]
        looked(book, "remit.post", lines, changed, at=at)
        jobs.ask(book.tenant_id, "bill", patients_of(lines, changed), act.at, due=act.at)
        denied = [one.line_id for one in posted.changes if one.to == "denied"]
        tell_lines(book, act, lines, DENIED, line_ids=denied)
        left = posting.waiting(lines, data)
        waiting_answers.tried(book.tenant_id, _file(data), left, act.at)
    return posted


def detach(book: Book, key: str, at: datetime, *, why: str) -> Change:
    """Take an answer off the line to which a person attached it; it waits again.

    Errors: NotAllowed; DeskError without a reason; ClaimsError if it is not attached by hand, or
    the payer took it back since.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Taking an answer off a line")
    with book.act("remit.detach", at, why) as act:
        lines = lines_of(book, act)
        change = detaching.detach(lines, key, said(act))
        looked(book, "remit.detach", lines, [change.line_id], at=at)
        jobs.ask(book.tenant_id, "bill", patients_of(lines, [change.line_id]), act.at, due=act.at)
        file = change.detail["file"]
        left = posting.waiting(lines, files.named(book.tenant_id, SOURCE, [file])[file])
        waiting_answers.tried(book.tenant_id, file, left, act.at)
    return change


def _file(data: bytes) -> str:
    """Name a file by what it holds."""
    return sha256(data).hexdigest()


def _file_of(book: Book, key: str) -> bytes:
    """Give the file that an answer came in. Errors: ClaimsError if none of that key waits."""
    found = waiting_answers.of_key(book.tenant_id, key)
    name = "" if found is None or found.aside else found.answer.file
    files_of = files.named(book.tenant_id, SOURCE, [name])
    if name not in files_of:
        raise posting.not_waiting()
    return files_of[name]


def set_aside(book: Book, key: str, why: str, at: datetime) -> None:
    """Say of an answer that waits that it is of no line of ours.

    Errors: NotAllowed; DeskError without a reason; ClaimsError if it does not wait.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Setting an answer aside")
    with book.act("remit.aside", at, why) as act:
        lines = lines_of(book, act)
        _, one = posting.find(lines, [_file_of(book, key)], key)
        lines.set_aside({key: one.why}, said(act))
        waiting_answers.put(book.tenant_id, key, aside=True)


def let_wait(book: Book, key: str, why: str, at: datetime) -> None:
    """Let an answer that was set aside wait again; both acts stay on record.

    Errors: NotAllowed; DeskError without a reason, or if it was not set aside.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Letting an answer wait again")
    with book.act("remit.aside", at, why) as act:
        lines = lines_of(book, act)
        if key not in lines.aside:
            raise DeskError(
                "desk.not_aside",
                "No answer of that key is set aside.",
                "Look at the list of what waits and what is set aside.",
            )
        lines.set_aside({key: ""}, said(act))
        waiting_answers.put(book.tenant_id, key, aside=False)


def correct(book: Book, how: Correction, papers: Papers, told: tuple[str, datetime]) -> Claim:
    """Write down the claim that corrects, replaces or voids an answered one; give it.

    `told` are why, and when. It is made ready and sent as any other. Errors: NotAllowed;
    NotVisible; DeskError without a reason; ClaimsError where the payer does not take it, or a later
    claim carries a line of it.
    """
    why, at = told
    permit(book, "amendment.settle")
    refuse_silence(why, "Correcting a claim")
    with book.act("amendment.settle", at, why) as act:
        lines = lines_of(book, act)
        claim = lines.claims.get(how.claim_id)
        if claim is None:
            raise not_visible()
        looked(book, "amendment.settle", lines, [one.line_id for one in claim.lines], at=at)
        made = _corrected(lines, claim, how, papers)
        lines.correct(made, said(act))
    return made


def appeal(book: Book, line_ids: Collection[str], why: str, at: datetime) -> None:
    """Say that an appeal of answered lines was sent, and on which ground.

    Errors: NotAllowed; NotVisible; DeskError without a ground or a line; ClaimsError if one was not
    answered.
    """
    permit(book, "amendment.settle")
    refuse_silence(why, "An appeal")
    refuse_no_line(line_ids)
    with book.act("line.appeal", at, why) as act:
        lines = lines_of(book, act)
        looked(book, "amendment.settle", lines, line_ids, at=at)
        lines.record([Change(one, "appealed") for one in line_ids], said(act))


def give_up(
    book: Book, line_ids: Collection[str], why: str, at: datetime, *, shown: str = ""
) -> list[Change]:
    """Give up lines that the payer refused, or their appeal, or a correction that is not sent.

    A correction goes whole. Of the latter two the lines stand again as they were answered. `shown`
    is the state in which whoever asks saw them: given up twice, a line would be lost for good.

    Errors: NotAllowed; NotVisible; DeskError without a reason or a line; ClaimsError if one was
    never sent, or is in another state than was shown.
    """
    permit(book, "amendment.settle")
    refuse_silence(why, "Giving up a line")
    refuse_no_line(line_ids)
    with book.act("line.give_up", at, why) as act:
        lines = lines_of(book, act)
        looked(book, "amendment.settle", lines, line_ids, at=at)
        for one in line_ids:
            if shown and lines.lines[one].state != shown:
                raise refused(one, f"is {lines.lines[one].state}", "Look at its story.")
        changes = given_up(lines, line_ids)
        lines.record(changes, said(act))
    return changes


def give_back(book: Book, claim_id: str, why: str, at: datetime) -> list[Change]:
    """Give a correction up that is not sent: its lines stand again as they were answered.

    Errors: NotAllowed; NotVisible; DeskError without a reason; ClaimsError if it corrects nothing
    any more.
    """
    permit(book, "amendment.settle")
    refuse_silence(why, "Giving up a line")
    with book.act("line.give_up", at, why) as act:
        lines = lines_of(book, act)
        claim = lines.claims.get(claim_id)
        if claim is None:
            raise not_visible()
        ids = [line.line_id for line in claim.lines]
        looked(book, "amendment.settle", lines, ids, at=at)
        changes = given_back(lines, claim_id)
        lines.record(changes, said(act))
    return changes


def _corrected(lines: Lines, claim: Claim, how: Correction, papers: Papers) -> Claim:
    terms = papers.directory.terms(claim.coverages[0].payer)
    return corrected(lines, claim, Wanted(how.way, how.line_ids), terms)
