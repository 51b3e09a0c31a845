"""The papers that claims are written from, kept in the book: the last file of a kind holds.

They are the files that the commands take: charges (CSV), a directory, contracts and the two ends
(TOML), and the files of facts that `proofline fees load` writes. The same readers read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from proofline.claims.expecting import Expecting
from proofline.claims.fees import contracts
from proofline.claims.fees.loading import name_of
from proofline.claims.fees.shelf import SUFFIX, FeeFile, Shelf
from proofline.claims.sheets.charges import read_charges
from proofline.claims.sheets.directory import Directory, read_directory
from proofline.claims.sheets.ends import read_ends
from proofline.desk.billing.drafting import Papers
from proofline.desk.billing.sending import Ends
from proofline.desk.days import PAPERS
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store import jobs
from proofline.store.book import Book
from proofline.store.work import files

KINDS = {
    "charges": "charges.csv",
    "directory": "directory.toml",
    "contracts": "contracts.toml",
    "ends": "parties.toml",
    "fees": "fees",
}
"""What papers there are, and what a file of each is called in messages."""

NEEDED = ("charges", "directory")
"""Without these nothing is drawn: no charge is never nothing, and a payer has to have a number."""

BILL = "bill"
"""The kind of job that draws lines and proposes amendments, of a patient."""

MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that holds: its kind, since when, and the SHA-256 of its bytes.

    `name` tells it from others of its kind, such as fees of several days; blank where it is alone.
    """

    kind: str
    since: datetime
    sha256: str
    name: str = ""


def keep_paper(book: Book, kind: str, data: bytes, at: datetime) -> bool:
    """Keep a file as the one of its kind that holds from now on; no if it is the one that held.

    What waited for papers is drawn by the worker after this. Errors: NotAllowed; DeskError for a
    kind that there is not or a file too large; ClaimsError and FeesError if it cannot be read; then
    the earlier one holds on.
    """
    permit(book, "papers.keep")
    _refuse_odd(kind, data)
    source = f"{PAPERS}{kind}{_read(kind, data)}"
    with book.act("papers.keep", at) as act:
        new = files.keep_version(act, source, data)
        if new:
            (held,) = files.versions(book.tenant_id, source, act.at)
            act.vouch("papers.keep", {"kind": kind, "sha256": held.sha256})
            patients = book.shelf.ids("patients", "patient_id")
            jobs.ask(book.tenant_id, BILL, patients, act.at, due=act.at)
    return new


def _refuse_odd(kind: str, data: bytes) -> None:
    if kind not in KINDS:
        raise DeskError(
            "desk.papers_kind",
            "There are no papers of this kind.",
            f"Name one of {', '.join(KINDS)}.",
        )
    if len(data) > MOST_BYTES:
        raise DeskError(
            "desk.papers_size",
            f"A file of papers has at most {MOST_BYTES >> 20} MiB.",
            "Give the file that the practice keeps, not an archive of all.",
        )


def _read(kind: str, data: bytes) -> str:
    """Refuse a file that its reader does not take; give what tells it from others of its kind."""
    with TemporaryDirectory(prefix="proofline-") as made:
        path = Path(made) / KINDS[kind]
        path.write_bytes(data)
        if kind == "fees":
            file = FeeFile(path)
            return f".{name_of(file.source)}"[:50]
        _READERS[kind](path)
    return ""


_READERS = {
    "charges": read_charges,
    "directory": read_directory,
    "contracts": contracts.read,
    "ends": read_ends,
}


def held_papers(book: Book, at: datetime) -> list[Paper]:
    """Give the papers that hold at an instant. Errors: NotAllowed."""
    permit(book, "papers.see")
    return [
        Paper(kind, one.since, one.sha256, name.partition(".")[0])
        for one in files.versions(book.tenant_id, PAPERS, at)
        for kind, _, name in [one.source.removeprefix(PAPERS).partition(".")]
    ]


def missing(book: Book, at: datetime) -> list[str]:
    """Give the kinds without which nothing is drawn and that are not there. Errors: NotAllowed."""
    there = {one.kind for one in held_papers(book, at)}
    return [kind for kind in NEEDED if kind not in there]


def papers_of(book: Book, at: datetime) -> Papers:
    """Read the papers that hold at an instant. Errors: NotAllowed; DeskError if one is missing."""
    permit(book, "papers.see")
    with _folder(book, at) as there:
        for kind in NEEDED:
            if kind not in there:
                raise _missing(kind)
        agreed = contracts.read(there["contracts"]) if "contracts" in there else None
        shelf = Shelf(there.get("fees")).at_once()
        return Papers(
            read_charges(there["charges"]),
            read_directory(there["directory"]),
            Expecting(shelf, agreed),
            shelf if "fees" in there else None,
        )


def directory_of(book: Book, at: datetime) -> Directory:
    """Read the directory alone; an empty one where none is kept. Errors: NotAllowed."""
    permit(book, "papers.see")
    with _folder(book, at, "directory") as there:
        return read_directory(there["directory"]) if "directory" in there else Directory()


def ends_of(book: Book, at: datetime) -> Ends:
    """Read who sends and who receives. Errors: NotAllowed; DeskError if nobody said."""
    permit(book, "papers.see")
    with _folder(book, at, "ends") as there:
        if "ends" not in there:
            raise _missing("ends")
        return Ends(*read_ends(there["ends"]))


@contextmanager
def _folder(book: Book, at: datetime, kind: str = "") -> Iterator[dict[str, Path]]:
    """Lay out the papers that hold, or those of one kind: files of fees can be large."""
    with TemporaryDirectory(prefix="proofline-") as made:
        yield _laid_out(Path(made), files.bytes_of(book.tenant_id, f"{PAPERS}{kind}", at))


def _laid_out(folder: Path, held: Iterable[tuple[files.Version, bytes]]) -> dict[str, Path]:
    """Lay files out as the commands take them: those of fees in a folder, others by name."""
    there: dict[str, Path] = {}
    for one, data in held:
        kind = one.source.removeprefix(PAPERS).partition(".")[0]
        there[kind] = folder / KINDS[kind]
        path = there[kind]
        if kind == "fees":
            path.mkdir(exist_ok=True)
            path /= f"{one.sha256}{SUFFIX}"
        path.write_bytes(data)
    return there


def _missing(kind: str) -> DeskError:
    return DeskError(
        "desk.no_papers",
        f"The practice's papers lack the {kind}: no file of that kind is kept in the book.",
        f"Keep one: proofline papers keep {kind} FILE --as ACCOUNT.",
    )
