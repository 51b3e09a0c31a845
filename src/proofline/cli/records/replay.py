"""`proofline replay`: old decisions again, to the byte, and beside them what is different today."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from proofline.cli.asking import ENGINE, EVIDENCE, Day, today
from proofline.cli.records.telling import Telling, edition_notes, named, short, summed_up
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from typing import TypeAlias

    from proofline.decide import Asked
    from proofline.decide.records.keeping import Head, Leaf
    from proofline.decide.records.replaying import Replayed
    from proofline.decide.records.sheet import Sheet
    from proofline.decide.run import Run

    Side: TypeAlias = tuple[Run, Iterator[Leaf]]
    """A run, and the kept leaves that are held beside what it decides."""


@click.command()
@click.argument("records", type=EVIDENCE)
@click.option("--evidence", type=EVIDENCE, help="Decide anew from this folder or DuckDB file too.")
@click.option("--today", "day", type=Day(), help="The day of today's decisions; today if absent.")
@click.option(
    "--snapshots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where snapshots lie, to name rows where the evidence of then was edited since.",
)
@ENGINE
@click.option(
    "--most",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Tell so many differences of each kind, and count the others.",
)
@click.pass_context
def replay(
    context: click.Context,
    records: Path,
    evidence: Path | None,
    day: date | None,
    snapshots: Path | None,
    engine: str,
    most: int,
) -> None:
    """Replay the RECORDS that `decide --keep` made: a folder of them, or one file.

    Each decision is made again from the facts and the page that were kept with it, and must be the
    same to the byte; with --evidence also from the evidence as it was known on that day. Beside
    them stands what today's law (and today's evidence) would decide, and what turned it.

    The exit status is 1 where a decision does not come out as it was kept.
    """
    from proofline.decide.records import keeping  # noqa: PLC0415

    telling = Telling(most, progress=sys.stderr.isatty())
    wanted = Wanted(evidence, today() if day is None else day, snapshots, engine)
    for path in keeping.files(records):
        with ExitStack() as stack:
            law = Path(stack.enter_context(TemporaryDirectory(prefix="proofline-law-")))
            Replay(path, keeping.head(path), law, wanted, telling).tell()
    if telling.amiss:
        context.exit(ProoflineError.exit_status)


@dataclass(frozen=True)
class Wanted:
    """What was asked of the command."""

    evidence: Path | None
    day: date
    snapshots: Path | None
    engine: str


@dataclass(frozen=True)
class Replay:
    """One file of records, with its law put back in a folder."""

    path: Path
    head: Head
    law: Path
    wanted: Wanted
    telling: Telling

    def tell(self) -> None:
        """Replay the file in every way that was asked for."""
        self._seals()
        self._from_facts()
        if self.wanted.evidence is None:
            self._law_of_today()
        else:
            self._from_evidence(self.wanted.evidence)

    def _seals(self) -> None:
        from proofline.decide.records import keeping, law  # noqa: PLC0415
        from proofline.decide.records.texts import engine_texts  # noqa: PLC0415
        from proofline.evidence.zones import TZDATA_VERSION  # noqa: PLC0415

        setting = self.head.setting
        click.echo(
            f"{self.path.name}: decided as of {setting.as_of} by {setting.engine},"
            f" {setting.clock} clock, time zones {setting.tzdata}"
        )
        broken = keeping.broken_seal(self.path)
        if broken is not None:
            self.telling.wrong(f"{self.path.name}: {broken}")
        folder = self.path.parent / keeping.LAW
        if not folder.is_dir():
            message = f"There is no folder {folder}, which holds the pages of then."
            remedy = "Put it back beside the records: `decide --keep` wrote both."
            raise keeping.BadRecords("records.no_law", message, remedy)
        for trouble in law.put_back(self.head.law, folder, self.law):
            self.telling.wrong(f"the law kept: {trouble}")
        for note in edition_notes(self.head, engine_texts(), TZDATA_VERSION):
            click.echo(f"note: {note}")

    def _hold(self, sides: Iterable[Side], what: str) -> None:
        """Tell every decision that does not come out as it was kept, and in which fields."""
        from proofline.decide.records.replaying import differences  # noqa: PLC0415

        self.telling.begin(what)
        for one, _ in self._beside(sides, what):
            if not one.same:
                fields = differences(one)
                lines = (f"{f.name}: kept {short(f.kept)}, now {short(f.now)}" for f in fields)
                self.telling.tell(named(one.record), lines)
        self.telling.amiss += self.telling.told
        click.echo(summed_up(self.telling.seen, self.telling.told, what))

    def _beside(self, sides: Iterable[Side], what: str) -> Iterator[tuple[Replayed, Run]]:
        from proofline.decide.records.replaying import replayed  # noqa: PLC0415

        for run, leaves in sides:
            for one in replayed(leaves, run, self.head):
                self.telling.went_by(what)
                yield one, run

    def _from_facts(self) -> None:
        asked = self.head.setting.asked(self.law)
        self._hold(self._restored(asked, all_of), "from the facts and pages kept")

    def _restored(
        self, asked: Asked, chosen: Callable[[Iterable[Sheet]], Iterable[Sheet]]
    ) -> Iterator[Side]:
        from proofline.decide.records.restoring import in_portions  # noqa: PLC0415

        return in_portions(self.path, asked, chosen, engine=self.wanted.engine)

    def _from_evidence(self, evidence: Path) -> None:
        """Decide from the evidence of then, and beside it from that of today under today's law."""
        from proofline.decide import opened  # noqa: PLC0415
        from proofline.decide.decision import lay_out  # noqa: PLC0415
        from proofline.decide.records.keeping import leaves  # noqa: PLC0415

        asked = self.head.setting.asked(self.law)
        with ExitStack() as stack:
            then, _ = stack.enter_context(opened(evidence, asked, engine=self.wanted.engine))
            lay_out(then, "")
            known = f"from the evidence as it was known on {asked.as_of}"
            self._hold([(then, leaves(self.path))], known)
            anew = replace(asked, as_of=self.wanted.day, law=shelf_now())
            now, _ = stack.enter_context(opened(evidence, anew, engine=self.wanted.engine))
            lay_out(now, "")
            what = f"on the evidence and the law of {anew.as_of}"
            self._turned([(now, leaves(self.path))], what, then)

    def _law_of_today(self) -> None:
        """Hold today's bounds against the facts kept, where the same pages rule them."""
        from proofline.decide.records.law import law_on  # noqa: PLC0415
        from proofline.decide.records.today import still_ruled  # noqa: PLC0415

        law = shelf_now()
        if law_on(law).digest == self.head.setting.law:
            click.echo("today's law is the law of then; --evidence asks what came since")
            return
        asked = replace(self.head.setting.asked(law), law=law)
        sides = self._restored(asked, lambda sheets: still_ruled(sheets, law))
        self._turned(sides, "under today's law, on the facts kept", None)

    def _turned(self, sides: Iterable[Side], what: str, then: Run | None) -> None:
        """Tell every decision that would be another today, and what turned it."""
        from proofline.decide.records.today import page  # noqa: PLC0415
        from proofline.decide.records.turning import turns  # noqa: PLC0415

        self.telling.begin(what)
        for one, now in self._beside(sides, what):
            if one.kept is None:
                continue
            title = f"{named(one.kept)}, today"
            if one.now is None:
                self.telling.tell(title, [gone(then)])
                continue
            kept, again = one.kept.decision, one.now.decision
            pages = page(kept["pack"], self.law), page(again["pack"], now.asked.law)
            found = list(turns(kept, again, pages))
            if found:
                lines = [
                    line for turn in found for line in (turn.what, *map(indented, turn.because))
                ]
                rows = [] if then is None else self._rows(one, then, now)
                self.telling.tell(title, [*lines, *rows])
        click.echo(summed_up(self.telling.seen, self.telling.told, what))

    def _rows(self, one: Replayed, then: Run, now: Run) -> list[str]:
        """Say which rows of the period came or changed since; nothing where enough was told."""
        from proofline.decide.records.today import since  # noqa: PLC0415
        from proofline.decide.snapshots import in_words  # noqa: PLC0415

        if one.kept is None or self.telling.told >= self.telling.most:
            return []
        found = since(one.kept, then, now, self.wanted.snapshots)
        if not found.told:
            return ["the evidence of then was edited: --snapshots names the rows, if it was kept"]
        return [f"since then: {in_words(change)}" for change in found.rows]


def all_of(sheets: Iterable[Sheet]) -> Iterable[Sheet]:
    """Choose every sheet."""
    return sheets


def shelf_now() -> Path:
    """Give the folder of packs of this edition."""
    from proofline.packs import shelf  # noqa: PLC0415

    return shelf.ROOT


def gone(then: Run | None) -> str:
    """Say of a decision that has none beside it today why that may be."""
    if then is None:
        return "another page rules its dates today: give --evidence to decide it anew"
    return "there is no such line any more"


def indented(text: str) -> str:
    """Set a reason under what it is the reason of."""
    return f"  {text}"
