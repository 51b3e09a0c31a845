"""Claims taken along as files: onto the bought form, for a billing program, for the patient.

The files are those of the command line. Nothing is said to be sent by it; who took what of whom
stays on record, in the looks and in the ledger, with the digest of each file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, get_args

from proofline.claims.book import Book as Lines
from proofline.claims.claim import Claim
from proofline.claims.out.charges import SAVED, read_layout
from proofline.claims.out.kinds import claims_for, files_of, printable
from proofline.desk.billing.book import lines_of
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.trouble import not_visible

Kind = Literal["cms1500", "preview", "charges", "superbill"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_WRITTEN_AS = {"preview": "cms1500"}
_ENDS = {"cms1500": ".pdf", "preview": ".txt", "charges": ".csv", "superbill": ".pdf"}
_LAYOUT = "practicesuite.toml"

MOST = 500
"""Claims of one file at most; a page for each is drawn while somebody waits."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One file: its name, free of PHI, its bytes, of how many claims, and why others are not in."""

    name: str
    data: bytes
    claims: int
    left_out: tuple[str, ...]


def take(book: Book, kind: Kind, chosen: Collection[str], at: datetime) -> Taken:
    """Write chosen claims, or all that can be, as a file, and put on record who took it.

    Errors: NotAllowed; DeskError for more claims than go into one file; ClaimsError if there are
    none such, or none can be written.
    """
    permit(book, "claim.take")
    written = _WRITTEN_AS.get(kind, kind)
    claims = _of(lines_of(book), written, chosen)
    _refuse_many(claims)
    claims, refused = printable(claims) if written == "cms1500" else (claims, [])
    files = files_of(claims, written, at, (read_layout(SAVED / _LAYOUT), (0.0, 0.0)))
    name, data = next((name, data) for name, data in files.items() if name.endswith(_ENDS[kind]))
    look_at_all(book, f"claim.take.{kind}", {one.patient_id for one in claims}, at)
    with book.act("claim.take", at) as act:
        digest = f"sha256:{sha256(data).hexdigest()}"
        ids = tuple(one.claim_id for one in claims)
        act.vouch("claim.take", {"kind": kind, "claims": ids, "digest": digest})
    return Taken(name, data, len(claims), tuple(f"{one.message} {one.remedy}" for one in refused))


def _of(lines: Lines, kind: str, chosen: Collection[str]) -> list[Claim]:
    """Give the claims of a kind, or those chosen. Errors: NotVisible; DeskError if there is none.

    A claim that is sent, or only drawn, is not written onto a form again.
    """
    found = claims_for(lines, kind)
    if not set(chosen) <= lines.claims.keys():
        raise not_visible()
    wanted = [claim for claim in found if not chosen or claim.claim_id in chosen]
    if not wanted or len(wanted) < len(set(chosen)):
        raise DeskError(
            "desk.nothing_to_write",
            "No claim, or not every chosen one, is ready to be written so.",
            "Draw and check first. Only a superbill is also written of what was only drawn.",
        )
    return wanted


def _refuse_many(claims: list[Claim]) -> None:
    if len(claims) > MOST:
        raise DeskError(
            "desk.too_many_claims",
            f"{len(claims)} claims are more than the {MOST} that go into one file.",
            "Choose some of them, or write them with `proofline claims write`.",
        )
