"""`proofline fees`: load the official fee files, and ask what a code should bring."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import Day
from proofline.cli.counting import counted
from proofline.cli.trouble import note
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from proofline.claims.fees.facts import Source
    from proofline.claims.fees.pricing import Price
    from proofline.claims.fees.shelf import Shelf

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
Floor = Literal["with", "without"]


@click.group()
def fees() -> None:
    """What money to expect, from the official files that you downloaded."""


@fees.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--into", required=True, type=FOLDER, help="Folder of loaded fees; made if missing.")
@click.option("--from", "first", type=Day(), help="First day of service for which they speak.")
@click.option("--to", "last", type=Day(), help="Last day of service for which they speak.")
@click.option("--qp/--non-qp", default=None, help="Whose conversion factor, if no name says it.")
@click.option("--code", "codes", multiple=True, help="Keep this HCPCS code too; may be repeated.")
def load(
    files: tuple[Path, ...],
    into: Path,
    first: date | None,
    last: date | None,
    qp: bool | None,
    codes: tuple[str, ...],
) -> None:
    """Load official FILES: PPRRVU, GPCI and LOCCO (.csv), MUE (.csv), ccipra and AOC (.txt).

    Columns are found by their headings. A relative value file speaks for the quarter of its
    release, GPCI and LOCCO for their year, unless --from and --to say otherwise. Of PPRRVU only the
    values of our codes are kept, and none of the descriptors.
    """
    from proofline.claims.fees import loading  # noqa: PLC0415

    said = loading.Said(
        first=first, last=last, qp=qp, codes=frozenset(code.upper() for code in codes)
    )
    before = loading.loaded(into)
    for source in loading.load(files, into, said):
        name = loading.name_of(source)
        rows = counted(source.rows, "row")
        click.echo(f"{source.file}: {rows} for {_days(source)}, in {name}")
        click.echo(f"  SHA-256 {source.sha256}")
        old = before.get(name)
        if old is not None and old.sha256 != source.sha256:
            rows, digest = counted(old.rows, "row"), old.sha256[:12]
            click.echo(f"  in the place of {old.file}, {rows}, SHA-256 {digest}")


@fees.command()
@click.argument("code")
@click.option("--on", "on", required=True, type=Day(), help="Date of service.")
@click.option("--fees", "folder", type=FOLDER, help="Folder of loaded fees.")
@click.option("--locality", default="", help='Such as "AL 00" or "10112 00"; none: national.')
@click.option("--county", default="", help='Instead of a locality: "ALABAMA/MOBILE".')
@click.option("--facility", is_flag=True, help="In a facility, where practice costs less.")
@click.option("--qp", is_flag=True, help="With the factor of qualifying APM participants.")
@click.option("--units", default=1, show_default=True, help="Units of service.")
@click.option("--work-floor", type=click.Choice(["with", "without"]), help="If a file has both.")
@click.option("--contracts", type=FILE, help="TOML file of what payers agreed to.")
@click.option("--payer", default="", help="Price under the contract with this payer id.")
def price(
    code: str,
    on: date,
    folder: Path | None,
    locality: str,
    county: str,
    facility: bool,
    qp: bool,
    units: int,
    work_floor: Floor | None,
    contracts: Path | None,
    payer: str,
) -> None:
    """Say what CODE should bring on a day: what is allowed, and who pays what of it.

    Without --fees only the few rows are known that Proofline brings along.
    """
    from proofline.claims.fees import contracts as agreed  # noqa: PLC0415
    from proofline.claims.fees import pricing  # noqa: PLC0415
    from proofline.claims.fees.shelf import Shelf  # noqa: PLC0415

    if bool(payer) != (contracts is not None):
        message = "--payer and --contracts go together."
        raise WrongUse("use.contract", message, "Give both, or neither for Medicare's amount.")
    if locality and county:
        message = "--locality and --county both say where."
        raise WrongUse("use.locality", message, "Give one of them.")
    shelf = Shelf(folder)
    asked = pricing.Asked(
        code=code.upper(),
        on=on,
        units=units,
        locality=_locality(shelf, county, on) if county else locality,
        facility=facility,
        qp=qp,
        work_floor=work_floor or "",
    )
    if contracts is None:
        _show(pricing.price(shelf, asked))
    else:
        _show(agreed.read(contracts).price(shelf, payer, asked))


def _locality(shelf: Shelf, county: str, on: date) -> str:
    from proofline.claims.fees.where import area_of  # noqa: PLC0415

    state, _, name = county.partition("/")
    area = area_of(state, name, shelf.areas(on)[0])
    note(f"{name}, {state} is in locality {area.mac} {area.number} {area.name}")
    return f"{area.mac} {area.number}"


def _show(found: Price) -> None:
    from proofline.claims.fees.pricing import dollars  # noqa: PLC0415

    units = counted(found.units, "unit")
    click.secho(f"{found.code} on {found.on}, {units}: {dollars(found.allowed)}", bold=True)
    for step in found.working:
        click.echo(f"  {step}")
    if found.units > 1:
        click.echo(f"  x {found.units} units = {dollars(found.allowed)}")
    if found.paid is not None:
        click.echo(f"  patient's coinsurance    {dollars(found.coinsurance or 0):>9}")
        click.echo(f"  kept by sequestration    {dollars(found.sequestrated or 0):>9}")
        click.echo(f"  Medicare pays            {dollars(found.paid):>9}  (deductible met)")
    for source in found.sources:
        digest = f", SHA-256 {source.sha256[:12]}" if source.sha256 else ""
        click.echo(f"  from {source.file} for {_days(source)}{digest}")
        if source.note:
            click.echo(f"    {source.note}")


def _days(source: Source) -> str:
    return f"{source.first} to {source.last}"
