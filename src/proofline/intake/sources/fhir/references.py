"""Where references lead: from `urn:uuid:…`, `Type/id`, a URL, `#id` or an identifier to our ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.identity import is_serial
from proofline.intake.sources.fhir.primitives import eui_64

if TYPE_CHECKING:
    from proofline.intake.identity import Known
    from proofline.intake.sources.fhir.files import Found
    from proofline.intake.sources.fhir.shapes import Identifier, Reference

_URN = "urn:uuid:"
_CONDITIONAL = "?identifier="


class Target(Struct, frozen=True):
    """What a reference leads to; `type` is blank if the reference does not say it."""

    type: str
    id: str


NOWHERE = Target("", "")


def token(identifier: Identifier) -> str:
    """Write an identifier so that it is unique: an EUI-64 plainly, else `system|value`, or blank.

    A value without a system names nothing outside of the sender's house.
    """
    if not identifier.value:
        return ""
    return eui_64(identifier.value) or (
        f"{identifier.system}|{identifier.value}" if identifier.system else ""
    )


class Spot(Struct, frozen=True):
    """Where a reference is made: in which message (blank outside of any) and in which resource."""

    scope: str = ""
    home: str = ""


class Directory:
    """All that the input names: from each way of pointing at a resource to our id for it.

    `known` are the devices of evidence, found by a serial number that a reference gives.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._ways: dict[str, Target] = {}
        self._contained: tuple[str, dict[str, Target]] = ("", {})
        self._entered: set[Target] = set()
        self._onward: dict[Target, tuple[Reference, Spot]] = {}

    def enter(self, found: Found, own_id: str, identifiers: list[Identifier]) -> None:
        """Make a resource findable by each way in which others may point at it."""
        target = Target(found.type, own_id)
        self._entered.add(target)
        scope = found.message.scope
        if found.full_url:
            self._ways[f"{scope} {found.full_url}"] = target
        if found.id:
            self._ways[f"{scope} {found.type}/{found.id}"] = target
        if found.stable_id:
            self._ways.setdefault(f" {found.type}/{found.id}", target)
        for identifier in identifiers:
            if token(identifier):
                self._ways.setdefault(f"{found.type}?{token(identifier)}", target)

    def enter_contained(self, found: Found, local_id: str, target: Target) -> None:
        """Make a contained resource findable from the one that contains it, until the next."""
        if self._contained[0] != found.home:
            self._contained = (found.home, {})
        self._contained[1][local_id] = target

    def enter_onward(self, found: Found, onward: Reference) -> None:
        """Note that whoever points here (a DeviceMetric) means what that one points at."""
        target = Target(found.type, f"{found.home} {found.id}")
        self.enter(found, target.id, [])
        self._onward[target] = (onward, found.spot)

    def leads_to(self, reference: Reference | None, spot: Spot, type_: str) -> Target:
        """Follow a reference made at `spot` and meant for a resource of one type.

        A reference to what is not in the input still has an id if it is literal.
        """
        if reference is None:
            return NOWHERE
        target = self._follow(reference, spot, type_)
        if target in self._onward:
            onward, home = self._onward[target]
            return self._follow(onward, home, type_)
        return target

    def known_device(self, target: Target) -> Target:
        """Give the device that evidence knows by the EUI-64 that a reference carries as its id."""
        eui = eui_64(target.id) if target not in self._entered else None
        own_id = self._known.of_serial(eui) if eui else None
        return Target("Device", own_id[0]) if own_id else target

    def _follow(self, reference: Reference, spot: Spot, type_: str) -> Target:
        text = reference.reference.partition("/_history/")[0]
        if text.startswith("#"):
            return self._contained_in(spot, text[1:])
        if not text:
            return self._by_identifier(reference, type_)
        return self._ways.get(f"{spot.scope} {text}") or self._beyond(text)

    def _contained_in(self, spot: Spot, local_id: str) -> Target:
        home, contained = self._contained
        return contained.get(local_id, NOWHERE) if home == spot.home else NOWHERE

    def _beyond(self, text: str) -> Target:
        """Follow a literal reference out of its message: what it leads to, else what it says."""
        head, conditional, sent = text.partition(_CONDITIONAL)
        if conditional:
            sent = sent.replace("%7C", "|")
            return self._ways.get(f"{head}?{sent}", Target(head, sent))
        if text.startswith(_URN):
            return Target("", text.removeprefix(_URN))
        path = text.split("/")[-2:]
        if len(path) == 1:
            return NOWHERE
        return self._ways.get(f" {'/'.join(path)}", Target(*path))

    def _by_identifier(self, reference: Reference, type_: str) -> Target:
        if reference.identifier is None:
            return NOWHERE
        sent = token(reference.identifier)
        known = self._ways.get(f"{type_}?{sent}")
        if known is None and type_ == "Device" and not is_serial(reference.identifier.value):
            return NOWHERE  # "NA" would be one device that everybody shares
        if known is None and type_ == "Device":
            own_id = self._known.of_serial(reference.identifier.value)
            known = Target(type_, own_id[0]) if own_id else None
        return known or (Target("", sent) if sent else NOWHERE)
