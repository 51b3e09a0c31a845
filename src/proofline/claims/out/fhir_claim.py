"""A claim as one FHIR R4 Claim, with everybody that it names contained in it.

Keys stand in a fixed order and money has its two decimals, so the same claim gives the same bytes.
What a prior payer made of the lines goes along as contained ClaimResponses, balanced as in the
837P. A void (frequency 8) is a cancelled Claim that is related to the one it takes back.

Identifier systems are those that HL7 and CMS publish; our own ids have none. Source: HL7 FHIR R4,
resource Claim (hl7.org/fhir/R4/claim.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from msgspec.json import Encoder

from proofline.claims.claim import Address, Adjustment, Cents, Claim, Coverage
from proofline.claims.claim import Practitioner as Named
from proofline.claims.out.persons import SELF
from proofline.claims.out.prior_payers import settled
from proofline.claims.trouble import ClaimsError
from proofline.evidence.identifiers import mbi

NPI = "http://hl7.org/fhir/sid/us-npi"
MBI = "http://hl7.org/fhir/sid/us-mbi"
TAX_ID = "urn:oid:2.16.840.1.113883.4.4"
TAXONOMY = "http://nucc.org/provider-taxonomy"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
PLACE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
CARC = "https://x12.org/codes/claim-adjustment-reason-codes"
GROUP = "https://x12.org/codes/claim-adjustment-group-codes"
_HL7 = "http://terminology.hl7.org/CodeSystem/"
_RELATED = {"01": "spouse", "19": "child", "53": "common"}
_SEXES = {"F": "female", "M": "male", "U": "unknown"}
_encode = Encoder(decimal_format="number").encode

Json = dict[str, object]
Kept = TypeVar("Kept", str, Json)


def fhir_claim(claim: Claim, created: date) -> bytes:
    """Write one claim as FHIR JSON; `created` is the day that the caller writes it on.

    Raises `ClaimsError` where the claim lacks what FHIR asks for, and `X12Refused` where what a
    prior payer paid does not add up.
    """
    _refuse_bare(claim)
    responses = list(_responses(claim))
    asked = claim.coverages[0]
    return _encode(
        _filled(
            resourceType="Claim",
            id=claim.claim_id,
            contained=[*_contained(claim), *(response for _, response in responses)],
            identifier=[{"value": claim.claim_id}],
            status="cancelled" if claim.frequency == "8" else "active",
            type=_coded(_HL7 + "claim-type", "professional"),
            use="claim",
            patient=_to("patient"),
            billablePeriod=_period(claim),
            created=created.isoformat(),
            insurer=_to("payer-1"),
            provider=_to("billing"),
            priority=_coded(_HL7 + "processpriority", "normal"),
            related=_related(claim),
            careTeam=_team(claim),
            diagnosis=[_diagnosis(number, code) for number, code in enumerate(claim.diagnoses, 1)],
            insurance=[
                _insurance(number, coverage is asked, dict(responses))
                for number, coverage in enumerate(claim.coverages, 1)
            ],
            item=[_item(claim, number) for number, _ in enumerate(claim.lines, 1)],
            total=_money(claim.total),
        )
    )


def _refuse_bare(claim: Claim) -> None:
    pointers = [one for line in claim.lines for one in line.diagnosis_pointers]
    if not (claim.coverages and claim.lines and claim.diagnoses):
        code, reason = "claims.form_missing", "there is no payer, no line or no diagnosis on it"
    elif any(not 1 <= one <= len(claim.diagnoses) for one in pointers):
        code, reason = "claims.form_impossible", "a line points to a diagnosis that is not there"
    else:
        return
    raise ClaimsError(
        code, f"Claim {claim.claim_id}: {reason}.", "Put it on file, then draw the claim anew."
    )


def _contained(claim: Claim) -> Iterator[Json]:
    """Everybody that the claim names, each with the id that it is referred to by."""
    person = claim.patient
    yield _filled(
        resourceType="Patient",
        id="patient",
        name=[_filled(family=person.family_name, given=_list(person.given_name))],
        gender=_SEXES.get(person.sex, "unknown"),
        birthDate=person.birth_date.isoformat() if person.birth_date else "",
        address=_address(person.address),
    )
    billing = claim.billing
    yield _filled(
        resourceType="Organization",
        id="billing",
        identifier=[*_identifiers(NPI, billing.npi), *_identifiers(TAX_ID, billing.tax_id)],
        type=_list(_taxonomy(billing.taxonomy)),
        name=billing.name,
        telecom=[{"system": "phone", "value": billing.phone}] if billing.phone else [],
        address=_address(billing.address),
    )
    yield _practitioner("rendering", claim.rendering)
    for number, one in enumerate(_orderers(claim), 1):
        yield _practitioner(f"ordering-{number}", one)
    for number, coverage in enumerate(claim.coverages, 1):
        yield from _payer(number, coverage)


def _practitioner(name: str, one: Named) -> Json:
    if one.organization:
        return _filled(
            resourceType="Organization",
            id=name,
            identifier=_identifiers(NPI, one.npi),
            name=one.organization,
        )
    return _filled(
        resourceType="Practitioner",
        id=name,
        identifier=_identifiers(NPI, one.npi),
        name=_list(_filled(family=one.family_name, given=_list(one.given_name))),
    )


def _payer(number: int, coverage: Coverage) -> Iterator[Json]:
    payer = coverage.payer
    yield _filled(
        resourceType="Organization",
        id=f"payer-{number}",
        identifier=_list(_filled(value=payer.id)),
        name=payer.name,
    )
    member = _filled(value=coverage.member_id)
    if mbi(coverage.member_id):
        member = {"system": MBI, "value": coverage.member_id}
    other = coverage.insured if coverage.relationship != SELF else None
    if other is not None:
        yield _filled(
            resourceType="RelatedPerson",
            id=f"insured-{number}",
            patient=_to("patient"),
            name=[_filled(family=other.family_name, given=_list(other.given_name))],
            gender=_SEXES.get(other.sex, ""),
            birthDate=other.birth_date.isoformat() if other.birth_date else "",
            address=_address(other.address),
        )
    related = "self" if other is None else _RELATED.get(coverage.relationship, "other")
    yield _filled(
        resourceType="Coverage",
        id=f"coverage-{number}",
        identifier=_list(member),
        status="active",
        subscriber=_to("patient" if other is None else f"insured-{number}"),
        beneficiary=_to("patient"),
        relationship=_coded(_HL7 + "subscriber-relationship", related),
        payor=[_to(f"payer-{number}")],
        order="PST".index(coverage.sequence) + 1 if coverage.sequence in {*"PST"} else None,
    )


def _responses(claim: Claim) -> Iterator[tuple[int, Json]]:
    """What each payer that was asked before said, by the number of its coverage."""
    for number, coverage in enumerate(claim.coverages[1:], 2):
        answer = settled(claim, coverage)
        if answer is None:
            continue
        paid, on = answer
        numbers = {line.line_id: place for place, line in enumerate(claim.lines, 1)}
        yield (
            number,
            _filled(
                resourceType="ClaimResponse",
                id=f"response-{number}",
                status="active",
                type=_coded(_HL7 + "claim-type", "professional"),
                use="claim",
                patient=_to("patient"),
                created=on.isoformat(),
                insurer=_to(f"payer-{number}"),
                outcome="complete",
                item=[
                    {
                        "itemSequence": numbers[one.line_id],
                        "adjudication": [_benefit(one.paid), *map(_reason, one.adjustments)],
                    }
                    for one in coverage.lines
                ],
                adjudication=[_reason(one) for one in coverage.adjustments],
                payment={
                    "type": _coded(_HL7 + "ex-paymenttype", "complete"),
                    "date": on.isoformat(),
                    "amount": _money(paid),
                },
            ),
        )


def _benefit(paid: Cents) -> Json:
    return {"category": _coded(_HL7 + "adjudication", "benefit"), "amount": _money(paid)}


def _reason(one: Adjustment) -> Json:
    return {
        "category": _coded(GROUP, one.group),
        "reason": _coded(CARC, one.reason),
        "amount": _money(one.amount),
    }


def _related(claim: Claim) -> list[Json]:
    if claim.frequency == "1":
        return []
    if not claim.original_reference:
        raise ClaimsError(
            "claims.form_missing",
            f"Claim {claim.claim_id}: the payer's number of the claim it corrects is not there.",
            "Take it from the remittance (CLP07).",
        )
    return [
        {
            "relationship": _coded(_HL7 + "ex-relatedclaimrelationship", "prior"),
            "reference": {"value": claim.original_reference},
        }
    ]


def _team(claim: Claim) -> list[Json]:
    roles = [("rendering", "primary")]
    roles += [(f"ordering-{number}", "other") for number, _ in enumerate(_orderers(claim), 1)]
    members = []
    for number, (name, role) in enumerate(roles, 1):
        member: Json = {"sequence": number, "provider": _to(name), "responsible": number == 1}
        member["role"] = _coded(_HL7 + "claimcareteamrole", role)
        if number == 1 and claim.rendering.taxonomy:
            member["qualification"] = _taxonomy(claim.rendering.taxonomy)
        members.append(member)
    return members


def _orderers(claim: Claim) -> list[Named]:
    """Give those who ordered, each once."""
    return list(dict.fromkeys(line.ordering for line in claim.lines if line.ordering))


def _diagnosis(number: int, code: str) -> Json:
    dotted = f"{code[:3]}.{code[3:]}" if len(code) > len("I10") else code
    return {"sequence": number, "diagnosisCodeableConcept": _coded(ICD10, dotted)}


def _insurance(number: int, focal: bool, responses: dict[int, Json]) -> Json:  # noqa: FBT001 - FHIR's own flag
    found: Json = {"sequence": number, "focal": focal, "coverage": _to(f"coverage-{number}")}
    if number in responses:
        found["claimResponse"] = _to(f"response-{number}")
    return found


def _item(claim: Claim, number: int) -> Json:
    """One service; its element id is our line id. A unit price only where it is whole cents."""
    line = claim.lines[number - 1]
    unit, rest = divmod(line.charge, line.units) if line.units else (0, 1)
    team = [1] if line.ordering is None else [1, _orderers(claim).index(line.ordering) + 2]
    one_day = line.first_day == line.last_day
    span = {"start": line.first_day.isoformat(), "end": line.last_day.isoformat()}
    system = CPT if line.code[:1].isdigit() else HCPCS
    return _filled(
        id=line.line_id,
        sequence=number,
        careTeamSequence=team,
        diagnosisSequence=list(line.diagnosis_pointers),
        productOrService=_coded(system, line.code),
        modifier=[_coded(CPT if one.isdigit() else HCPCS, one) for one in line.modifiers],
        servicedDate=line.first_day.isoformat() if one_day else "",
        servicedPeriod={} if one_day else span,
        locationCodeableConcept=_coded(PLACE, line.place_of_service),
        quantity={"value": line.units},
        unitPrice={} if rest else _money(unit),
        net=_money(line.charge),
    )


def _period(claim: Claim) -> Json:
    first = min(line.first_day for line in claim.lines)
    last = max(line.last_day for line in claim.lines)
    return {"start": first.isoformat(), "end": last.isoformat()}


def _taxonomy(code: str) -> Json:
    return _coded(TAXONOMY, code) if code else {}


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _money(cents: Cents) -> Json:
    return {"value": Decimal(cents).scaleb(-2), "currency": "USD"}


def _to(name: str) -> Json:
    return {"reference": f"#{name}"}


def _address(one: Address) -> list[Json]:
    sent = _filled(line=_list(one.line), city=one.city, state=one.state, postalCode=one.postal_code)
    return _list(sent and {**sent, "country": "US"})


def _identifiers(system: str, value: str) -> list[Json]:
    return [{"system": system, "value": value}] if value else []


def _list(value: Kept) -> list[Kept]:
    return [value] if value else []


def _filled(**values: object) -> Json:
    """Leave out what is empty: FHIR knows no empty values."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
