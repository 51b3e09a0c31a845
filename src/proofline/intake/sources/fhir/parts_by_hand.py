"""Signs that a value was typed in that stand at the value itself, or in a component.

The same that `by_hand` knows of an Observation. FHIR gives a component and a value extensions only;
notes and methods there are some senders' own, and are read as what they say. A component without
a number may itself be the sign: a code such as `entry method` with the value `manual`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofline.intake.sources.fhir.by_hand import (
    asked_by_hand,
    coded_by_hand,
    extended_by_hand,
    is_denied,
    typed_in,
)
from proofline.intake.sources.fhir.decoding import element, read_as
from proofline.intake.sources.fhir.shapes import ABSENT, Extended, ExtendedValue, SaidOfPart

if TYPE_CHECKING:
    from msgspec import Raw

_MAY_SAY = re.compile(
    rb'"(?:extension|modifierExtension|note|comment|method|value[A-PR-Z])|\\|'
    rb"(?i:manual|entered|entry|typed|keyed|input|report|transcri)"
)
"""What is in the text of every part that says more than its code and its number, or whose code is
that of a typed value, and, of escapes, may be. Nearly none does, and to look is quicker than to
read."""


def value_by_hand(quantity: bytes, path: str) -> str:
    """Name the field of a value by which somebody typed it in; blank if none says so.

    Errors: Unreadable.
    """
    if not _MAY_SAY.search(quantity):
        return ""
    said = element(quantity, ExtendedValue, path) or ExtendedValue()
    if told := extended_by_hand(bytes(said.extension)):
        return f"{path}.{told}"
    return number_by_hand(bytes(said.of_number), f"{path}.value")


def number_by_hand(beside: bytes, path: str) -> str:
    """Name the field of what stands beside a bare number by which somebody typed it in.

    FHIR keeps a number's extensions in a member with an underscore. Errors: Unreadable.
    """
    said = element(beside, Extended, path) or Extended()
    return f"{path}.{told}" if (told := extended_by_hand(bytes(said.extension))) else ""


def part_by_hand(body: bytes) -> str:
    """Name the field of a component by which somebody typed it in; blank if none says so.

    Errors: Unreadable.
    """
    if not _MAY_SAY.search(body):
        return ""
    sent = read_as(body, SaidOfPart, "component")
    told = (
        typed_in(bytes(sent.method), {}, b"", [bytes(sent.note)])
        or typed_in(b"", {}, b"", [bytes(sent.comment)])
        or extended_by_hand(bytes(sent.extension))
        or value_by_hand(bytes(sent.value_quantity), "valueQuantity")
        or number_by_hand(bytes(sent.of_integer), "valueInteger")
        or _itself(sent)
    )
    return f"component.{told}" if told else ""


def is_turned(body: bytes) -> bool:
    """Say whether a component has a modifierExtension, which may turn its meaning round."""
    if not _MAY_SAY.search(body):
        return False
    modifier = bytes(read_as(body, SaidOfPart, "component").modifier_extension)
    return modifier not in {b"", b"null", b"[]"}


def _itself(sent: SaidOfPart) -> str:
    """Name the component that says it by its own code, unless its value says No, or by both."""
    raw = (sent.value_string, sent.value_boolean, sent.value_integer, sent.value_codeable_concept)
    of_others = (sent.value_code, sent.value_coding)
    answers = [_object(one) for one in (*raw, *of_others) if one is not ABSENT]
    if coded_by_hand(bytes(sent.code)) and not (answers and all(map(is_denied, answers))):
        return "code (entered by hand)"
    is_sign = any(asked_by_hand(_object(sent.code), one) for one in answers)
    return "value (entered by hand)" if is_sign else ""


def _object(raw: Raw) -> object:
    return read_as(raw, object, "component") if raw is not ABSENT else None
