"""What a sender is told of its message: MSA, and ERR for each thing that was wrong.

* AA: it is kept, and what could be read of it is evidence. What could not be read stands in ERR as
  a warning, for sending it again would change nothing.
* AE: it could not be kept, so it is to be sent again; or every reading in it is broken.
* AR: it is not a message of this interface at all.

In the enhanced mode (MSH-15, MSH-16) a sender says which answers it waits for. Where it wants only
to know that the message is kept it gets CA, CE or CR instead, and where it wants none, none. Codes
of errors are those of HL7's table 0357. Nothing of the patient is ever said back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from proofline.intake.report import Trouble
from proofline.intake.sources.hl7v2.er7 import ABSENT, USUAL, Delimiters, delimiters, escaped
from proofline.intake.sources.hl7v2.header import VERSIONS, Header, header_of

Verdict = Literal["A", "E", "R"]

_OURS = "2.5.1"  # where the sender's version is not one we take
_BEFORE_2_5 = frozenset({"2.3", "2.3.1", "2.4"})
_MOST_ERRORS = 20
_OWN_ID_LENGTH = 20  # of MSH-10 up to 2.6
_LONGEST_ECHO = 199
_LONGEST_WORDS = 250
_LONGEST_HEAD = 4096
_ROW = re.compile(r"OBX (\d+)$")
_FIELD = re.compile(r"([A-Z]{3})-(\d+)$")

_TABLE_0357 = {
    "missing": "101^Required field missing",
    "bad_time": "102^Data type error",
    "bad_number": "102^Data type error",
    "repeated": "102^Data type error",
    "charset": "102^Data type error",
    "control": "102^Data type error",
    "delimiters": "102^Data type error",
    "no_system": "103^Table value not found",
    "unit_unknown": "103^Table value not found",
    "other_message": "200^Unsupported message type",
    "version": "203^Unsupported version id",
}
_INTERNAL = "207^Application internal error"
_NOT_KEPT = "It could not be kept just now; send it again."


class Outcome(Struct, frozen=True):
    """What became of a message: whether it is `kept`, its `readings`, and the troubles told."""

    kept: bool
    readings: int = 0
    troubles: Sequence[Trouble] = ()

    def wrong(self) -> list[Trouble]:
        """Give the troubles that the sender can do something about."""
        return [
            one for one in self.troubles if one.kind == "refused" or one.code == "other_message"
        ]

    def verdict(self) -> Verdict:
        """Give the verdict, as in AA, AE and AR."""
        wrong = self.wrong()
        if any(not _ROW.search(one.place.where) for one in wrong):
            return "R"
        return "E" if not self.kept or (wrong and not self.readings) else "A"


def answer(message: bytes, outcome: Outcome, at: str) -> bytes | None:
    """Give the acknowledgement of a message, unframed; None if its sender waits for none.

    `at` is the time of the answer as HL7 writes it, with its offset.
    """
    head = message[:_LONGEST_HEAD].partition(b"\r")[0].partition(b"\n")[0].decode("iso8859-1")
    marks = delimiters(head) if head.startswith("MSH") else None
    header = header_of(head, marks) if marks else header_of("MSH", USUAL)
    verdict = outcome.verdict()
    mode = _mode(header, verdict)
    if mode is None:
        return None
    own_id = hashlib.sha256(message + at.encode()).hexdigest()[:_OWN_ID_LENGTH].upper()
    # What we write may have to be escaped where nothing of theirs had to be.
    writing = _Writing(marks if marks and ABSENT not in marks else USUAL, header)
    segments = [writing.head(at, own_id), writing.said(mode + verdict)]
    segments += writing.errors(outcome, "W" if verdict == "A" else "E")
    return "".join(segment + "\r" for segment in segments).encode("ascii", "replace")


def _mode(header: Header, verdict: Verdict) -> str | None:
    """`A` for an application's answer, `C` for that of the wire, None for none."""
    accept, application = header.sender.accept, header.sender.application
    if not accept and not application:
        return "A"
    wanted = {"AL": True, "NE": False, "ER": verdict != "A", "SU": verdict == "A"}
    if wanted.get(application):
        return "A"
    return "C" if wanted.get(accept) else None


class _Writing(Struct):
    """Writes segments in the delimiters and the version of the sender."""

    marks: Delimiters
    header: Header

    @property
    def version(self) -> str:
        """The sender's version if it is one that is taken, else ours."""
        version = self.header.sender.version
        return version if version in VERSIONS else _OURS

    def head(self, at: str, own_id: str) -> str:
        """MSH: the parties change places."""
        sender, marks = self.header.sender, self.marks
        app, facility, to_app, to_facility = map(_printable, sender.parties)
        event = sender.kind.partition("^")[2]
        names = ("ACK", event, "ACK") if event.isalnum() else ("ACK",)
        kind = marks.component.join(names[:2] if self.version == "2.3" else names)
        mode = sender.processing if sender.processing.isalnum() else "P"
        encoding = "".join(marks[1:])
        parts = ("MSH", encoding, to_app, to_facility, app, facility, at, "", kind, own_id)
        return marks.field.join((*parts, mode, self.version))

    def said(self, code: str) -> str:
        """MSA: the verdict, and whose it is; MSA-2 may not be blank."""
        told = escaped(self.header.control_id[:_LONGEST_ECHO], self.marks) or "UNKNOWN"
        return self.marks.field.join(("MSA", code, told))

    def errors(self, outcome: Outcome, severity: str) -> list[str]:
        """ERR: one for each thing that was wrong; before 2.5 one for all of them."""
        wrong = outcome.wrong()[:_MOST_ERRORS]
        if self.version not in _BEFORE_2_5:
            told = [self._error(one, severity) for one in wrong]
            return told if outcome.kept else [self._not_kept(), *told]
        places = [
            (*(self._place(one) or ["", "", ""]), self._code(one, self.marks.subcomponent))
            for one in wrong
        ]
        if not outcome.kept:
            places.insert(0, ("", "", "", _coded(_INTERNAL, self.marks.subcomponent)))
        told = [self.marks.component.join(place) for place in places]
        return [f"ERR{self.marks.field}{self.marks.repetition.join(told)}"] if told else []

    def _error(self, one: Trouble, severity: str) -> str:
        marks = self.marks
        location = marks.component.join(self._place(one))
        words = escaped(one.reason[:_LONGEST_WORDS], marks)
        code = self._code(one, marks.component)
        return marks.field.join(("ERR", "", location, code, severity, "", "", "", words))

    def _not_kept(self) -> str:
        code = _coded(_INTERNAL, self.marks.component)
        return self.marks.field.join(("ERR", "", "", code, "E", "", "", "", _NOT_KEPT))

    def _place(self, one: Trouble) -> list[str]:
        """Segment, its number, and field; nothing where no field is to blame."""
        row, field = _ROW.search(one.place.where), _FIELD.match(one.path)
        return [field[1], row[1] if row else "1", field[2]] if field else []

    @staticmethod
    def _code(one: Trouble, joint: str) -> str:
        return _coded(_TABLE_0357.get(one.code, _INTERNAL), joint)


def _coded(code: str, joint: str) -> str:
    return f"{code}^HL70357".replace("^", joint)


def _printable(sent: str) -> str:
    """A party's name as it was sent, without what could break the answer."""
    return "".join(mark if " " <= mark <= "~" else "?" for mark in sent[:_LONGEST_ECHO])
