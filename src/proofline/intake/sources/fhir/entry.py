"""Automatic or typed in: the one thing that decides whether a day counts, and FHIR has no flag for.

The rule, first match wins:

1. manual - `method` holds the IHE token MMEAS, or a `note` says that it was manually entered, or
   that the patient entered it.
2. automatic - `method` holds AMEAS.
3. automatic - an instrument is named in `device`, and the gatewayDevice extension or a profile or
   category of the Personal Health Device guide says that a gateway passed it on. That guide covers
   no typed data, so this outweighs a `performer` who is the patient: the patient's own gateway.
4. automatic - `device` leads to a Device with a serial number or EUI-64, here or in evidence, and
   no `performer` is the patient or a relative.
5. manual - no `device`, and a `performer` is the patient or a relative.
6. unknown - everything else; unknown does not count until somebody settles it.

A gateway is no instrument: naming one in `device` proves nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from proofline.intake.measurements.measurement import UNSAID, Said

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.shapes import Annotation, Concept, Extension

GATEWAY_EXTENSION = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice"
_PHD_PROFILE = "http://hl7.org/fhir/uv/phd/StructureDefinition/Phd"
_PHD_CATEGORY = "http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories"
_BY_HAND = re.compile(
    r"manual(ly)?[ -]ente?r|entered (by hand|manually)|(self|patient|user)[ -]entered",
    re.IGNORECASE,
)
_AT_HOME = frozenset({"Patient", "RelatedPerson"})
_METHOD_TOKENS = ("MMEAS", "AMEAS")

DeviceSign = Literal["none", "gateway", "named", "proven"]


class Signs(Struct, frozen=True):
    """What an Observation shows about how it came to be.

    `method`: the IHE token or a blank; `device`: what `Observation.device` leads to, `proven`
    meaning an instrument with a serial number or an EUI-64; `passed_on`: the field that shows that
    a personal health gateway sent it, or a blank; `performers`: their resource types, blank for one
    that leads nowhere and so may be the patient.
    """

    method: str
    by_hand: bool
    device: DeviceSign
    passed_on: str
    performers: frozenset[str]


def entry_of(signs: Signs) -> Said:
    """Decide how a reading came to be, by the rule at the head of this module, and name the field.

    The field is blank where nothing says it.
    """
    by_hand = signs.performers & _AT_HOME
    proven = signs.device == "proven" and not signs.performers & {*_AT_HOME, ""}
    passed_on = bool(signs.passed_on) and signs.device in {"named", "proven"}
    typed = signs.device == "none" and bool(by_hand)
    rule = (
        (signs.method == "MMEAS", Said("manual", "method=MMEAS")),
        (signs.by_hand, Said("manual", "note (manually entered)")),
        (signs.method == "AMEAS", Said("automatic", "method=AMEAS")),
        (passed_on, Said("automatic", signs.passed_on)),
        (proven, Said("automatic", "device (serial number or EUI-64)")),
        (typed, Said("manual", f"performer={'+'.join(sorted(by_hand))}")),
    )
    return next((said for holds, said in rule if holds), UNSAID)


def method_token(method: Concept | None) -> str:
    """Give the IHE token of how it was measured (AMEAS, MMEAS), or blank."""
    sent = {one.code for one in method.coding} if method else set()
    return next((token for token in _METHOD_TOKENS if token in sent), "")


def is_noted_by_hand(notes: list[Annotation]) -> bool:
    """Say whether a note says that the value was entered by hand."""
    return any(_BY_HAND.search(note.text) for note in notes)


def passed_on(extensions: list[Extension], profiles: list[str], categories: list[Concept]) -> str:
    """Name the field that shows that a personal health gateway passed this on; blank if none."""
    for extension in extensions:
        if extension.url == GATEWAY_EXTENSION and extension.value_reference:
            return "extension=observation-gatewayDevice"
    for profile in profiles:
        if profile.startswith(_PHD_PROFILE):
            return "meta.profile (Personal Health Device guide)"
    systems = [one.system for concept in categories for one in concept.coding]
    return "category (Personal Health Device guide)" if _PHD_CATEGORY in systems else ""
