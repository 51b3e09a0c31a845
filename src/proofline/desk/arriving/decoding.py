"""Bytes of messages to rows of evidence: the same readers, and the same rules, as for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proofline.desk.arriving.evidence import BookEvidence
from proofline.desk.arriving.messages import Sent
from proofline.desk.arriving.one_meaning import ambiguity
from proofline.desk.arriving.standing import Standing
from proofline.intake import source
from proofline.intake.additions import CleanRow, add_rows
from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload
from proofline.intake.report import FileReport, Place, Report, Trouble
from proofline.intake.shared_scales import doubt_shared_scales, watched
from proofline.intake.sources.fhir.decode import Intake
from proofline.intake.sources.fhir.decode import Options as Surroundings
from proofline.intake.sources.fhir.texts import in_memory
from proofline.intake.sources.fhir.withdrawing import taken_back
from proofline.intake.taking_in import Way

FHIR = "fhir"
_RECEIVED = frozenset({"readings", "provenance"})


def take_rows(name: str, sent: Sequence[Sent], into: BookEvidence, there: Standing) -> Report:
    """Add to the book what messages of the source `name` tell; the report has each by its id."""
    report = Report()
    sent = [one for one in sent if _is_strict(one, report.of(one.message_id))]
    if name == FHIR:
        _take_fhir(sent, into, there, report)
    else:
        way = Way(name, source(name), Options(), there.known, report)
        rows = (row for one in sent for row in way.of(_payload(one)))
        scales: set[str] = set()
        add_rows(watched(rows, scales), into, report)
        doubt_shared_scales(into, scales, report)
    return report


def _is_strict(one: Sent, report: FileReport) -> bool:
    """Tell of JSON that two parsers may read in two ways; it is not read at all."""
    if reason := ambiguity(one.body):
        cure = "Ask the sender to write JSON that has one meaning, and to send it anew."
        report.tell(Trouble(Place(one.message_id), "refused", "two_meanings", "", reason, cure))
    return not reason


def _payload(one: Sent) -> Payload:
    return Payload(one.message_id, one.body, one.digest, received(one), one.authenticity)


def received(one: Sent) -> str:
    """When a message reached us, as evidence writes instants."""
    return one.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _take_fhir(sent: Sequence[Sent], into: BookEvidence, there: Standing, report: Report) -> None:
    """Take each message by itself: what one names `Device/1` is nothing to another."""
    for one in sent:
        options = Surroundings(devices=there.serials, zones=there.zones, known=there.known)
        intake = Intake(options, report)
        intake.gather(in_memory(one.message_id, one.body, one.authenticity))
        scales: set[str] = set()
        add_rows(watched(_dated(intake.rows(), received(one)), scales), into, report)
        doubt_shared_scales(into, scales, report)
        back = taken_back(intake.withdrawn, into, report)
        add_rows(back, into, report)


def _dated(rows: Iterator[CleanRow], at: str) -> Iterator[CleanRow]:
    """What does not say when it was sent was received now."""
    for row in rows:
        if row.table in _RECEIVED:
            row.cells.setdefault("received_at", at)
        yield row
