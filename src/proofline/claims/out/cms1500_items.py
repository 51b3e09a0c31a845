"""What stands in each item of the CMS-1500 (02-12), by the names of the table of boxes.

Medicare reads items 4, 6, 7, 11 and 13 in its own way (CMS, Medicare Claims Processing Manual,
chapter 26, section 10.2-10.4): blank or NONE where it pays first. Other payers: NUCC, Reference
Instruction Manual. Texts are folded to plain capitals by the rule of the 837P. Items that claim
the same as the 837P are filled as it is sent: no accident (10), signatures on file (12, 13),
assignment taken (27), rendered at the practice where the place of service is an office (32).
"""

from __future__ import annotations

from collections.abc import Mapping

from proofline.claims.claim import Address, Cents, Claim, ClaimLine, Coverage, Person, Practitioner
from proofline.claims.out.persons import SELF
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.folding import folded
from proofline.claims.x12.trouble import X12Refused

ACCOUNT = 14
"""Characters of item 26; a claim id is longer, and its first fourteen still tell it apart."""

_MEDICARE = frozenset({"MA", "MB"})
_OFFICE = "11"
_AREA, _PHONE, _ZIP, _ZIP_PLUS_4 = 3, 10, 5, 9
_MOST_DIAGNOSES, _MOST_POINTERS, _MOST_MODIFIERS = 12, 4, 4
_LONGEST = 200
_RELATED = {SELF: "self", "01": "spouse", "19": "child"}
"""Item 6, by PAT01; everybody else is `other_related`."""

_X, _ON_FILE = "X", "SIGNATURE ON FILE"

Items = dict[str, str]


def page_items(claim: Claim, lines: tuple[ClaimLine, ...], kinds: Mapping[str, str]) -> Items:
    """Give the items of one form but those of its lines; `kinds` is the table for item 1.

    Raises `ClaimsError` for what is missing, has no Latin form, or does not fit onto a form.
    """
    _refuse_impossible(claim)
    asked = claim.coverages[0]
    medicare = asked.payer.filing_code in _MEDICARE
    return {
        "payer_name": _text(claim, asked.payer.name, "The payer's name"),
        kinds.get(asked.payer.filing_code, "other"): _X,
        "member": _needed(claim, asked.member_id, "The member number"),
        **_patient(claim),
        **(_insured_of_medicare(claim, asked) if medicare else _insured(claim)),
        "employment_no": _X,
        "auto_no": _X,
        "accident_no": _X,
        "patient_signature": _ON_FILE,
        **_ordering(claim, lines),
        **_diagnoses(claim),
        **_billing(claim, lines),
        "total": _dollars(sum(line.charge for line in lines)),
        **({} if medicare else _paid(claim, lines)),
    }


def line_items(claim: Claim, line: ClaimLine) -> Items:
    """Give the items of one service line (24A to 24J)."""
    pointers = [chr(ord("A") + one - 1) for one in line.diagnosis_pointers]
    note = _text(claim, line.note, "The note of a line")
    return {
        "note": f"ZZ{note}" if note else "",
        "from_month": f"{line.first_day:%m}",
        "from_day": f"{line.first_day:%d}",
        "from_year": f"{line.first_day:%y}",
        "to_month": f"{line.last_day:%m}",
        "to_day": f"{line.last_day:%d}",
        "to_year": f"{line.last_day:%y}",
        "place": line.place_of_service,
        "code": line.code,
        **{f"modifier_{number}": one for number, one in enumerate(line.modifiers, 1)},
        "pointers": "".join(pointers),
        "charge": _dollars(line.charge),
        "units": str(line.units),
        "rendering": claim.rendering.npi,
    }


def _refuse_impossible(claim: Claim) -> None:
    """Refuse what no form has room for, or that contradicts itself."""
    reason = ""
    if not (claim.coverages and claim.lines and claim.diagnoses):
        reason = "there is no payer, no line or no diagnosis on it"
    elif len(claim.diagnoses) > _MOST_DIAGNOSES:
        reason = f"it has more than {_MOST_DIAGNOSES} diagnoses"
    elif any(len(line.modifiers) > _MOST_MODIFIERS for line in claim.lines):
        reason = f"a line has more than {_MOST_MODIFIERS} modifiers"
    elif any(not 1 <= len(line.diagnosis_pointers) <= _MOST_POINTERS for line in claim.lines):
        reason = f"a line points to no diagnosis, or to more than {_MOST_POINTERS}"
    elif any(
        not 1 <= one <= len(claim.diagnoses)
        for line in claim.lines
        for one in line.diagnosis_pointers
    ):
        reason = "a line points to a diagnosis that is not there"
    elif any(line.charge < 0 for line in claim.lines):
        reason = "a line is charged less than nothing"
    elif claim.frequency != "1" and not claim.original_reference:
        reason = "the payer's number of the claim it corrects is not there"
    if reason:
        raise ClaimsError(
            "claims.form_impossible",
            f"Claim {claim.claim_id}: {reason}.",
            "Mend what it was drawn from, then draw it anew.",
        )


