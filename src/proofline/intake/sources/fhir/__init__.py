"""FHIR R4 in: Observation, Device, Patient and Consent, alone, in Bundles or in bulk NDJSON.

Read downwards: files (bytes to resources) > references (who points at whom) > measured, entry and
observation, device, patient, consent (resources to rows) > decode (all of it) > take_in (into the
folder).
"""

from __future__ import annotations

import gc
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from proofline.errors import WrongUse
from proofline.evidence.tables import PROGRAMS
from proofline.evidence.zones import zone_names
from proofline.intake.additions import add_rows
from proofline.intake.identity import is_serial, known
from proofline.intake.payloads.keeping import keep_file
from proofline.intake.payloads.unpacking import HEAD_BYTES, PackedError, is_packed, unpack
from proofline.intake.report import IntakeError, Place, Report, Trouble
from proofline.intake.shared_scales import doubt_shared_scales, watched
from proofline.intake.sources.fhir.decode import Decoded, Intake, Options, decode
from proofline.intake.sources.fhir.texts import Input
from proofline.intake.sources.fhir.withdrawing import taken_back, taken_back_before
from proofline.intake.tables.appending import EvidenceFolder
from proofline.intake.tables.labels import SAID, labelled_before
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from proofline.intake.payloads.payload import Payload
    from proofline.intake.tables.staged import CleanRow

__all__ = ["TITLE", "Decoded", "Options", "decode", "take_in", "told"]

TITLE = "FHIR R4 resources, Bundles and bulk NDJSON"


def take_in(
    paths: Iterable[str | Path],
    into: str | Path,
    *,
    time_zone: str | None = None,
    program: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Take FHIR files into an evidence folder and say of each what became of it.

    `time_zone` (IANA) is given to patients who carry none, `program` (RPM, RTM, …) to consents that
    name none; `progress` is called with each file's name before it is read. Taking the same files
    in twice adds nothing. Archives are opened. Tables are added to in such an order, readings last,
    that a crash loses nothing and the same command can be given again.

    Errors: WrongUse for an option that makes no sense, IntakeError for a file or a folder that
    cannot be read or written. Broken content of a file is no error but in the report.
    """
    _check(time_zone, program)
    known_paths = list(dict.fromkeys(map(Path, paths)))
    for path in known_paths:
        _is_readable(path)
    report = Report()
    with EvidenceFolder.held(Path(into)) as folder, ExitStack() as opened, _uncollected():
        intake = Intake(_options(folder, time_zone or "", program or ""), report)
        for path in known_paths:
            if progress:
                progress(str(path))
            for sent in _inputs(path, folder.path, opened):
                if isinstance(sent, Trouble):
                    report.of(str(path)).tell(sent)
                else:
                    intake.gather(sent)
        scales: set[str] = set()
        add_rows(watched(intake.rows(), scales), folder, report)
        doubt_shared_scales(folder, scales, report)
        back = [*taken_back_before(folder, set()), *intake.withdrawn]
        add_rows(taken_back(back, folder, report), folder, report)
    for one in report.files:
        one.put_in_order()
    return report


def told(sent: Payload) -> Iterator[CleanRow | Trouble]:
    """Give all that one payload tells: rows for evidence, where they came from, and troubles."""
    result = decode([(sent.name, sent.data)])
    yield from result.rows
    yield from result.provenance
    for one in result.files.values():
        yield from one.troubles


def _options(folder: EvidenceFolder, time_zone: str, program: str) -> Options:
    devices = [row for row in folder.rows("devices") if "device_id" in row]
    patients = [row for row in folder.rows("patients") if "time_zone" in row]
    return Options(
        time_zone,
        program,
        {row["device_id"]: is_serial(row.get("serial", "")) for row in devices},
        {row.get("patient_id", ""): row["time_zone"] for row in patients},
        known(devices, patients),
        frozenset(labelled_before(folder.rows("provenance", SAID))),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector off: decoding makes no circles, and it would be half the cost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _inputs(path: Path, folder: Path, opened: ExitStack) -> Iterator[Input | Trouble]:
    """Keep a file and give it, or of an archive all that is in it; `opened` is closed at the end.

    Errors: as of `keep_file`.
    """
    sha256, kept = keep_file(path, folder)
    with kept.open("rb") as file:
        if not is_packed(file.read(HEAD_BYTES)):
            yield Input(str(path), kept, sha256)
            return
        try:
            out, members = unpack(file, folder)
        except PackedError as error:
            yield trouble(Place(str(path)), "packed", "", str(error))
            return
    opened.enter_context(out)
    out.flush()
    for member in members:
        name = str(path) if len(members) == 1 else f"{path} member {member.number}"
        yield Input(name, (out, member), sha256)


def _check(time_zone: str | None, program: str | None) -> None:
    if time_zone is not None and time_zone not in zone_names():
        raise WrongUse(
            "intake.time_zone",
            "The time zone is no IANA time zone.",
            "Give one such as America/Chicago.",
        )
    if program is not None and program not in PROGRAMS:
        raise WrongUse(
            "intake.program", "There is no such program.", f"Give one of {', '.join(PROGRAMS)}."
        )


def _is_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise IntakeError(
            "intake.unreadable",
            f"{path} cannot be read ({error.strerror}); nothing was taken in.",
            "Check the path and its permissions; name files, not folders.",
        ) from error
