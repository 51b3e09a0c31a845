"""`proofline claims write`: claims of the book as files for the payer, a program or a reader."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import click

from proofline.cli.claims.keeping import FILE, book_at, book_option, by_option
from proofline.cli.trouble import note
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proofline.claims.book import Act, Book
    from proofline.claims.claim import Claim
    from proofline.claims.out.charges import Layout

    Decorated = TypeVar("Decorated", bound=Callable[..., object])
    Kind = Literal["837p", "fhir", "cms1500", "charges", "superbill"]

KINDS = ("837p", "fhir", "cms1500", "charges", "superbill")
_PRIVATE = 0o600
_CONTROLS = re.compile(r"interchange (\d+), group (\d+)", re.ASCII)


def paper_options(command: Decorated) -> Decorated:
    """Add what only one of the kinds needs."""
    command = click.option(
        "--layout", default="practicesuite", show_default=True, help="charges: a name or TOML file."
    )(command)
    command = click.option(
        "--shift",
        type=(float, float),
        default=(0.0, 0.0),
        show_default=True,
        help="cms1500: points to the right and down, for a printer that feeds askew.",
    )(command)
    return click.option(
        "--parties", type=FILE, help="837p: TOML file with [sender] and [receiver]."
    )(command)


@click.command()
@book_option
@click.option("--as", "kind", required=True, type=click.Choice(KINDS), help="What to write.")
@click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder; a file that is there is never overwritten.",
)
@click.option("--claim", "chosen", multiple=True, help="Only this claim; repeatable.")
@click.option("--submit", is_flag=True, help="Say in the book that the claims are being sent.")
@click.option("--submission", type=int, help="The claims of one submission again, by its number.")
@paper_options
@by_option
def write(
    folder: Path,
    kind: Kind,
    into: Path,
    chosen: tuple[str, ...],
    submit: bool,
    submission: int | None,
    layout: str,
    shift: tuple[float, float],
    parties: Path | None,
    by: str,
) -> None:
    """Write the claims that are ready, or were corrected, into files.

    Files are made whole before anything is kept in the book: with --submit the lines are submitted
    first, then the file is kept beside the book and written, so that none is sent twice. A claim
    that cannot be sent any more, such as one that was paid meanwhile, is told of and left out, on
    paper too. An 837P without --submit or --submission is a test file (ISA15 is T). Only
    superbills may also be written of claims that were only drawn.
    """
    from proofline.claims.answers.kept import WENT, keep  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415
    from proofline.claims.out.kinds import files_of, printable  # noqa: PLC0415

    if submit and (submission is not None or kind == "superbill"):
        raise click.UsageError("--submit goes neither with --submission nor with superbills.")
    book, act = book_at(folder), Act(by, datetime.now(UTC), f"written as {kind}")
    claims = taken(book, kind, submission, chosen)
    if submit or (submission is None and kind != "837p"):  # else it is a test file, or went before
        claims = sendable(book, claims, act)
    if kind == "cms1500":
        claims, refused = printable(claims)
        for trouble in refused.values():
            note(f"{trouble.message} It is left out. {trouble.remedy}")
    if kind == "837p":
        usage: Literal["T", "P"] = "P" if submit or submission is not None else "T"
        act = act if submission is None else sent_as(book, claims, submission) or act
        files, act = _professional(claims, (book, act), parties, usage)
    else:
        files = files_of(claims, kind, act.at, (chosen_layout(layout), shift))
    free(into, files)
    if submit:
        entry = book.submit([claim.claim_id for claim in claims], act)
        note(f"submission {entry.number}; to write it again: --submission {entry.number}")
    for name, data in files.items():
        if kind == "837p" and (submit or submission is not None):
            keep(folder, WENT, data, "837")
        put(into / name, data)
        click.echo(f"{into / name}: {len(claims)} claims, {len(data):,} bytes")


def taken(book: Book, kind: str, submission: int | None, chosen: tuple[str, ...]) -> list[Claim]:
    """Give the claims to be written, in the order of drawing. Errors: ClaimsError if none."""
    from proofline.claims.out.kinds import claims_for  # noqa: PLC0415
    from proofline.claims.trouble import ClaimsError  # noqa: PLC0415

    if submission is not None:
        try:
            claims = book.submission(submission)
        except KeyError as error:
            raise ClaimsError(
                "claims.form_empty",
                f"Entry {submission} of the book is no submission.",
                "Take the number that --submit told, or that of `proofline claims lines LINE`.",
            ) from error
    else:
        claims = claims_for(book, kind)
    found = [claim for claim in claims if not chosen or claim.claim_id in chosen]
    if missing := set(chosen) - {claim.claim_id for claim in found}:
        raise ClaimsError(
            "claims.form_empty",
            f"Not among the claims to be written: {', '.join(sorted(missing))}.",
            "Look where its lines stand: proofline claims lines.",
        )
    if not found:
        raise ClaimsError(
            "claims.form_empty",
            "No claim is ready to be written.",
            "Make claims ready: proofline claims check --ready.",
        )
    return found


def sendable(book: Book, claims: list[Claim], act: Act) -> list[Claim]:
    """Leave out, and tell of, what cannot be submitted, such as a line that was paid meanwhile.

    Errors: ClaimsError if nothing is left to send.
    """
    from proofline.claims.out.kinds import kept_back  # noqa: PLC0415

    refused = kept_back(book, claims, act)
    for claim_id, why in refused.items():
        note(f"claim {claim_id} is left out: {why.message} {why.remedy}")
    left = [claim for claim in claims if claim.claim_id not in refused]
    if not left:
        raise next(iter(refused.values()))
    return left


def chosen_layout(name: str) -> Layout:
    """Read a layout that comes along by its name, or one of the practice's own by its path."""
    from proofline.claims.out.charges import SAVED, read_layout, saved  # noqa: PLC0415

    return read_layout(SAVED / f"{name}.toml" if name in saved() else Path(name))