def _patient(claim: Claim) -> Items:
    """Items 2, 3 and 5."""
    person = claim.patient
    return {
        "patient": _name(claim, person, "The patient's"),
        **_born(claim, person, "born"),
        "male": _X if person.sex == "M" else "",
        "female": _X if person.sex == "F" else "",
        **_address(claim, person, ""),
    }


def _holder(claim: Claim, coverage: Coverage) -> Person:
    """Give who is insured: the patient, or the person who is on file for the coverage."""
    if coverage.relationship == SELF:
        return claim.patient
    if coverage.insured is None:
        raise _missing(claim, "Who is insured, for the patient is not")
    return coverage.insured


def _born(claim: Claim, person: Person, prefix: str) -> Items:
    born = person.birth_date
    if born is None:
        raise _missing(claim, f"The {_role(claim, person)}'s date of birth")
    return {
        f"{prefix}_month": f"{born:%m}",
        f"{prefix}_day": f"{born:%d}",
        f"{prefix}_year": f"{born.year:04d}",
    }


def _role(claim: Claim, person: Person) -> str:
    return "patient" if person is claim.patient else "insured"


def _address(claim: Claim, person: Person, prefix: str) -> Items:
    one, whose = person.address, f"The {_role(claim, person)}'s"
    return {
        f"{prefix}street": _text(claim, one.line, f"{whose} street"),
        f"{prefix}city": _text(claim, one.city, f"{whose} city"),
        f"{prefix}state": _text(claim, one.state, f"{whose} state"),
        f"{prefix}zip": _zip(one),
    }


def _insured_of_medicare(claim: Claim, asked: Coverage) -> Items:
    """Items 4 to 11 and 13 as Medicare wants them; item 4 to 7 are the first payer's."""
    if asked.sequence == "P":
        return {"group": "NONE"}
    if len(claim.coverages) == 1:
        raise _missing(claim, "The payer who is asked before Medicare")
    first = claim.coverages[1]
    person = _holder(claim, first)
    same = person is claim.patient
    return {
        "insured": "SAME" if same else _name(claim, person, "The insured's"),
        _RELATED.get(first.relationship, "other_related"): _X,
        **({"insured_street": "SAME"} if same else _address(claim, person, "insured_")),
        "group": _needed(claim, first.member_id, "The first payer's member number"),
        **_born(claim, person, "insured"),
        "insured_male": _X if person.sex == "M" else "",
        "insured_female": _X if person.sex == "F" else "",
        "plan": _text(claim, first.payer.name, "The first payer's name"),
    }


def _insured(claim: Claim) -> Items:
    """Items 4 to 11 and 13 for every payer but Medicare."""
    asked, *others = claim.coverages
    person = _holder(claim, asked)
    items = {
        "insured": _name(claim, person, "The insured's"),
        _RELATED.get(asked.relationship, "other_related"): _X,
        **_address(claim, person, "insured_"),
        "group": _text(claim, asked.group, "The number of the group"),
        **_born(claim, person, "insured"),
        "insured_male": _X if person.sex == "M" else "",
        "insured_female": _X if person.sex == "F" else "",
        "plan": _text(claim, claim.coverages[0].payer.name, "The payer's name"),
        "another_yes" if others else "another_no": _X,
        "insured_signature": _ON_FILE,
    }
    if others:
        items["other_insured"] = _name(claim, _holder(claim, others[0]), "The other insured's")
        items["other_policy"] = _needed(claim, others[0].member_id, "The other member number")
        items["other_plan"] = _text(claim, others[0].payer.name, "The other payer's name")
    return items


