"""`proofline claims send`: files go to a folder or an SFTP server, whole and never twice."""

from __future__ import annotations

import getpass
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.claims.delivering.places import PASSPHRASE, Folder, Sftp, failed, sftp
from proofline.cli.claims.delivering.receipts import Receipts, deliver
from proofline.cli.claims.incoming import whole_bytes
from proofline.cli.claims.keeping import FILE, book_at, book_option, by_option
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from proofline.claims.book import Book
    from proofline.cli.claims.delivering.receipts import There

TRIES, WAIT_SECONDS = 3, 1.0


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@book_option
@click.option("--folder", "drop", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sftp", "host", help="Server, as HOST or HOST:PORT.")
@click.option("--host-key", help="The server's key as SHA256:..., from the receiver's own paper.")
@click.option("--user", default=getpass.getuser, help="Account at the server.")
@click.option("--key", type=FILE, help=f"Private key file; ${PASSPHRASE} opens it.")
@click.option("--remote", default="", help="Folder at the server.")
@by_option
def send(
    files: tuple[Path, ...],
    folder: Path,
    drop: Path | None,
    host: str | None,
    host_key: str | None,
    user: str,
    key: Path | None,
    remote: str,
    by: str,
) -> None:
    """Deliver written claim FILES to a folder or an SFTP server, whole and never twice.

    A file arrives under a name that nobody takes up and is renamed when its size is right. What was
    delivered stands in the book's folder, and a copy is kept there for the answers.
    """
    if (drop is None) == (host is None):
        raise click.UsageError("Give either --folder or --sftp.")
    if host is not None and (host_key is None or key is None):
        raise click.UsageError("--sftp needs --host-key and --key.")
    book_at(folder)
    for path in files:
        data = _checked(path)
        if drop is not None:
            click.echo(f"{path.name}: {_once(folder, Folder(drop), (path.name, data), by)}")
        elif host is not None and host_key is not None and key is not None:
            reached = (host, host_key, user, key, remote)
            click.echo(f"{path.name}: {_patiently(folder, reached, (path.name, data), by)}")


def _checked(path: Path) -> bytes:
    """Read a file whole; what is no whole file of claims is not sent.

    Errors: X12Refused; ProoflineError where it holds no claim.
    """
    data = whole_bytes(path)
    if not _claims_of(data)[1]:
        raise ProoflineError(
            "claims.send_no_claims",
            f"{path.name} is an X12 file without claims; nothing was sent.",
            "Give a file that `proofline claims write --as 837p` made.",
        )
    return data


def _claims_of(data: bytes) -> tuple[bool, set[str]]:
    """Tell whether a file is a test (ISA15 = T), and which claims it carries (CLM01)."""
    from proofline.claims.x12.reading import segments  # noqa: PLC0415

    test, claims = False, set[str]()
    for one in segments(data):
        if one.tag == "ISA":
            test = test or one[15] == "T"
        elif one.tag == "CLM":
            claims.add(one[1])
    return test, claims


def _refuse_again(folder: Path, name: str, data: bytes) -> None:
    """Refuse claims that left in another file, such as one remade for another receiver.

    Test files may carry what is sent in earnest later. Errors: ProoflineError.
    """
    from proofline.claims.answers.kept import WENT, kept  # noqa: PLC0415

    test, claims = _claims_of(data)
    receipts = Receipts(folder)
    for path in [] if test else kept(folder, WENT, "837"):
        last = receipts.last(path.stem)
        if last is None or last.stage == "begun" or path.stem == sha256(data).hexdigest():
            continue
        earlier_test, earlier = _claims_of(path.read_bytes())
        if not earlier_test and (twice := claims & earlier):
            raise ProoflineError(
                "claims.send_again",
                f"{len(twice)} claims of {name}, {min(twice)} first, went to {last.to} in another"
                f" file on {last.at}; nothing was sent.",
                "A claim that was rejected is drafted anew, and one to be corrected is corrected.",
            )


def _refuse_unsubmitted(folder: Path, name: str, data: bytes) -> None:
    """Refuse claims that the book does not say are being sent; it is asked as it stands now.

    Errors: ProoflineError.
    """
    test, claims = _claims_of(data)
    book = book_at(folder)
    if odd := sorted(one for one in claims if not test and not _leaving(book, one)):
        raise ProoflineError(
            "claims.send_not_submitted",
            f"{len(odd)} claims of {name}, {odd[0]} first, are not submitted in the book, or were"
            " answered already; nothing was sent.",
            "Send the file that `proofline claims write --as 837p --submit` wrote; where the lines"
            " stand is told by `proofline claims lines`.",
        )


def _leaving(book: Book, claim_id: str) -> bool:
    """Whether a claim was submitted and not answered yet; a void (8) leaves its lines voided."""
    claim = book.claims.get(claim_id)
    state = "voided" if claim and claim.frequency == "8" else "submitted"
    lines = [book.lines[line.line_id] for line in claim.lines] if claim else []
    return bool(lines) and all(
        one.claim_id == claim_id and one.state == state and one.sent for one in lines
    )


def _once(folder: Path, there: There, file: tuple[str, bytes], by: str) -> str:
    from proofline.claims.answers.kept import WENT, keep  # noqa: PLC0415

    def first() -> None:
        """Ask the book and the deliveries before, and keep what leaves."""
        _refuse_again(folder, *file)
        _refuse_unsubmitted(folder, *file)
        keep(folder, WENT, file[1], "837")

    act = (by, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        return deliver(Receipts(folder), there, file, act, first=first)
    except OSError as error:
        raise failed(there.where, error) from error


def _patiently(
    folder: Path, reached: tuple[str, str, str, Path, str], file: tuple[str, bytes], by: str
) -> str:
    """Deliver by SFTP, some more times if the line breaks; each time goes on where it stood."""
    for attempt in range(1, TRIES + 1):
        try:
            with sftp(*reached[:4]) as client:
                return _once(folder, Sftp(client, reached[0], reached[4]), file, by)
        except ProoflineError as trouble:
            if trouble.code != "claims.send_failed" or attempt == TRIES:
                raise
            time.sleep(WAIT_SECONDS * attempt)
    raise AssertionError