def _professional(
    claims: list[Claim],
    keeping: tuple[Book, Act],
    parties: Path | None,
    usage: Literal["T", "P"],
) -> tuple[dict[str, bytes], Act]:
    """Make an 837P, and give the act that names its control numbers.

    They come from the book and stay used whatever becomes of the file. An act that names some is
    that of a submission: its file is made again, to the byte.
    """
    from msgspec.structs import replace  # noqa: PLC0415

    from proofline.claims.out.professional import professional  # noqa: PLC0415
    from proofline.claims.sheets.ends import read_ends  # noqa: PLC0415
    from proofline.claims.x12.envelope import Envelope  # noqa: PLC0415

    book, act = keeping
    sender, receiver = read_ends(parties)
    trial = Envelope(sender, receiver, usage, act.at, 1, 1)
    professional(claims, trial)  # refused before a control number is taken
    if (named := _CONTROLS.search(act.why)) is None:
        taken_now = book.next_controls(act, interchange=1, group=1)
        interchange, group = taken_now["interchange"], taken_now["group"]
        act = replace(act, why=f"{act.why}, interchange {interchange}, group {group}")
    else:
        interchange, group = int(named[1]), int(named[2])
    envelope = Envelope(sender, receiver, usage, act.at, interchange, group)
    name = f"837p-{interchange:09d}{'' if usage == 'P' else '-test'}.x12"
    return {name: professional(claims, envelope)}, act


def sent_as(book: Book, claims: list[Claim], submission: int) -> Act | None:
    """Give the act of a submission if it was an 837P, so that the same file can be made again."""
    for told in book.story(claims[0].lines[0].line_id):
        if told.number == submission and _CONTROLS.search(told.act.why):
            return told.act
    return None


def free(into: Path, files: dict[str, bytes]) -> None:
    """Make the folder, and refuse to overwrite. Errors: ProoflineError."""
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(into, error) from error
    for name in files:
        if (into / name).exists():
            raise ProoflineError(
                "claims.write_exists",
                f"{into / name} is there already.",
                "Move it away, or name another folder.",
            )


def put(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read; it is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb"
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> ProoflineError:
    return ProoflineError(
        "claims.write_folder",
        f"{folder} cannot be written ({error.strerror}).",
        "Check permissions and room; what was submitted is written again with --submission.",
    )
