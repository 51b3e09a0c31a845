"""`proofline claims lines`, `hold` and `release`: where lines stand in the book."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from proofline.claims.amending.register import Register
    from proofline.claims.book import Book

    Decorated = TypeVar("Decorated", bound=Callable[..., object])

BOOK = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def book_at(folder: Path) -> Book:
    """Open a book that is there. Errors: ClaimsError if the folder holds none, or it is damaged."""
    from proofline.claims.book import Book  # noqa: PLC0415
    from proofline.claims.book.log import NAME  # noqa: PLC0415
    from proofline.claims.trouble import ClaimsError  # noqa: PLC0415

    if not (folder / NAME).exists():
        raise ClaimsError(
            "claims.no_book",
            f"{folder} holds no book of lines: there is no {NAME} in it.",
            "Give the folder that `proofline claims draft --book` wrote.",
        )
    return Book(folder)


def register_at(folder: Path) -> Register:
    """Open the amendments of a book that is there. Errors: ClaimsError as for the book."""
    from proofline.claims.amending.register import Register  # noqa: PLC0415

    book_at(folder)
    return Register(folder)


def by_option(command: Decorated) -> Decorated:
    """Add `--by`: who does it, kept in the book; the name of the account unless given."""
    return click.option(
        "--by", default=getpass.getuser, show_default="your account", help="Who does it."
    )(command)


def book_option(command: Decorated) -> Decorated:
    """Add `--book` for a book that is there."""
    return click.option(
        "--book",
        "folder",
        required=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of the book of lines.",
    )(command)


def why_option(command: Decorated) -> Decorated:
    """Add `--why`."""
    return click.option("--why", required=True, help="Why; it is kept in the book.")(command)


@click.command()
@click.argument("line_ids", nargs=-1, required=True, metavar="LINE...")
@book_option
@why_option
@by_option
def hold(line_ids: tuple[str, ...], folder: Path, why: str, by: str) -> None:
    """Hold lines that are not sent yet. Draft again: their claims are drawn without them."""
    from proofline.claims.book import Act  # noqa: PLC0415

    book_at(folder).hold(line_ids, Act(by, datetime.now(UTC), why))
    click.echo(f"{len(line_ids)} held")


@click.command()
@click.argument("line_ids", nargs=-1, required=True, metavar="LINE...")
@book_option
@why_option
@by_option
def release(line_ids: tuple[str, ...], folder: Path, why: str, by: str) -> None:
    """Release held lines. Draft again: they are drawn into claims."""
    from proofline.claims.book import Act  # noqa: PLC0415

    book_at(folder).release(line_ids, Act(by, datetime.now(UTC), why))
    click.echo(f"{len(line_ids)} released")


@click.command()
@click.argument("line_id", required=False)
@book_option
def lines(line_id: str | None, folder: Path) -> None:
    """Show where every line stands, or the whole story of the line LINE_ID."""
    from proofline.claims.trouble import ClaimsError  # noqa: PLC0415

    book = book_at(folder)
    if line_id is not None and line_id not in book.lines:
        raise ClaimsError(
            "claims.no_line", "The book has no such line.", "See `proofline claims lines`."
        )
    if line_id is not None:
        for told in book.story(line_id):
            state = told.change.to or ""
            act = told.act
            basis = told.change.basis
            of = f"  decisions of {basis.as_of}, {basis.decision[:16]}" if basis else ""
            click.echo(f"{told.number}  {act.at.isoformat()}  {act.who}  {state}  {act.why}{of}")
        return
    keys = {line.line_id: line for claim in book.claims.values() for line in claim.lines}
    for one in book.lines.values():
        held = f"  held: {one.held}" if one.held else ""
        key = keys[one.line_id].decision_key
        click.echo(f"{one.line_id}  {one.state}  {one.claim_id}  {key}{held}")
