"""Our ids as FHIR's ids: up to 64 letters, digits, hyphens and dots (FHIR R4, datatype id)."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256

_PLAIN = re.compile(r"(?!x--|h--)[A-Za-z0-9.-]{1,64}")
_LONGEST = 64
_CODED, _HASHED = "x--", "h--"


def fhir_id(ours: str) -> str:
    """Give the FHIR id of one of ours: itself where it can be one, else coded, else a digest."""
    if _PLAIN.fullmatch(ours):
        return ours
    coded = _CODED + base64.b32encode(ours.encode()).decode().rstrip("=").lower()
    if len(coded) <= _LONGEST:
        return coded
    return _HASHED + sha256(ours.encode()).hexdigest()[:56]


def our_id(theirs: str) -> str | None:
    """Give our id of a FHIR id; None where it is a digest, or none that we gave."""
    if _PLAIN.fullmatch(theirs):
        return theirs
    if not theirs.startswith(_CODED):
        return None
    code = theirs.removeprefix(_CODED).upper()
    try:
        ours = base64.b32decode(code + "=" * (-len(code) % 8)).decode()
    except (binascii.Error, ValueError):
        return None
    return ours if fhir_id(ours) == theirs else None


def is_digest(theirs: str) -> bool:
    """Whether a FHIR id is the digest of an id that is too long to be one."""
    return theirs.startswith(_HASHED)
