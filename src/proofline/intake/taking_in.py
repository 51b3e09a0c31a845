"""Files of one source into an evidence folder, from the bytes to the report.

Every payload is kept as it arrived before the first row that came of it is written, and rows are
written in the order in which they lean on each other, so that after a crash the same command can be
given again. Taking the same payload in twice adds nothing. Files, and what is packed in them, may
be of any size: they are read in pieces, and rows wait outside of memory until all have come.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from proofline.errors import WrongUse
from proofline.intake import source
from proofline.intake.additions import add_rows
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import known
from proofline.intake.measurements.metrics import DEVICE_KIND
from proofline.intake.options import Options
from proofline.intake.payloads.keeping import keep, keep_file
from proofline.intake.payloads.payload import Payload
from proofline.intake.payloads.pieces import pieces
from proofline.intake.payloads.unpacking import HEAD_BYTES, PackedError, is_packed, unpack
from proofline.intake.report import IntakeError, Place, Report, Trouble
from proofline.intake.shared_scales import doubt_shared_scales, watched
from proofline.intake.tables.appending import EvidenceFolder
from proofline.intake.tables.known_before import SOURCE, under_kept_ids
from proofline.intake.tables.labels import SAID, as_tests, labelled_before
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType
    from typing import IO

    from proofline.intake.identity import Known
    from proofline.intake.payloads.pieces import Heading
    from proofline.intake.tables.staged import CleanRow


def take_in(
    name: str,
    paths: Iterable[str | Path],
    into: str | Path,
    *,
    options: Options | None = None,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Take files of the source `name` into an evidence folder and say of each what became of it.

    `progress` is called with each file's name before it is read. Nothing is added to a table before
    all files have been read.

    Errors: WrongUse for a source that there is not, IntakeError for a file or a folder that cannot
    be read or written. Broken content of a file is no error but in the report.
    """
    reader, report = source(name), Report()
    with EvidenceFolder.held(Path(into)) as folder:
        there = known(folder.rows("devices"), folder.rows("patients"))
        if options and options.patient_id not in {"", *there.patients}:
            raise WrongUse(
                "intake.unknown_patient",
                "The evidence knows no patient of this id.",
                "Add the patient to the table patients first, or mend --patient.",
            )
        way = Way(name, reader, options or Options(), there, report)
        rows = way.rows(dict.fromkeys(map(Path, paths)), folder.path, progress)
        _add(name, rows, folder, report)
    for one in report.files:
        one.put_in_order()
    return report


def take_in_payloads(
    name: str, sent: Sequence[Payload], into: str | Path, *, options: Options | None = None
) -> Report:
    """Take payloads of the source `name` that came over a wire, each whole and small.

    When this returns, every one of them is kept durably, and so are the rows that came of them. The
    report tells of each by its name.

    Errors: as of `take_in`; then none of them may be taken for received.
    """
    reader, report = source(name), Report()
    with EvidenceFolder.held(Path(into)) as folder:
        there = known(folder.rows("devices"), folder.rows("patients"))
        way = Way(name, reader, options or Options(), there, report)
        for one in sent:
            keep(one, folder.path)
        _add(name, (row for one in sent for row in way.of(one)), folder, report)
    return report


def _add(name: str, rows: Iterable[CleanRow], folder: EvidenceFolder, report: Report) -> None:
    scales: set[str] = set()
    tests = labelled_before(folder.rows("provenance", SAID))
    rows = as_tests(rows, tests) if tests else rows
    if name == SOURCE:
        rows = under_kept_ids(rows, folder)
    add_rows(watched(rows, scales), folder, report)
    doubt_shared_scales(folder, scales, report)


class Way(Struct, frozen=True):
    """From files to rows: who reads them, what is known, and where it is told what became of it."""

    name: str
    reader: ModuleType
    options: Options
    known: Known
    report: Report

    def rows(
        self, paths: Iterable[Path], folder: Path, progress: Callable[[str], None] | None
    ) -> Iterator[CleanRow]:
        """Give the rows of all files, each kept before it is read."""
        told = getattr(self.reader, "heading", None)
        heading: Heading | None = told and partial(told, options=self.options)
        for path in paths:
            if progress:
                progress(str(path))
            _open(path).close()
            sha256, kept = keep_file(path, folder)
            options = self.options
            whole = Payload(
                path.name,
                b"",
                sha256,
                options.received_at,
                options.authenticity,
                patient_id=options.patient_id,
            )
            with _open(kept) as file:
                for piece in _unpacked(file, whole, folder, heading):
                    yield from self.of(piece)

    def of(self, piece: Payload | Trouble) -> Iterator[CleanRow]:
        """Give the rows of all that a piece tells; its troubles go to the report."""
        if isinstance(piece, Trouble):
            self.report.of(piece.place.file).tell(piece)
            return
        one, arrivals = self.report.of(piece.name), Arrivals(self.name, piece, self.known)
        for said in self.reader.decode(piece, self.options):
            if isinstance(said, Trouble):
                one.tell(said)
                continue
            one.resources[DEVICE_KIND[said.series.metric] or "heart rate"] += 1
            for came in arrivals.rows(said):
                if isinstance(came, Trouble):
                    one.tell(came)
                    continue
                yield came


def _unpacked(
    file: IO[bytes], whole: Payload, folder: Path, heading: Heading | None
) -> Iterator[Payload | Trouble]:
    """Give a file in pieces; of an archive all that is in it, member by member."""
    if not is_packed(file.read(HEAD_BYTES)):
        yield from pieces(file, (0, file.seek(0, os.SEEK_END)), whole, heading)
        return
    try:
        out, members = unpack(file, folder)
    except PackedError as error:
        yield trouble(Place(whole.name), "packed", "", str(error))
        return
    with out:
        for number, start, end in members:
            name = whole.name if len(members) == 1 else f"{whole.name} member {number}"
            yield from pieces(out, (start, end), replace(whole, name=name), heading)


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise IntakeError(
            "intake.unreadable",
            f"{path} cannot be read ({error.strerror}); nothing was taken in.",
            "Check the path and its permissions; name files, not folders.",
        ) from error
