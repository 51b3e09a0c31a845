"""Who entered Observations or is their author, as Provenance resources say it.

An Observation does not point at its Provenance, so all of them are gathered in the first pass, by
each way in which they name the Observation that they are about. What an agent shows of how a value
came to be rests on the part that it took and on what it is:

* whoever entered or transcribed it typed it in, unless that was a device;
* a person who is its author, or took a part that is not said or not known, may have typed it in;
* a device in one of these parts says otherwise, if it is the one that measured;
* who only vouches, keeps, puts together or passes on says nothing: US Core has a Provenance of each
  of its resources name who sent it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct, field

from proofline.intake.measurements.once import Once
from proofline.intake.sources.fhir.decoding import Unreadable, elements
from proofline.intake.sources.fhir.references import Spot
from proofline.intake.sources.fhir.shapes import ABSENT, Concept, Reference, Resource

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.files import Found
    from proofline.intake.sources.fhir.references import Directory

PROVENANCE = "Provenance"
_OBSERVATION = "Observation"
_URN = "urn:"
# Parts in capitals are those of v3 ParticipationType.
_ENTERED = frozenset({"enterer", "ENT", "TRANS"})
_ONLY_BESIDE = frozenset(
    {
        *("verifier", "legal", "attester", "custodian", "assembler", "transmitter"),
        *("VRF", "LA", "AUTHEN", "CST", "TRC", "WIT"),
    }
)
_NO_PEOPLE = frozenset({"Organization", "Location", "HealthcareService"})


class _Who(Reference, rename="camel", frozen=True, gc=False):
    type: str = ""


class _Agent(Struct, rename="camel", frozen=True, gc=False):
    """One who took part; `who_reference` is of STU3."""

    type: Concept | None = None
    role: list[Concept] = []
    who: _Who | None = None
    who_reference: _Who | None = None


class Provenance(Resource, frozen=True, gc=False):
    """How what it targets came to be."""

    target: list[Reference] = field(default_factory=list)
    agent: Raw = ABSENT


class Authors(Struct, frozen=True):
    """What Provenance shows of a value: who entered it or is its author.

    `entered`: somebody typed it in; `people`: the types of its other authors, blank for one that
    leads nowhere and so may be the patient; `devices`: the ids of those that made it.
    """

    entered: bool = False
    people: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()


NOBODY = Authors()
_Told = tuple[bytes, str]
"""Agents as sent, and in which message."""


class Authorship:
    """What all Provenances of the input say, by the Observations that they are about."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._ways: dict[str, list[int]] = {}
        self._told: list[tuple[_Told, str]] = []
        self._met: set[int] = set()
        self._authors: Once[_Told, bytes] = Once(self._resolved)

    def __bool__(self) -> bool:
        """Whether anything is said at all."""
        return bool(self._ways)

    def enter(self, found: Found, sent: Provenance) -> bool:
        """Note what it says; false if it is about no Observation."""
        ways = [way for one in sent.target for way in _ways(one.reference, found.message.scope)]
        if ways:
            number = len(self._told)
            self._told.append(((bytes(sent.agent), found.message.scope), found.place.file))
            for way in ways:
                self._ways.setdefault(way, []).append(number)
        return bool(ways)

    def is_named(self, own_id: str) -> bool:
        """Whether a Provenance is about the Observation that a server has by this id."""
        return f" {_OBSERVATION}/{own_id}" in self._ways

    def of(self, own_id: str, full_url: str, scope: str) -> bytes:
        """Give what they say of one Observation, to be read by `authors`; empty if nothing.

        Errors: Unreadable if an agent is not as FHIR has it.
        """
        if not self._ways:
            return b""
        named = f"{_OBSERVATION}/{own_id}"
        ways = {f"{scope} {full_url}", f"{scope} {named}", f" {named}"}
        numbers = sorted({number for way in ways for number in self._ways.get(way, ())})
        self._met.update(numbers)
        return b"\n".join(self._authors[self._told[number][0]] for number in numbers)

    def unmet(self) -> Counter[str]:
        """Count by file those that are about no Observation of the input and name people."""
        left = (one for number, one in enumerate(self._told) if number not in self._met)
        return Counter(file for told, file in left if self._names_people(told))

    def _names_people(self, told: _Told) -> bool:
        try:
            said = authors(self._authors[told])
        except Unreadable:
            return True
        return said.entered or bool(said.people)

    def _resolved(self, told: _Told) -> bytes:
        sent, scope = told
        parts = [self._part(agent, Spot(scope)) for agent in elements(sent, _Agent, "agent")]
        people = {one for kind, one in parts if kind == "person"}
        devices = {one for kind, one in parts if kind == "device"}
        entered = any(kind == "typist" for kind, _ in parts)
        return msgspec.json.encode(Authors(entered, frozenset(people), frozenset(devices)))

    def _part(self, agent: _Agent, spot: Spot) -> tuple[str, str]:
        """Say what part an agent took, a blank for none in the value, and its type or its id."""
        who = agent.who or agent.who_reference
        target = self._directory.leads_to(who, spot, "")
        type_ = target.type or (who.type if who else "")
        kinds = [one for one in (agent.type, *agent.role) if one]
        parts = {one.code for kind in kinds for one in kind.coding}
        if parts and parts <= _ONLY_BESIDE:
            return "", ""
        if type_ == "Device":
            return "device", target.id
        if type_ not in _NO_PEOPLE:
            return ("typist" if parts & _ENTERED else "person"), type_
        return ("person" if parts & _ENTERED else ""), type_


def authors(said: bytes) -> Authors:
    """Read what `Authorship` gives of one Observation, all Provenances together."""
    if not said:
        return NOBODY
    told = [msgspec.json.decode(line, type=Authors) for line in said.split(b"\n")]
    return Authors(
        any(one.entered for one in told),
        frozenset[str]().union(*(one.people for one in told)),
        frozenset[str]().union(*(one.devices for one in told)),
    )


def _ways(reference: str, scope: str) -> list[str]:
    """Give the ways in which a reference names an Observation; none if it names something else."""
    text = reference.partition("/_history/")[0]
    if text.startswith(_URN):
        return [f"{scope} {text}"]
    path = text.split("/")[-2:]
    if path[0] != _OBSERVATION or len(path) == 1:
        return []
    named = "/".join(path)
    return list(dict.fromkeys([f"{scope} {text}", f"{scope} {named}", f" {named}"]))
