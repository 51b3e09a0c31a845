"""`proofline packs`: which law there is, what a page says, and what changed between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from proofline.cli.asking import Day
from proofline.errors import WrongUse
from proofline.evidence.tables import PROGRAMS

if TYPE_CHECKING:
    from datetime import date

    from proofline.packs.page import Page


@click.group()
def packs() -> None:
    """The law as data: its pages, their words and their differences."""


@packs.command("list")
def list_packs() -> None:
    """List every page: from when it rules, what it decides, its digest."""
    from proofline.cli.law.pages import shelf_table  # noqa: PLC0415
    from proofline.packs import shelf  # noqa: PLC0415

    shelf_table([page for pack in shelf.packs() for page in shelf.pages(pack)])


@packs.command()
@click.argument("page")
def show(page: str) -> None:
    """Show one PAGE, such as medicare-rpm/2026-01-01, in words.

    A pack without a date shows its newest page.
    """
    from proofline.cli.law.pages import page_in_words  # noqa: PLC0415

    page_in_words(page_named(page))


@packs.command()
@click.argument("older")
@click.argument("newer")
def diff(older: str, newer: str) -> None:
    """Show what changed from page OLDER to page NEWER, with the reasons given on the page."""
    from proofline.cli.law.pages import differences  # noqa: PLC0415

    differences(page_named(older), page_named(newer))


@packs.command("on")
@click.argument("program", metavar="PROGRAM", type=click.Choice(PROGRAMS, case_sensitive=False))
@click.argument("day", metavar="DATE", type=Day())
@click.option("--payer", metavar="ID", help="A payer with a page of its own, by its payer id.")
def page_on(program: str, day: date, payer: str | None) -> None:
    """Show the page that rules PROGRAM (RPM, RTM, CCM, PCM, BHI, APCM) for services on DATE."""
    from proofline.cli.law.pages import page_in_words  # noqa: PLC0415
    from proofline.packs import shelf  # noqa: PLC0415

    page = shelf.on(shelf.base_pack(program.upper()), day)
    page_in_words(page if payer is None else payer_page(page, payer))


def payer_page(base: Page, payer: str) -> Page:
    """Find the page of a payer that was written from this page of Medicare's; raises WrongUse."""
    from proofline.packs import shelf  # noqa: PLC0415

    own = [page for pack in shelf.payer_packs() for page in shelf.pages(pack)]
    for page in own:
        if page.base == base.name and payer in page.payer_ids:
            return page
    known = ", ".join(dict.fromkeys(one for page in own for one in page.payer_ids))
    message = f"Payer {payer} has no page beside {base.name}."
    raise WrongUse("use.payer", message, f"Medicare's own page holds. Payers with a page: {known}.")


def page_named(name: str) -> Page:
    """Find a page by `pack/date`, or the newest by `pack`; raises WrongUse for what is no date."""
    from datetime import date  # noqa: PLC0415

    from proofline.packs import shelf  # noqa: PLC0415

    pack, _, day = name.partition("/")
    if not day:
        return shelf.pages(pack)[-1]
    try:
        return shelf.load(pack, date.fromisoformat(day))
    except ValueError as trouble:
        message = f"{day} is not a date."
        remedy = "Name a page as PACK/YYYY-MM-DD, such as medicare-rpm/2026-01-01."
        raise WrongUse("use.page_name", message, remedy) from trouble
