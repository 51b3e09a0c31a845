"""Automatic or typed in: the one thing that decides whether a day counts, and FHIR has no flag for.

The rule, first match wins; the name in brackets is the field that said so:

1. manual - `method` holds the IHE token MMEAS, or a `note` says that it was manually entered.
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

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.shapes import Observation

Entry = Literal["automatic", "manual", "unknown"]

GATEWAY_EXTENSION = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice"
_PHD_PROFILE = "http://hl7.org/fhir/uv/phd/StructureDefinition/Phd"
_PHD_CATEGORY = "http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories"
_BY_HAND = re.compile(r"manual(ly)?[ -]ente?r|entered (by hand|manually)", re.IGNORECASE)
AT_HOME = frozenset({"Patient", "RelatedPerson"})


DeviceSign = Literal["none", "gateway", "named", "proven"]


class Signs(Struct, frozen=True):
    """What an Observation shows about how it came to be.

    `device`: what `Observation.device` leads to, `proven` meaning an instrument with a serial or an
    EUI-64; `passed_on`: a personal health gateway sent it; `performers`: their resource types,
    blank for one that leads nowhere and so may be the patient.
    """

    method: str
    by_hand: bool
    device: DeviceSign
    passed_on: bool
    performers: frozenset[str]


def entry_of(signs: Signs) -> Entry:
    """Decide how a reading came to be, by the rule at the head of this module."""
    if signs.method == "MMEAS" or signs.by_hand:
        return "manual"
    if signs.method == "AMEAS":
        return "automatic"
    if signs.passed_on and signs.device in {"named", "proven"}:
        return "automatic"
    if signs.device == "proven" and not signs.performers & {*AT_HOME, ""}:
        return "automatic"
    if signs.device == "none" and signs.performers & AT_HOME:
        return "manual"
    return "unknown"


def method_token(observation: Observation) -> str:
    """Give the IHE token of how it was measured (AMEAS, MMEAS), or blank."""
    if observation.method is None:
        return ""
    codes = {one.code for one in observation.method.coding}
    return next((token for token in ("MMEAS", "AMEAS") if token in codes), "")


def is_noted_by_hand(observation: Observation) -> bool:
    """Say whether a note says that the value was entered by hand."""
    return bool(observation.note) and any(_BY_HAND.search(note.text) for note in observation.note)


def is_passed_on(observation: Observation) -> bool:
    """Say whether a personal health gateway passed this on (extension, profile or category)."""
    for extension in observation.extension:
        if extension.url == GATEWAY_EXTENSION and extension.value_reference:
            return True
    for profile in observation.meta.profile:
        if profile.startswith(_PHD_PROFILE):
            return True
    systems = [one.system for concept in observation.category for one in concept.coding]
    return _PHD_CATEGORY in systems
