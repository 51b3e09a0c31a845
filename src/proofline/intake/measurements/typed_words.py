"""Words by which people and programs say that somebody typed a value in, for all decoders.

And those of a note by which a value is a meter's own test, of control solution and not of blood.

English only, as senders write it in notes, names of methods and labels.
"""

from __future__ import annotations

import re

import msgspec

LONGEST = 10_000
"""Characters of a text that are looked through."""
_STAFF = "(clinician|nurse|staff|provider|practitioner|physician|doctor|operator)"
_WHOEVER = f"(patient|pt|user|citizen|caregiver|carer|relative|family|proxy|{_STAFF})"
_TYPED = re.compile(
    r"manual(ly)?[ _-]*(data[ _-]*)?(ente?r|input)|manually[ _-]*(record|log|key|transcri)"
    r"|(entered|typed|keyed)[ _-]*(in[ _-]*)?(manually|by[ _-]*hand)"
    r"|(entered|typed|keyed)[ _-]*(in[ _-]*)?by[ _-]*(the[ _-]*|a[ _-]*)?"
    rf"{_WHOEVER}(?![a-z]|[ _-]*(monitor|device))"
    r"|(self|patient|user)[ _-]*(entered|typed|input)"
    rf"|(?<![a-z])(hand|keyboard|{_WHOEVER})[ _-]*(entered|typed|keyed)"
    r"|(?<![a-z])(self|hand|keyboard|user)[ _-]*entry"
    r"|human[ _-]*transcri|transcribed[ _-]*(by|from)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\W*manual(ly)?\W*", re.IGNORECASE)
_CONTROL = re.compile(
    r"\W*((a|the)\s+)?((glucose|meter|level)\s+)?"
    r"(quality[ _-]*control|control[ _-]*(solution|liquid|fluid|test))"
    r"([ _-]*(test|check|reading|measurement|result|solution))?"
    r"(\W*(level\W*)?(low|normal|high|[123]))?\W*",
    re.IGNORECASE,
)
_NOT_BY_HAND = "(?![ _-]*(in[ _-]*)?(manual|by[ _-]*hand))"
_PLACE = (
    r"(the|a|his|her|their|my)[ _-]+((patient'?s?|exam|hospital|living|waiting)[ _-]+)?"
    r"(room|house|home|apartment|office|clinic|building)"
    r"(?=\s*($|[.,;:!?)]|(and|when|while|to|during|as|before|after)\b))"
)
_ENDS = r"(?=\s*($|[.:;]))"
_COMMENT = "(comments?|remarks?|notes?)"
_DENIED = re.compile(
    r"\b(no|not|non|never|without)[ _-]+(any[ _-]+|been[ _-]+)?"
    r"((manual(ly)?|entered|typed|keyed|self|patient|user)"
    rf"[ _-]*(entered|typed|entry|input|(keyed|transcribed|recorded|logged){_NOT_BY_HAND})?"
    r"|(hand|human|keyboard|transcribed)"
    rf"([ _-]*(entered|typed|keyed|entry|input|transcribed|recorded|logged){_NOT_BY_HAND})?"
    rf"|{_WHOEVER}([ _-]*(entered|typed|keyed|recorded|logged)(?![ _-]*(in[ _-]*)?(by|manual)))?)"
    # What somebody entered that is no value, or a text that no person transcribed.
    r"|\border(s|ed)?[ _-]+((was|were|is|has[ _-]+been)[ _-]+)?(entered|typed|keyed)"
    rf"[ _-]*(in[ _-]*)?by[ _-]*(the[ _-]*|a[ _-]*)?{_STAFF}(?![a-z])"
    rf"|{_STAFF}[ _-]+entered[ _-]+{_PLACE}"
    rf"|(?<![a-z]){_WHOEVER}[ _-]*(entered|typed)[ _-]+((a|the)[ _-]+)?{_COMMENT}{_ENDS}"
    rf"|(^|[.;!?])\s*((the|an?)[ _-]+)?{_COMMENT}[ _-]+((was|were|is)[ _-]+)?"
    rf"(entered|typed)[ _-]*(in[ _-]*)?by[ _-]*(the[ _-]*|a[ _-]*)?{_WHOEVER}{_ENDS}"
    r"|(^|[.;!?])\s*((the|an?|audio|voice|spoken)[ _-]+)*(comments?|notes?)[ _-]+"
    r"((was|were|is)[ _-]+)?transcribed[ _-]+(by|from)[ _-]+((the|an?|speech|voice)[ _-]+)*"
    r"(software|machine|computer|recording|audio)\b"
    r"|(?<![a-z])(self|hand|keyboard|user)[ _-]*entry[ _-]+"
    r"((is|was|has[ _-]+been)[ _-]+)?((turned|switched)[ _-]+)?(disabled|blocked|off)\b",
    re.IGNORECASE,
)
"""What says that nobody typed a value in; it is read as if it were not there.

Whatever is in doubt stays out of it: a typed value taken for measured is billed.
"""


def says_typed(text: str) -> bool:
    """Say whether a text says that somebody typed a value in, and does not deny it."""
    return bool(_TYPED.search(affirmed(text)))


def noted_typed(text: str) -> bool:
    """Say it of a note, in which `manual` alone is of the entry: it stands beside a value."""
    return says_typed(text) or bool(_ALONE.fullmatch(text))


def noted_control(text: str) -> bool:
    """Say whether a note names a control solution or its test, and says nothing else.

    Beside anything else it may be of the meter's last test, or of the one that comes next.
    """
    return bool(_CONTROL.fullmatch(text))


def note_says_typed(note: msgspec.Raw) -> bool:
    """Say of a note as it is sent in JSON that it says typed; a line of it may end anywhere."""
    return noted_typed(_text_of(note))


def note_says_control(note: msgspec.Raw) -> bool:
    """Say of a note as it is sent in JSON that it names a control solution."""
    return noted_control(_text_of(note))


def _text_of(note: msgspec.Raw) -> str:
    try:
        told = str(msgspec.json.decode(note))
    except (ValueError, RecursionError):  # of letters that are none, or too deep
        told = bytes(note).decode("utf-8", "replace")
    return " ".join(told[:LONGEST].split())


def affirmed(text: str) -> str:
    """Give a text without what it says that was not so, or was of something else."""
    return _DENIED.sub(" ", text)
