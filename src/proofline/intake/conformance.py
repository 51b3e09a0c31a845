"""How well a sender's payloads say what a defended bill needs, for vendors to try on their own.

Nothing is written. Of every reading it is asked whether the payload said each of the things that
evidence keeps; a thing that was not said is no error, but somebody will have to settle it.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from proofline.intake import source
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import Known
from proofline.intake.measurements.fields import UNREADABLE
from proofline.intake.payloads.payload import documents
from proofline.intake.payloads.unpacking import HEAD_BYTES, PackedError, is_packed, unpack
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload
    from proofline.intake.tables.staged import CleanRow

Row = dict[str, str]

# what evidence asks -> the column that shows whether it was said, and what a payload should say
ASKED: dict[str, tuple[str, str]] = {
    "an id of the reading": ("message_id", "an id that stays when the reading is sent again"),
    "how it was entered": ("entry_said", "whether the device sent it, or somebody typed it in"),
    "the unit": ("unit_sent", "the unit of the value, in UCUM"),
    "the offset from UTC": ("offset_minutes", "the offset of the place where it was measured"),
    "when it was received": ("received_at", "when the measurement reached the sender's server"),
    "whether it is a test": ("test_said", "a flag on data that is no measurement"),
    "whether the person is sure": ("ambiguous_said", "a flag where another may have used it"),
}


class Conformance(Struct):
    """What came of one payload: `said` counts, of `readings`, those that said what is ASKED."""

    name: str
    readings: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def conforms(self) -> bool:
        """Whether something was understood, nothing refused, and every entry known."""
        refused = any(one.kind == "refused" for one in self.troubles)
        return self.readings > 0 and not refused and not self.entries["unknown"]


def conformance(name: str, sent: Payload, options: Options) -> Conformance:
    """Read one payload of the source `name` as intake would, and say how much it said.

    Errors: WrongUse for a source that there is not.
    """
    found = Conformance(sent.name)
    for one in _rows(name, sent, options):
        if isinstance(one, Trouble):
            if one.code != "other_patients_id":  # nobody's patients are known here
                found.troubles.append(one)
        elif one.table == "readings":
            found.readings += 1
            found.entries[one.cells["entry"]] += 1
        elif one.table == "provenance":
            found.said.update(asked for asked, (column, _) in ASKED.items() if column in one.cells)
    found.unknown_fields = unknown_fields(sent, getattr(source(name), "SHAPES", ()))
    return found


def judged(name: str, sent: Payload, options: Options) -> Iterator[Conformance]:
    """Judge a payload, or of an archive each payload that is in it.

    Errors: as of `conformance`.
    """
    if not is_packed(sent.data[:HEAD_BYTES]):
        yield conformance(name, sent, options)
        return
    try:
        out, members = unpack(io.BytesIO(sent.data), Path(gettempdir()))
    except PackedError as error:
        why = trouble(Place(sent.name), "packed", "", str(error))
        yield Conformance(sent.name, troubles=[why])
        return
    with out:
        for number, start, end in members:
            out.seek(start)
            inside = replace(sent, name=f"{sent.name} member {number}", data=out.read(end - start))
            yield conformance(name, inside, options)


def _rows(name: str, sent: Payload, options: Options) -> Iterator[CleanRow | Trouble]:
    reader, known = source(name), Known()
    if hasattr(reader, "told"):
        yield from reader.told(sent)
        return
    arrivals = Arrivals(name, sent, known)
    for said in reader.decode(sent, options):
        if isinstance(said, Trouble):
            yield said
        else:
            yield from arrivals.rows(said)


def unknown_fields(sent: Payload, shapes: tuple[type[Struct], ...]) -> Counter[str]:
    """Count the JSON fields of a payload that none of these shapes has; none without shapes."""
    known = {name for shape in shapes for name in shape.__struct_encode_fields__}
    found: Counter[str] = Counter()
    if not known:
        return found
    for document in documents(sent):
        if not isinstance(document, Trouble):
            try:
                _count(msgspec.json.decode(document.raw), known, found)
            except UNREADABLE:
                continue  # told of by the decoder
    return found


def _count(value: Any, known: set[str], found: Counter[str]) -> None:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for name, part in value.items():
            if name in known or name.isdecimal():  # a time or a number is data, not a field
                _count(part, known, found)
            else:
                found[shown(name)] += 1
    elif isinstance(value, list):
        for part in value:
            _count(part, known, found)
