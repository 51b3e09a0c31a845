"""Bytes of messages to rows of evidence: the same readers, and the same rules, as for files.

A long message is read ahead while others are being written (`read_ahead`): what it becomes follows
from its bytes and from the devices and patients that the book knows. If the book has learnt of any
of these by the time the message is taken, it is read again then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from proofline.desk.arriving.evidence import BookEvidence
from proofline.desk.arriving.messages import Sent
from proofline.desk.arriving.one_meaning import ambiguity
from proofline.desk.arriving.standing import Standing, at_hand
from proofline.intake import source
from proofline.intake.additions import CleanRow, add_rows
from proofline.intake.identity import Known
from proofline.intake.measurements.measurement import Instrument
from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload
from proofline.intake.report import FileReport, Place, Report, Trouble
from proofline.intake.shared_scales import doubt_shared_scales, watched
from proofline.intake.sources.fhir.decode import Intake
from proofline.intake.sources.fhir.decode import Options as Surroundings
from proofline.intake.sources.fhir.texts import in_memory
from proofline.intake.sources.fhir.withdrawing import taken_back, taken_back_before
from proofline.intake.tables.known_before import SOURCE, under_kept_ids
from proofline.intake.tables.labels import labelled_there
from proofline.intake.taking_in import Way

FHIR = "fhir"
WORTH, MOST = 16 << 10, 1 << 20
"""Bytes of a message that is read ahead: shorter ones bring little, longer ones take memory."""

_RECEIVED = frozenset({"readings", "provenance"})


def take_rows(name: str, sent: Sequence[Sent], into: BookEvidence, there: Standing) -> Report:
    """Add to the book what messages of the source `name` tell; the report has each by its id."""
    report = Report()
    if name == FHIR:
        sent = [one for one in sent if _is_strict(one, report.of(one.message_id))]
        _take_fhir(sent, into, there, report)
    else:
        way = Way(name, source(name), Options(), there.known, report)
        rows = labelled_there([row for one in sent for row in _rows(one, way, there)], into)
        scales: set[str] = set()
        kept = under_kept_ids(rows, into) if name == SOURCE else rows
        add_rows(watched(kept, scales), into, report)
        doubt_shared_scales(into, scales, report)
    return report


def _rows(one: Sent, way: Way, there: Standing) -> Iterator[CleanRow]:
    """Give the rows of a message, as they were read ahead or else by reading it now."""
    ahead = one.ahead
    if ahead is not None and ahead.holds(there):
        way.report.put(ahead.report)
        rows, ahead.rows = ahead.rows, None  # the report is counted in, so it serves once
        yield from rows or ()
    elif _is_strict(one, way.report.of(one.message_id)):
        yield from _mapped(way, one).of(_payload(one))


def _mapped(way: Way, one: Sent) -> Way:
    """Read by the mapping of the message's feed, where it has one."""
    return structs.replace(way, options=Options(mapping=one.mapping)) if one.mapping else way


@dataclass(slots=True)
class Ahead:
    """What a message becomes by what a book knew; `read` says up to which rows it was read."""

    there: Standing
    read: tuple[int, int]
    report: FileReport
    rows: list[CleanRow] | None

    def holds(self, there: Standing) -> bool:
        """Whether the book knows now what it knew then."""
        return self.rows is not None and self.there is there and self.read == there.read


class _NewDevice(Exception):
    """A message tells of a device that the book has yet to learn of."""


class _Looked(Known):
    """What a book knows, for somebody who may not add to it."""

    def add(self, instrument: Instrument) -> None:
        """Give up: with a device that is new the message is read when it is its turn."""
        raise _NewDevice(instrument.id)


def read_ahead(tenant_id: str, one: Sent) -> Sent:
    """Read a message before it is its turn, without asking the database; not every one can be."""
    there = at_hand(tenant_id)
    if there is None or one.source == FHIR or one.whole or not WORTH <= len(one.body) <= MOST:
        return one
    read, report = there.read, Report()
    looked = _Looked(there.known.devices, there.known.patients)
    way = Way(one.source, source(one.source), Options(), looked, report)
    try:
        rows = [*_rows(one, way, there)]
    except _NewDevice:
        return one
    return replace(one, ahead=Ahead(there, read, report.of(one.message_id), rows))


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
        ids: set[str] = set()
        told = labelled_there([*_told_by_id(intake.rows(), ids)], into)
        rows = _dated(told, received(one))
        add_rows(watched(rows, scales), into, report)
        doubt_shared_scales(into, scales, report)
        withdrawn = [*taken_back_before(into, ids), *intake.withdrawn]
        add_rows(taken_back(withdrawn, into, report, received(one)), into, report)


def _told_by_id(rows: Iterator[CleanRow], ids: set[str]) -> Iterator[CleanRow]:
    """Note the ids of the readings of one message, as they pass."""
    for row in rows:
        if row.table == "readings":
            own_id = row.cells["reading_id"]
            ids |= {own_id, own_id.partition("#")[0]}  # of a panel each part has its own
        yield row


def _dated(rows: Iterable[CleanRow], at: str) -> Iterator[CleanRow]:
    """What does not say when it was sent was received now."""
    for row in rows:
        if row.table in _RECEIVED:
            row.cells.setdefault("received_at", at)
        yield row
