"""The shelf of pages: which packs there are, which dates, and which page rules a service date.

Names and dates come from folder and file names alone, so that asking for them costs no parsing; a
page is read when it is first asked for and kept. `root` is the folder of packs, this one unless a
test brings its own.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from proofline.packs import reading
from proofline.packs.errors import PackError

if TYPE_CHECKING:
    from proofline.packs.page import Page

ROOT = Path(__file__).parent
_MEDICARE = "medicare-"
_read = cache(reading.read)


@cache
def packs(*, root: Path = ROOT) -> tuple[str, ...]:
    """Name every pack on the shelf, in alphabetical order."""
    return tuple(sorted(f.name for f in root.iterdir() if f.is_dir() and any(f.glob("*-*-*.toml"))))


@cache
def effective_dates(pack: str, *, root: Path = ROOT) -> tuple[date, ...]:
    """Give the dates from which the pack's pages rule, oldest first, from the file names alone.

    Raises `PackError` when there is no such pack or a file is not named by its date.
    """
    if pack not in packs(root=root):
        remedy = "There are: " + ", ".join(packs(root=root)) + "."
        raise PackError("pack.unknown", f"There is no rule pack {pack}.", remedy)
    return tuple(sorted(_date_of(path) for path in (root / pack).glob("*.toml")))


def load(pack: str, effective: date, *, root: Path = ROOT) -> Page:
    """Read the page of a pack that takes effect on that very day.

    Raises `PackError` when there is none or its file is broken.
    """
    dates = effective_dates(pack, root=root)
    if effective not in dates:
        remedy = "Its pages: " + ", ".join(d.isoformat() for d in dates) + "."
        raise PackError("pack.no_page", f"{pack} has no page {effective.isoformat()}.", remedy)
    return _read(root / pack / f"{effective.isoformat()}.toml")


def pages(pack: str, *, root: Path = ROOT) -> tuple[Page, ...]:
    """Read every page of a pack, oldest first."""
    return tuple(load(pack, effective, root=root) for effective in effective_dates(pack, root=root))


def on(pack: str, service_date: date, *, root: Path = ROOT) -> Page:
    """Give the page that rules a service date: the latest one in effect on it.

    A date before the first page is refused with `PackError`, never answered with a later law.
    """
    dates = effective_dates(pack, root=root)
    in_effect = [effective for effective in dates if effective <= service_date]
    if not in_effect:
        message = f"{pack} has no law on file for {service_date.isoformat()}."
        remedy = f"Its first page is {dates[0].isoformat()}; earlier services cannot be decided."
        raise PackError("pack.before_first_page", message, remedy)
    return load(pack, in_effect[-1], root=root)


def base_pack(program: str, *, root: Path = ROOT) -> str:
    """Name the Medicare pack of a program, such as `medicare-rpm` for `RPM`.

    Raises `PackError` when no pack on the shelf decides that program.
    """
    pack = _MEDICARE + program.lower()
    if pack not in packs(root=root):
        known = ", ".join(
            p.removeprefix(_MEDICARE).upper() for p in packs(root=root) if _medicare(p)
        )
        raise PackError("pack.no_program", f"No pack decides {program}.", f"There are: {known}.")
    return pack


def payer_packs(*, root: Path = ROOT) -> tuple[str, ...]:
    """Name the packs that are a payer's own and not Medicare's."""
    return tuple(pack for pack in packs(root=root) if not _medicare(pack))


def _medicare(pack: str) -> bool:
    return pack.startswith(_MEDICARE)


def _date_of(path: Path) -> date:
    try:
        return date.fromisoformat(path.stem)
    except ValueError as trouble:
        message = f"{path.parent.name}/{path.name} is not named by a date."
        remedy = "Name a page by the day from which it rules, such as 2026-01-01.toml."
        raise PackError("pack.page_misnamed", message, remedy) from trouble
