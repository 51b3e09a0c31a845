"""Automatic or typed in: the one thing that decides whether a day counts, and FHIR has no flag for.

The rule, first match wins:

1. manual - `method` holds the IHE token MMEAS, or another field says that somebody typed it in: see
   `by_hand`.
2. automatic - `method` holds AMEAS, or Open mHealth's modality says that it was sensed (where 5
   does not hold: by what, then?).
3. automatic - an instrument is named in `device`, and the gatewayDevice extension or a profile or
   category of the Personal Health Device guide says that a gateway passed it on. That guide covers
   no typed data, so this outweighs a `performer` who is the patient: the patient's own gateway.
   Only the guide's own profile or category outweighs a label that the patient supplied it, for
   Argonaut Write has a telephone be such a gateway for what was typed into it.
4. automatic - `device` leads to a Device with a serial number or EUI-64, here or in evidence, and
   no `performer` is the patient or a relative, nor does a label say that it is from them.
5. manual - no `device`, and a `performer` is the patient or a relative.
6. unknown - everything else; unknown does not count until somebody settles it.

A gateway is no instrument: naming one in `device` proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from proofline.intake.measurements.measurement import UNSAID, Said

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.shapes import Concept, Extension

GATEWAY_EXTENSION = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice"
_PHD_PROFILE = "http://hl7.org/fhir/uv/phd/StructureDefinition/Phd"
_PHD_CATEGORY = "http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories"
_AT_HOME = frozenset({"Patient", "RelatedPerson"})
_METHOD_TOKENS = ("MMEAS", "AMEAS")

DeviceSign = Literal["none", "gateway", "named", "proven"]


class Signs(Struct, frozen=True):
    """What an Observation shows about how it came to be.

    `method`: the IHE token or a blank; `by_hand`, `sensed`: the fields that say so, or blanks;
    `supplied`: a label says that it came from the patient; `device`: what `Observation.device`
    leads to, `proven` meaning an instrument with a serial number or an EUI-64; `passed_on`: the
    field that shows that a personal health gateway sent it, or a blank; `performers`: their
    resource types, blank for one that leads nowhere and so may be the patient.
    """

    method: str
    by_hand: str
    sensed: str
    supplied: bool
    device: DeviceSign
    passed_on: str
    performers: frozenset[str]


def entry_of(signs: Signs) -> Said:
    """Decide how a reading came to be, by the rule at the head of this module, and name the field.

    The field is blank where nothing says it.
    """
    by_hand = signs.performers & _AT_HOME
    vouched = not (signs.supplied or signs.performers & {*_AT_HOME, ""})
    proven = signs.device == "proven" and vouched
    passed_on = bool(signs.passed_on) and signs.device in {"named", "proven"}
    typed = signs.device == "none" and bool(by_hand)
    rule = (
        (signs.method == "MMEAS", Said("manual", "method=MMEAS")),
        (signs.by_hand, Said("manual", signs.by_hand)),
        (signs.method == "AMEAS", Said("automatic", "method=AMEAS")),
        (bool(signs.sensed) and not typed, Said("automatic", signs.sensed)),
        (passed_on, Said("automatic", signs.passed_on)),
        (proven, Said("automatic", "device (serial number or EUI-64)")),
        (typed, Said("manual", f"performer={'+'.join(sorted(by_hand))}")),
    )
    return next((said for holds, said in rule if holds), UNSAID)


def method_token(method: Concept | None) -> str:
    """Give the IHE token of how it was measured (AMEAS, MMEAS), or blank."""
    # Some gateways put all of OBX-17 into the code: AMEAS^auto-measurement^MDC.
    sent = {one.code.partition("^")[0] for one in method.coding} if method else set()
    return next((token for token in _METHOD_TOKENS if token in sent), "")


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
