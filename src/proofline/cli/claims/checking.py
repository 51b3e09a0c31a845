"""`proofline claims check`: what must be mended before claims are sent, and where."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import click

from proofline.cli.asking import Day
from proofline.cli.claims.keeping import FILE, book_at, book_option, by_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from rich.table import Table

    from proofline.claims.book import Book
    from proofline.claims.edit import Edit
    from proofline.claims.edits import Setting
    from proofline.claims.sheets.directory import Directory

    Decorated = TypeVar("Decorated", bound=Callable[..., object])


def directory_option(command: Decorated) -> Decorated:
    """Add `--directory`."""
    return click.option(
        "--directory",
        type=FILE,
        help="TOML file: names and ids of payers, taxonomies, telephone (docs/claims.md).",
    )(command)


def fees_option(command: Decorated) -> Decorated:
    """Add `--fees`."""
    return click.option(
        "--fees",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of loaded fees, unit limits and code pairs (proofline fees load).",
    )(command)


def contracts_option(command: Decorated) -> Decorated:
    """Add `--contracts`."""
    return click.option("--contracts", type=FILE, help="TOML file of what payers agreed to.")(
        command
    )


@click.command()
@book_option
@click.option("--as-of", type=Day(), required=True, help="The day on which they would be sent.")
@directory_option
@fees_option
@click.option("--icd10cm", multiple=True, type=FILE, help="Order file of ICD-10-CM; repeatable.")
@click.option("--form", type=click.Choice(["table", "ndjson"]), default="table", show_default=True)
@click.option("--ready", is_flag=True, help="Make claims ready that nothing blocks.")
@by_option
def check(
    folder: Path,
    as_of: date,
    directory: Path | None,
    fees: Path | None,
    icd10cm: tuple[Path, ...],
    form: Literal["table", "ndjson"],
    ready: bool,
    by: str,
) -> None:
    """List what is to be mended on the claims of the book that are not sent yet.

    What blocks keeps a claim from being sent; a warning is for a person to look at. No name or
    number of a patient is shown.
    """
    from proofline.claims.book import Act  # noqa: PLC0415
    from proofline.claims.book.standing import with_held_lines  # noqa: PLC0415
    from proofline.claims.edits import blocking, edits  # noqa: PLC0415

    book = book_at(folder)
    setting = setting_of(book, as_of, read_directory_at(directory), (fees, icd10cm))
    found = {
        claim.claim_id: edits(claim, setting)
        for claim in book.current("drawn", "ready", "corrected")
    }
    listed = [one for of_claim in found.values() for one in of_claim]
    write(listed, form)
    held = with_held_lines(book.lines.values())
    clean = [one for one, of_claim in found.items() if one not in held and not blocking(of_claim)]
    click.echo(f"{len(clean)} of {len(found)} claims can be sent", err=form == "ndjson")
    if waits := sorted(held & found.keys()):
        told = f"{len(waits)} have held lines, {waits[0]} first: draft again to send the others"
        click.echo(told, err=form == "ndjson")
    done = {claim.claim_id for claim in book.current("ready", "corrected")}
    if ready and (chosen := [one for one in clean if one not in done]):
        book.make_ready(chosen, Act(by, datetime.now(UTC), "no edit blocks it"))
        click.echo(f"{len(chosen)} made ready", err=form == "ndjson")


def setting_of(
    book: Book,
    as_of: date,
    directory: Directory,
    files: tuple[Path | None, tuple[Path, ...]],
) -> Setting:
    """Put together what claims are held against; the official tables only where they are given."""
    from proofline.claims.answers.details import remitted  # noqa: PLC0415
    from proofline.claims.edits import Setting  # noqa: PLC0415
    from proofline.claims.edits.setting import billed, decided_on  # noqa: PLC0415
    from proofline.claims.fees.shelf import Shelf  # noqa: PLC0415
    from proofline.intake.icd10cm import CodeBook  # noqa: PLC0415

    fees, icd10cm = files
    codes = CodeBook() if icd10cm else None
    for path in icd10cm:
        assert codes is not None, "made just before, where there are files"
        codes.load(path)
    return Setting(
        as_of=as_of,
        directory=directory,
        others=billed(book),
        decided=decided_on(book),
        corrected={one.line_id for one in book.lines.values() if one.state == "corrected"},
        paid={one: book.paid(one) for one in book.lines if remitted(book, one)},
        official=None if fees is None else Shelf(fees),
        diagnoses=codes,
    )


def read_directory_at(path: Path | None) -> Directory:
    """Read the directory; without one, nothing is known that evidence does not hold."""
    from proofline.claims.sheets.directory import Directory, read_directory  # noqa: PLC0415

    return Directory() if path is None else read_directory(path)


def write(found: list[Edit], form: str) -> None:
    """Write the edits: all of them as JSON, or by code for the eye."""
    import msgspec  # noqa: PLC0415

    from proofline.cli.screen import console  # noqa: PLC0415

    if form == "ndjson":
        for one in found:
            click.echo(msgspec.json.encode(one).decode())
    elif found:
        console().print(table_of_edits(found, "To be mended"))


def table_of_edits(found: Iterable[Edit], title: str) -> Table:
    """Show edits by code: how many there are, what is wrong, how to mend it, the first of them."""
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    by_code: dict[tuple[str, str], list[Edit]] = {}
    for one in found:
        by_code.setdefault((one.severity, one.code), []).append(one)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("", justify="right")
    for head in ("edit", "what is wrong", "what to do", "first"):
        table.add_column(head, overflow="fold")
    for (severity, code), edits in sorted(by_code.items()):
        first = edits[0]
        named = code if severity == "block" else f"{code} (warning)"
        place = " ".join(filter(None, (first.claim_id, first.place)))
        table.add_row(
            str(len(edits)), named, escape(first.reason), escape(first.cure), escape(place)
        )
    return table