def _ordering(claim: Claim, lines: tuple[ClaimLine, ...]) -> Items:
    """Item 17: one person for the whole form; DK is who ordered."""
    found = {line.ordering for line in lines if line.ordering}
    if not found:
        return {}
    if len(found) > 1:
        raise ClaimsError(
            "claims.form_impossible",
            f"Claim {claim.claim_id}: its lines were ordered by several, the form names one.",
            "Send it as an 837P, or as one claim for each of them.",
        )
    one = found.pop()
    return {
        "ordering_role": "DK",
        "ordering": _practitioner(claim, one),
        "ordering_npi": one.npi,
    }


def _practitioner(claim: Claim, one: Practitioner) -> str:
    """Item 17 has given before family name."""
    name = one.organization or f"{one.given_name} {one.family_name}".strip()
    return _needed(claim, name, "The ordering practitioner's name")


def _diagnoses(claim: Claim) -> Items:
    """Items 21 and 22; indicator 0 is ICD-10-CM, and codes have no dot."""
    found = {f"diagnosis_{chr(ord('A') + n)}": code for n, code in enumerate(claim.diagnoses)}
    found["icd"] = "0"
    if claim.frequency != "1":
        found |= {"resubmission": claim.frequency, "original": claim.original_reference}
    return found


def _billing(claim: Claim, lines: tuple[ClaimLine, ...]) -> Items:
    """Items 25 to 27, 32 and 33."""
    billing = claim.billing
    phone = "".join(filter(str.isdigit, billing.phone))
    if phone and len(phone) != _PHONE:
        raise _missing(claim, "A telephone number of ten digits of the practice")
    own = {
        "name": _needed(claim, billing.paper_name or billing.name, "The practice's name"),
        "street": _text(claim, billing.address.line, "The practice's street"),
        "city": _text(
            claim,
            " ".join((billing.address.city, billing.address.state, _zip(billing.address))),
            "The practice's city",
        ),
        "npi": _needed(claim, billing.npi, "The practice's NPI"),
    }
    office = all(line.place_of_service == _OFFICE for line in lines)
    return {
        "tax_id": _needed(claim, billing.tax_id.replace("-", ""), "The practice's tax number"),
        "ein": _X,
        "account": claim.claim_id[:ACCOUNT],
        "assignment": _X,
        "phone_area": phone[:_AREA],
        "phone": phone[_AREA:],
        **{f"billing_{key}": value for key, value in own.items()},
        **({f"place_{key}": value for key, value in own.items()} if office else {}),
    }


def _paid(claim: Claim, lines: tuple[ClaimLine, ...]) -> Items:
    """Item 29 for other payers than Medicare: what payers asked before have paid.

    On the first of several forms only where they did not say for which line.
    """
    here = {line.line_id for line in lines}
    found: list[Cents] = []
    for coverage in claim.coverages[1:]:
        if coverage.lines:
            found += [one.paid for one in coverage.lines if one.line_id in here]
        elif coverage.paid is not None and claim.lines[0].line_id in here:
            found.append(coverage.paid)
    return {"paid": _dollars(sum(found))} if found else {}


def _name(claim: Claim, person: Person, whose: str) -> str:
    """Family name, comma, given name."""
    family = _needed(claim, person.family_name, f"{whose} family name")
    given = _text(claim, person.given_name, f"{whose} given name")
    return f"{family}, {given}" if given else family


def _zip(one: Address) -> str:
    code = one.postal_code.replace("-", "")
    return f"{code[:_ZIP]}-{code[_ZIP:]}" if len(code) == _ZIP_PLUS_4 else one.postal_code


def _dollars(cents: Cents) -> str:
    """Dollars, a space where the form has its rule, and cents; no point."""
    return f"{cents // 100} {cents % 100:02d}"


def _needed(claim: Claim, value: str, what: str) -> str:
    return _text(claim, value, what) or _refuse(claim, what)


def _refuse(claim: Claim, what: str) -> str:
    raise _missing(claim, what)


def _missing(claim: Claim, what: str) -> ClaimsError:
    return ClaimsError(
        "claims.form_missing",
        f"Claim {claim.claim_id}: {what[:1].lower()}{what[1:]} is not on file.",
        "Put it on file, then draw the claim anew.",
    )


def _text(claim: Claim, value: str, what: str) -> str:
    """Fold a text to the capitals that the form's readers know."""
    try:
        return folded(value, what, most=_LONGEST)
    except X12Refused as trouble:
        raise ClaimsError(
            "claims.form_characters",
            f"Claim {claim.claim_id}: {what[:1].lower()}{what[1:]} has no form in plain capitals.",
            trouble.remedy,
        ) from None
