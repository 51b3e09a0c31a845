"""Files of one source into an evidence folder, from the bytes to the report.

Every payload is kept as it arrived before the first row that came of it is written, and rows are
written in the order in which they lean on each other, so that after a crash the same command can be
given again. Taking the same payload in twice adds nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from proofline.intake import source
from proofline.intake.additions import NewRow, add_rows
from proofline.intake.appending import EvidenceFolder
from proofline.intake.arriving import arrive
from proofline.intake.identity import known
from proofline.intake.keeping import keep
from proofline.intake.metrics import DEVICE_KIND
from proofline.intake.options import Options
from proofline.intake.payload import Payload, payload
from proofline.intake.report import FileReport, IntakeError, Report, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proofline.intake.identity import Known
    from proofline.intake.measurement import Measurement


def take_in(
    name: str,
    paths: Iterable[str | Path],
    into: str | Path,
    *,
    options: Options = Options(),
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Take files of the source `name` into an evidence folder and say of each what became of it.

    `progress` is called with each file's name before it is read.

    Errors: WrongUse for a source that there is not, IntakeError for a file or a folder that cannot
    be read or written. Broken content of a file is no error but in the report.
    """
    read = source(name).decode
    report = Report()
    with EvidenceFolder.held(Path(into)) as folder:
        there = known(folder.rows("devices"), folder.rows("patients"))
        for path in dict.fromkeys(map(Path, paths)):
            if progress:
                progress(str(path))
            sent = payload(path.name, _bytes_of(path), options.received_at, options.authenticity)
            report.files.append(one := FileReport(sent.name))
            keep(sent, folder.path)
            rows = _rows(read(sent, options), name, sent, known=there, report=one)
            add_rows(rows, folder, report)
            one.put_in_order()
    return report


def _rows(
    told: Iterable[Measurement | Trouble],
    source_name: str,
    sent: Payload,
    *,
    known: Known,
    report: FileReport,
) -> list[NewRow]:
    """The rows of all that a payload tells; its troubles go to the report."""
    rows: list[NewRow] = []
    for said in told:
        if isinstance(said, Trouble):
            report.troubles.append(said)
            continue
        report.resources[DEVICE_KIND[said.metric] or "heart rate"] += 1
        for came in arrive(said, source=source_name, payload=sent, known=known):
            if isinstance(came, Trouble):
                report.troubles.append(came)
            else:
                rows.append(came)
    return rows


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise IntakeError(
            "intake.unreadable",
            f"{path} cannot be read ({error.strerror}); nothing of it was taken in.",
            "Check the path and its permissions; name files, not folders.",
        ) from error
