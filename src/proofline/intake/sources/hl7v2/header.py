"""MSH, the head of every message: what it is, who sent it when, in which characters."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from proofline.intake.report import Place
from proofline.intake.sources.hl7v2.er7 import Delimiters, component, plain
from proofline.intake.sources.hl7v2.times import zone_of

_LAST_FIELD = 18
_LONGEST_KEPT = 512
_BLANK = [""] * (_LAST_FIELD + 1)

VERSIONS = frozenset(
    {"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"}
)

CHARSETS = {
    "": "utf-8",  # the standard's default is ASCII, of which UTF-8 is the larger
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",  # not the standard's word, but the Continua guides'
    "UTF8": "utf-8",
    "UNICODE": "utf-8",  # of older versions; in an encoding with wide characters there are NULs
    "8859/1": "iso8859-1",
    "8859/2": "iso8859-2",
    "8859/3": "iso8859-3",
    "8859/4": "iso8859-4",
    "8859/5": "iso8859-5",
    "8859/6": "iso8859-6",
    "8859/7": "iso8859-7",
    "8859/8": "iso8859-8",
    "8859/9": "iso8859-9",
    "8859/15": "iso8859-15",
    # What senders write who name a set as their programming language does.
    "ISO-8859-1": "iso8859-1",
    "ISO8859-1": "iso8859-1",
    "WINDOWS-1252": "cp1252",
    "CP1252": "cp1252",
}
"""Word of MSH-18 -> codec. Sets in which a byte of another character can look like a delimiter
(GB 18030, Big 5, the Japanese ones) and switches within a message are not taken."""


class Sender(Struct, frozen=True, gc=False):
    """What one sender says in the MSH of every message, unescaped.

    `kind` is type and event, such as `ORU^R01`; `accept` and `application` say which answers the
    sender waits for (MSH-15, MSH-16); `parties` are MSH-3 to MSH-6 as sent.
    """

    kind: str
    version: str
    processing: str
    charset: str
    accept: str
    application: str
    parties: tuple[str, str, str, str]


class Header(Struct, gc=False):
    """What MSH says; `zone` is the offset of MSH-7, the default of every time in the message."""

    sender: Sender
    control_id: str
    sent: str
    zone: str


def header_of(segment: str, marks: Delimiters) -> Header:
    """Read MSH; absent fields are blank."""
    found = segment.split(marks.field, _LAST_FIELD)
    if len(found) <= _LAST_FIELD:
        found += _BLANK[len(found) :]
    sender_of = _kept_sender if len(segment) <= _LONGEST_KEPT else _sender
    sender = sender_of(
        (found[8], found[11], found[10], found[17], found[14], found[15]),
        (found[2], found[3], found[4], found[5]),
        marks,
    )
    sent = found[6].partition(marks.component)[0]
    return Header(sender, plain(found[9], marks), sent, zone_of(sent))


def _sender(
    said: tuple[str, str, str, str, str, str],
    parties: tuple[str, str, str, str],
    marks: Delimiters,
) -> Sender:
    kind, version, processing, charset, accept, application = said
    name, event = component(kind, 1, marks), component(kind, 2, marks)
    return Sender(
        kind=f"{name}^{event}" if event else name,
        version=component(version, 1, marks),
        processing=component(processing, 1, marks),
        # A second set would be for switches within the message.
        charset=plain(charset.partition(marks.repetition)[0], marks).upper(),
        accept=accept,
        application=application,
        parties=parties,
    )


_kept_sender = lru_cache(maxsize=1024)(_sender)


class Message(Struct, gc=False):
    """One message of a payload: its head, its segments as text, each with its name, its bytes."""

    place: Place
    marks: Delimiters
    header: Header
    names: list[str]
    segments: list[str]
    data: bytes
