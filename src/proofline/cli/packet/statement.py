"""`proofline packet statement`: one plain page for the patient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import EVIDENCE, Day, clock_option
from proofline.cli.packet.files import write
from proofline.cli.packet.lines import line_of
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.argument("enrollment")
@click.argument("period")
@click.argument("code")
@click.option("--evidence", type=EVIDENCE, required=True, help="Folder or DuckDB file.")
@click.option("--as-of", type=Day(), required=True, help="What was known at the end of this day.")
@clock_option
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True)
@click.option(
    "--fees",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of loaded fees; without it only the few rows that Proofline brings along.",
)
@click.option("--into", type=click.Path(dir_okay=False, path_type=Path), required=True)
def statement(
    enrollment: str,
    period: str,
    code: str,
    evidence: Path,
    as_of: date,
    clock: Literal["cycle", "month"],
    language: str,
    fees: Path | None,
    into: Path,
) -> None:
    """Write one page for the patient: what was monitored, what is billed, what may be owed."""
    from proofline.claims.fees.shelf import Shelf  # noqa: PLC0415
    from proofline.packet import statement as saying  # noqa: PLC0415
    from proofline.packet.archive import packet_digest  # noqa: PLC0415
    from proofline.packet.paper.letter import letter  # noqa: PLC0415

    found = line_of((enrollment, period, code), evidence, as_of, clock, book=None).packet
    share = saying.owed(found, Shelf(fees))
    said = saying.statement(found, share, language=language)
    write(into, letter(found, said, packet_digest(found)))
    note(f"{into}: statement for line {found.line.line_id}")
