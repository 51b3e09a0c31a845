"""What a Provenance says of who entered an Observation, or is its author."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from made_up_fhir import CUFF, KNOWN_CUFF, PATIENT, codes, entries, heart, in_bulk, taken
from proofline.intake.sources.fhir import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
ADA = "Patient/ada-example"
STAFF = "Practitioner/made-up"


def agent(who: str, part: str = "", **changed: object) -> dict[str, object]:
    kind = {"type": {"coding": [{"system": PARTS, "code": part}]}} if part else {}
    return {**kind, "who": {"reference": who}, **changed}


def provenance(*agents: Mapping[str, object], of: str = "Observation/o-1") -> dict[str, object]:
    target = [{"reference": of}]
    return {"resourceType": "Provenance", "id": "p-1", "target": target, "agent": list(agents)}


def entry(*resources: Mapping[str, object]) -> str:
    (found,) = entries(taken(*resources)).values()
    return found


@pytest.mark.parametrize("who", [ADA, "RelatedPerson/r", STAFF, "Person/x", "PractitionerRole/x"])
def test_who_entered_it_typed_it_in(who: str) -> None:
    assert entry(CUFF, heart(), provenance(agent(who, "enterer"))) == "manual"


@pytest.mark.parametrize("part", ["author", "performer", "informant", "composer", ""])
@pytest.mark.parametrize("who", [ADA, "RelatedPerson/r", STAFF])
def test_a_person_as_author_may_have_typed_it_in(part: str, who: str) -> None:
    assert entry(CUFF, heart(), provenance(agent(who, part))) == "unknown"


@pytest.mark.parametrize("part", ["verifier", "legal", "attester", "custodian", "assembler"])
def test_who_only_vouches_or_keeps_says_nothing(part: str) -> None:
    assert entry(CUFF, heart(), provenance(agent(STAFF, part))) == "automatic"


def test_who_only_passed_it_on_says_nothing() -> None:
    sent = provenance(agent("Organization/x", "author"), agent("Organization/x", "transmitter"))
    assert entry(CUFF, heart(), sent) == "automatic"


def test_an_author_that_leads_nowhere_may_be_the_patient() -> None:
    sent = provenance({"who": {"display": "somebody"}})
    assert entry(CUFF, heart(), sent) == "unknown"
    known = provenance({"who": {"type": "Organization", "display": "made-up"}})
    assert entry(CUFF, heart(), known) == "automatic"


def test_the_device_as_author_outweighs_the_patient_as_performer() -> None:
    sent = provenance(agent("Device/cuff-1", "author"))
    assert entry(CUFF, heart(performer=[PATIENT])) == "unknown"
    assert entry(CUFF, heart(performer=[PATIENT]), sent) == "automatic"
    typed = provenance(agent("Device/cuff-1", "author"), agent(ADA, "enterer"))
    assert entry(CUFF, heart(performer=[PATIENT]), typed) == "manual"


def test_another_device_as_author_proves_nothing_of_this_one() -> None:
    sent = provenance(agent("Device/another", "author"))
    assert entry(CUFF, heart(performer=[PATIENT]), sent) == "unknown"
    nameless = CUFF | {"serialNumber": ""}
    own = provenance(agent("Device/cuff-1", "author"))
    assert entry(nameless, heart(performer=[PATIENT]), own) == "unknown"


def test_what_says_outright_that_it_was_measured_outweighs_an_author_but_no_typist() -> None:
    measured = heart(method={"coding": [{"code": "AMEAS"}]})
    assert entry(CUFF, measured, provenance(agent(ADA, "author"))) == "automatic"
    assert entry(CUFF, measured, provenance(agent(ADA, "enterer"))) == "manual"


def test_without_a_device_its_author_typed_it_in() -> None:
    result = taken(heart(device=None), provenance(agent(STAFF, "author")))
    assert entries(result) == {"o-1": "manual"}
    assert result.provenance[0].cells["entry_said"] == "Provenance.agent=Practitioner"


@pytest.mark.parametrize(
    "target",
    [
        "Observation/o-1/_history/2",
        "https://made-up.example/fhir/Observation/o-1",
        "https://made-up.example/fhir/Observation/o-1/_history/1",
    ],
)
def test_the_target_is_found_as_servers_write_it(target: str) -> None:
    assert entry(CUFF, heart(), provenance(agent(ADA, "enterer"), of=target)) == "manual"


def test_of_several_provenances_each_is_heard() -> None:
    first, second = provenance(agent(STAFF, "verifier")), provenance(agent(ADA, "enterer"))
    assert entry(CUFF, heart(), first, second) == "manual"


def test_stu3_names_its_agents_otherwise() -> None:
    role = [{"coding": [{"code": "enterer"}]}]
    sent = provenance({"role": role, "whoReference": {"reference": ADA}})
    assert entry(CUFF, heart(), sent) == "manual"


def test_in_a_message_it_points_by_the_addresses_of_the_message() -> None:
    sent = provenance(agent("urn:uuid:3", "enterer"), of="urn:uuid:2")
    parts = [("1", sent), ("2", heart(id=None)), ("3", {"resourceType": "Patient", "id": "x"})]
    asked = {"method": "POST", "url": "x"}
    entry_of = [
        {"fullUrl": f"urn:uuid:{number}", "resource": one, "request": asked}
        for number, one in parts
    ]
    message = {"resourceType": "Bundle", "type": "transaction", "entry": entry_of}
    assert entry(CUFF, message) == "manual"


def test_in_bulk_only_the_lines_that_are_named_are_looked_at_twice() -> None:
    sent = provenance(agent(ADA, "enterer"), of="Observation/o-2")
    lines = [heart(id=f"o-{number}") for number in range(1, 4)]
    told = {"o-1": "automatic", "o-2": "manual", "o-3": "automatic"}
    assert entries(in_bulk(*lines, sent)) == told
    bulk = "\n".join(json.dumps(one) for one in lines).encode()
    apart = [("a.ndjson", bulk), ("b.json", json.dumps(sent).encode())]
    assert entries(decode([("c.json", json.dumps(KNOWN_CUFF).encode()), *apart])) == told


def test_one_about_what_is_not_here_waits_and_one_about_another_type_is_counted() -> None:
    alone = taken(provenance(agent(ADA, "enterer"), of="Observation/far-away"))
    assert codes(alone) == {"Provenance": ["provenance_alone"]}
    of_machine = taken(provenance(agent("Device/x", "author"), of="Observation/far-away"))
    assert codes(of_machine) == {}
    other = taken(provenance(agent(ADA, "enterer"), of="Consent/x"))
    assert codes(other) == {"Provenance": ["type_without_table"]}


def test_agents_that_are_no_agents_refuse_the_reading() -> None:
    result = taken(CUFF, heart(), provenance() | {"agent": ["somebody"]})
    assert entries(result) == {}
    assert codes(result)["Observation/o-1"] == ["not_fhir"]
