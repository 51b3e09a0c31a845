"""What an Observation says that it was derived from: what is derived from a form was typed in.

`derivedFrom` in R4, `related` in STU3. Neither is R4's business to check beyond that: whatever they
hold that is no reference says nothing here, and no reading is refused for it.
"""

from __future__ import annotations

from typing import NamedTuple

from proofline.intake.sources.fhir.by_hand import text_of
from proofline.intake.sources.fhir.decoding import elements, read_as

FORM = "QuestionnaireResponse"
"""The type of what was filled in on a form."""
_NOT_DERIVED = frozenset({"qualified-by", "interfered-by", "sequel-to"})  # of STU3's relations
_NOTHING = frozenset({b"", b"null"})


class Derived(NamedTuple):
    """A literal reference to what something was derived from, and whether it says: from a form."""

    reference: str
    is_form: bool


def derived_from(derived: bytes, related: bytes) -> list[Derived]:
    """Give what an Observation was derived from, both fields as sent.

    Errors: Unreadable if `derived` is no list, or one is no JSON.
    """
    sources = elements(derived, object, "derivedFrom")
    others = read_as(related, object, "related") if related not in _NOTHING else None
    for one in others if isinstance(others, list) else [others]:
        if isinstance(one, dict) and text_of(one, "type") not in _NOT_DERIVED:
            sources.append(one.get("target"))
    return [_derived(one) for one in sources]


def _derived(source: object) -> Derived:
    literal = text_of(source, "reference")
    return Derived(literal, f"/{FORM}/" in f"/{literal}" or text_of(source, "type") == FORM)
