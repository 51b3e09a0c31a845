"""From a folder of evidence and the files of a practice to drawn claims, before any is written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.cli.claims.checking import read_directory_at
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proofline.claims.amending.kept import KeptDecision
    from proofline.claims.book import Decided
    from proofline.claims.drawing import Decision, Drawn
    from proofline.claims.expecting import Expecting
    from proofline.claims.sheets.charges import Charges
    from proofline.claims.sheets.directory import Directory
    from proofline.decide import Asked
    from proofline.decide.run import Run
    from proofline.evidence import Evidence


class Found(Struct, frozen=True):
    """What came of evidence: claims drawn, and the enrollments judged, present, and of whom.

    `practices` are the NPIs of the practices in the evidence, `bases` what its lines would rest on.
    """

    drawn: Drawn
    decided: Decided
    judged: set[str]
    present: set[str]
    practices: set[str]
    bases: list[KeptDecision]


class Sheets(Struct, frozen=True):
    """What claims are written from besides the evidence, as files told it."""

    charges: Charges
    directory: Directory
    expected: Expecting


def sheets_of(
    charges: Path, directory: Path | None, priced: tuple[Path | None, Path | None]
) -> Sheets:
    """Read charges, directory, and the folder of fees and file of contracts that price lines."""
    from proofline.claims.sheets.charges import read_charges  # noqa: PLC0415

    return Sheets(read_charges(charges), read_directory_at(directory), expecting(*priced))


@contextmanager
def drawn_from(evidence: Path, asked: Asked, sheets: Sheets) -> Iterator[tuple[Run, Found]]:
    """Decide the evidence and draw what is billable; nothing is written yet.

    The run is open for the time of the block, for who keeps what lines were drawn from.
    """
    from proofline.claims import drawing  # noqa: PLC0415
    from proofline.claims.book import decided  # noqa: PLC0415
    from proofline.claims.sheets.people import read_people  # noqa: PLC0415
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import opened  # noqa: PLC0415

    with progress() as told, opened(evidence, asked, told=told) as (run, read):
        billable, judged, bases = billable_decisions(run)
        tell_of_rows(read)
        rows = read.connection.cursor()
        program = "SELECT enrollment_id, program FROM main.enrollments"
        present = dict(rows.execute(program).fetchall())
        numbers = rows.execute("SELECT coalesce(npi, '') FROM main.practices").fetchall()
        people = read_people(read.connection, sorted({one["enrollment_id"] for one in billable}))
        judged |= {one for one, of in present.items() if asked.program in {None, of}}
        papers = drawing.Sheets(people, sheets.charges, sheets.directory, sheets.expected)
        drawn = drawing.draw(billable, papers)
        practices = {npi for (npi,) in numbers}
        told_of = decided(billable, asked.as_of)
        yield run, Found(drawn, told_of, judged, set(present), practices, bases)


def billable_decisions(run: Run) -> tuple[list[Decision], set[str], list[KeptDecision]]:
    """Give the billable decisions, every enrollment that was judged, and a basis of each line."""
    from proofline.claims.amending.kept import kept_of  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    billable: list[Decision] = []
    judged: set[str] = set()
    bases: list[KeptDecision] = []
    for one in decisions(run):
        judged.add(one["enrollment_id"])
        bases.append(kept_of(one, run.asked.clock))
        if one["outcome"] == "billable":
            billable.append(one)
    return billable, judged, bases


def tell_of_rows(read: Evidence) -> None:
    """Say how many rows were set aside; `check` tells why."""
    aside = sum(count for _, count in read.counts.values())
    if aside:
        note(f"note: {aside} rows of the evidence were set aside; proofline check says why")


def expecting(fees: Path | None, contracts: Path | None) -> Expecting:
    """Give what prices lines, from the folder of loaded fees and the contracts."""
    from proofline.claims.expecting import Expecting  # noqa: PLC0415
    from proofline.claims.fees.contracts import read  # noqa: PLC0415
    from proofline.claims.fees.shelf import Shelf  # noqa: PLC0415

    return Expecting(Shelf(fees), None if contracts is None else read(contracts))
