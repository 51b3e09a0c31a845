"""The papers of a practice, kept in its book: charges, directory, contracts, sender and receiver.

They are files as `proofline claims` reads them; of each kind the last one brought holds. Fees are
those that come along with the product, and contracts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeVar

from proofline.claims.expecting import Expecting
from proofline.claims.fees import contracts
from proofline.claims.fees.shelf import Shelf
from proofline.claims.sheets.charges import Charges, read_charges
from proofline.claims.sheets.directory import Directory, read_directory
from proofline.claims.sheets.ends import read_ends
from proofline.desk.billing.drafting import Papers
from proofline.desk.billing.sending import Ends
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.work import files

Kind = Literal["charges", "directory", "contracts", "parties"]
KINDS: dict[Kind, tuple[str, Callable[[Path], object]]] = {
    "charges": ("charges.csv", read_charges),
    "directory": ("directory.toml", read_directory),
    "contracts": ("contracts.toml", contracts.read),
    "parties": ("parties.toml", read_ends),
}
"""What each is called in messages, and how it is read."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PaperKept:
    """A kind of paper, and when the one that holds was brought; None where there is none."""

    kind: Kind
    kept_at: datetime | None


def bring(book: Book, kind: str, data: bytes, at: datetime) -> None:
    """Keep a paper; it holds from now on. Errors: NotAllowed; DeskError; ClaimsError; FeesError."""
    permit(book, "claim.draft")
    if kind not in KINDS:
        raise DeskError(
            "desk.no_paper", "There is no paper of that kind.", f"Kinds: {', '.join(KINDS)}."
        )
    _read(data, *KINDS[kind])  # refused before it is kept
    with book.act("paper.bring", at) as act:
        files.keep(act, f"paper.{kind}", data, f" {at.isoformat()}")
        act.vouch("paper.bring", {"kind": kind})


def papers_of(book: Book) -> Papers:
    """Give what claims are written from; without a charge list nothing can be drawn."""
    sent = _last(book, "contracts", contracts.read)
    return Papers(
        _last(book, "charges", read_charges) or Charges({}),
        _last(book, "directory", read_directory) or Directory(),
        Expecting(Shelf(None), sent),
    )


def ends_of(book: Book) -> Ends:
    """Give who sends and who receives. Errors: NotAllowed; DeskError if that is not on file."""
    permit(book, "claim.submit")
    found = _last(book, "parties", read_ends)
    if found is None:
        raise DeskError(
            "desk.no_ends",
            "It is not on file who sends claims and who receives them.",
            "Bring the file with [sender] and [receiver] among the papers.",
        )
    return Ends(*found)


def on_file(book: Book) -> list[PaperKept]:
    """Say which papers there are. Errors: NotAllowed."""
    permit(book, "line.see")
    last = files.last_kept(book.tenant_id, [f"paper.{kind}" for kind in KINDS])
    return [PaperKept(kind, last.get(f"paper.{kind}")) for kind in KINDS]


def _last(book: Book, kind: Kind, read: Callable[[Path], T]) -> T | None:
    kept = files.kept(book.tenant_id, f"paper.{kind}")
    return _read(kept[-1], KINDS[kind][0], read) if kept else None


def _read(data: bytes, name: str, read: Callable[[Path], T]) -> T:
    with TemporaryDirectory(prefix="proofline-paper-") as folder:
        place = Path(folder) / name
        place.write_bytes(data)
        return read(place)
