"""The 837P: what a claim says stands in its segment, and what no payer could read is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from msgspec.structs import replace

from claim_strategies import (
    CLAIM,
    DAY,
    DOCTOR,
    ENVELOPE,
    HOME,
    LATIN,
    MEDICARE,
    OTHER_SCRIPTS,
    PERSON,
    PLAN,
    PRACTICE,
    SUPPLY,
    TALK,
)
from proofline.claims.claim import Adjustment, Claim, Coverage, Person, PriorPayment
from proofline.claims.out.professional import MOST_CLAIMS, pieces, professional
from proofline.claims.x12.envelope import Envelope, number_after
from proofline.claims.x12.folding import folded, respelt
from proofline.claims.x12.reading import interchanges
from proofline.claims.x12.trouble import X12Refused

PAID = date(2026, 3, 1)
PRIOR = Coverage(PLAN, "W123", "P", paid=5000, paid_on=PAID)
SECOND = replace(MEDICARE, sequence="S", insurance_type="12")
LINES_PAID = (
    PriorPayment("C-1.1", 3000, (Adjustment("CO", "45", 1370),)),
    PriorPayment("C-1.2", 2000, (Adjustment("CO", "45", 2000), Adjustment("PR", "2", 850))),
)


def written(*sent: Claim, envelope: Envelope = ENVELOPE) -> list[str]:
    """Write claims and give the segments between ISA and IEA."""
    return professional(sent, envelope).decode("ascii").split("~")


def after(found: list[str], start: str) -> list[str]:
    """Give the segments from the first that begins so."""
    return found[next(i for i, one in enumerate(found) if one.startswith(start)) :]


def test_a_plain_medicare_claim_is_written_out() -> None:
    assert written(CLAIM) == [
        (
            "ISA*00*          *00*          *ZZ*SENDER1        *30*RECEIVER1      "
            "*260203*0905*^*00501*000000042*0*T*:"
        ),
        "GS*HC*SENDER1*RECEIVER1*20260203*0905*7*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*42-1*20260203*0905*CH",
        "NM1*41*2*EXAMPLE PRACTICE*****46*SENDER1",
        "PER*IC*SAM EXAMPLE*TE*5555550100",
        "NM1*40*2*EXAMPLE CLEARINGHOUSE*****46*RECEIVER1",
        "HL*1**20*1",
        "PRV*BI*PXC*207R00000X",
        "NM1*85*2*EXAMPLE PRACTICE*****XX*1234567893",
        "N3*12 SAMPLE STREET APT #4",
        "N4*EXAMPLEVILLE*MO*640010001",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        "SBR*P*18*******MB",
        "NM1*IL*1*EXAMPLE*PAT****MI*1EG4TE5MK73",
        "N3*12 SAMPLE STREET APT #4",
        "N4*EXAMPLEVILLE*MO*640010001",
        "DMG*D8*19400229*F",
        "NM1*PR*2*MEDICARE*****PI*12302",
        "CLM*C-1*92.2***11:B:1*Y*A*Y*Y",
        "HI*ABK:I10*ABF:E119",
        "NM1*82*1*DOCTOR*ANNA EXAMPLE****XX*1245319599",
        "PRV*PE*PXC*207R00000X",
        "LX*1",
        "SV1*HC:99454*43.7*UN*1***1:2",
        "DTP*472*RD8*20260101-20260130",
        "REF*6R*C-1.1",
        "LX*2",
        "SV1*HC:99457*48.5*UN*1***1",
        "DTP*472*D8*20260130",
        "REF*6R*C-1.2",
        "SE*31*0001",
        "GE*1*7",
        "IEA*1*000000042",
        "",
    ]


def test_what_a_prior_payer_made_of_each_line_is_told() -> None:
    found = written(replace(CLAIM, coverages=(SECOND, replace(PRIOR, lines=LINES_PAID))))
    assert "SBR*S*18***12****MB" in found
    assert after(found, "SBR*P")[:7] == [
        "SBR*P*18*******CI",
        "AMT*D*50",
        "OI***Y***Y",
        "NM1*IL*1*EXAMPLE*PAT****MI*W123",
        "N3*12 SAMPLE STREET APT #4",
        "N4*EXAMPLEVILLE*MO*640010001",
        "NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*60054",
    ]
    assert after(found, "REF*6R*C-1.1")[1:5] == [
        "SVD*60054*30*HC:99454**1",
        "CAS*CO*45*13.7",
        "DTP*573*D8*20260301",
        "AMT*EAF*0",
    ]
    assert after(found, "REF*6R*C-1.2")[1:6] == [
        "SVD*60054*20*HC:99457**1",
        "CAS*CO*45*20",
        "CAS*PR*2*8.5",
        "DTP*573*D8*20260301",
        "AMT*EAF*8.5",
    ]


def test_what_a_prior_payer_made_of_the_claim_is_told() -> None:
    taken = (Adjustment("PR", "1", 1000), Adjustment("CO", "45", 3220))
    found = written(replace(CLAIM, coverages=(SECOND, replace(PRIOR, adjustments=taken))))
    assert after(found, "SBR*P")[1:5] == [
        "CAS*PR*1*10",
        "CAS*CO*45*32.2",
        "AMT*D*50",
        "AMT*EAF*10",
    ]
    assert after(found, "NM1*PR*2*EXAMPLE")[1] == "DTP*573*D8*20260301"
    assert not [one for one in found if one.startswith("SVD")]


def test_a_payer_who_will_be_asked_after_has_paid_nothing_yet() -> None:
    found = written(replace(CLAIM, coverages=(MEDICARE, Coverage(PLAN, "W123", "S"))))
    assert after(found, "SBR*S")[:2] == ["SBR*S*18*******CI", "OI***Y***Y"]


def test_many_reasons_of_a_group_go_on_in_another_cas() -> None:
    reasons = ("1", "2", "3", "45", "96", "97", "253")
    taken = tuple(Adjustment("CO", reason, 100) for reason in reasons)
    taken = (*taken, Adjustment("OA", "23", 0), Adjustment("CO", "144", 3520))
    found = written(replace(CLAIM, coverages=(SECOND, replace(PRIOR, adjustments=taken))))
    assert after(found, "CAS")[:3] == [
        "CAS*CO*1*1**2*1**3*1**45*1**96*1**97*1",
        "CAS*CO*253*1**144*35.2",
        "AMT*D*50",
    ]


def test_a_replacement_names_what_it_replaces() -> None:
    found = written(replace(CLAIM, frequency="7", original_reference="1234ICN"))
    assert after(found, "CLM")[:2] == ["CLM*C-1*92.2***11:B:7*Y*A*Y*Y", "REF*F8*1234ICN"]


def test_a_line_says_what_differs_from_its_claim() -> None:
    line = replace(TALK, place_of_service="10", modifiers=("95", "KX"), note="Called", units=2)
    found = written(replace(CLAIM, lines=(SUPPLY, replace(line, ordering=DOCTOR))))
    assert after(found, "LX*2")[1:6] == [
        "SV1*HC:99457:95:KX*48.5*UN*2*10**1",
        "DTP*472*D8*20260130",
        "REF*6R*C-1.2",
        "NTE*ADD*CALLED",
        "NM1*DK*1*DOCTOR*ANNA EXAMPLE****XX*1245319599",
    ]


def test_who_renders_is_left_out_where_he_bills() -> None:
    found = written(replace(CLAIM, rendering=replace(DOCTOR, npi=PRACTICE.npi)))
    assert not [one for one in found if one.startswith(("NM1*82", "PRV*PE"))]
    group = replace(DOCTOR, family_name="", given_name="", organization="Example Group")
    assert "NM1*82*2*EXAMPLE GROUP*****XX*1245319599" in written(replace(CLAIM, rendering=group))


def test_claims_of_one_practice_stand_under_one_level() -> None:
    other = replace(PRACTICE, name="Other Example", npi="1992999874", phone="555-555-0199")
    third = replace(CLAIM, claim_id="C-3", billing=other)
    found = written(CLAIM, replace(CLAIM, claim_id="C-2"), third)
    levels = [one for one in found if one.startswith("HL")]
    assert levels == ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*0", "HL*4**20*1", "HL*5*4*22*0"]
    assert "PER*IC*OTHER EXAMPLE*TE*5555550199" in found


@pytest.mark.slow
def test_more_than_five_thousand_claims_take_a_second_set() -> None:
    many = (replace(CLAIM, claim_id=f"C-{number}") for number in range(MOST_CLAIMS + 1))
    (interchange,) = interchanges(professional(many, ENVELOPE))
    first, second = interchange.groups[0].transactions
    assert [one[1] for one in second.segments if one.tag == "CLM"] == ["C-5000"]
    assert sum(one.tag == "CLM" for one in first.segments) == MOST_CLAIMS
    assert (first.control, second.control) == ("0001", "0002")
    assert second.segments[1][3] == "42-2"


def test_the_same_claims_give_the_same_bytes_piece_by_piece() -> None:
    once = professional([CLAIM], ENVELOPE)
    assert once == professional([CLAIM], ENVELOPE) == b"".join(pieces([CLAIM], ENVELOPE))


def test_control_numbers_and_usage_are_the_callers() -> None:
    envelope = replace(ENVELOPE, usage="P", interchange=999_999_999, group=number_after(7))
    (found,) = interchanges(professional([CLAIM], envelope))
    assert (found.usage, found.control, found.groups[0].control) == ("P", "999999999", "8")
    assert number_after(999_999_999) == 1


REFUSED = {
    "no lines": (replace(CLAIM, lines=()), "claim"),
    "no diagnoses": (replace(CLAIM, diagnoses=()), "claim"),
    "no coverages": (replace(CLAIM, coverages=()), "claim"),
    "13 diagnoses": (replace(CLAIM, diagnoses=("I10",) * 13), "claim"),
    "51 lines": (replace(CLAIM, lines=(SUPPLY,) * 51), "claim"),
    "line id twice": (replace(CLAIM, lines=(SUPPLY, SUPPLY)), "claim"),
    "order twice": (replace(CLAIM, coverages=(MEDICARE, Coverage(PLAN, "W1"))), "claim"),
    "replaces nothing": (replace(CLAIM, frequency="7"), "claim"),
    "new and replaces": (replace(CLAIM, original_reference="X"), "claim"),
    "no pointer": (replace(CLAIM, lines=(replace(TALK, diagnosis_pointers=()),)), "claim"),
    "pointer 0": (replace(CLAIM, lines=(replace(TALK, diagnosis_pointers=(0,)),)), "claim"),
    "pointer 3": (replace(CLAIM, lines=(replace(TALK, diagnosis_pointers=(3,)),)), "claim"),
    "5 modifiers": (replace(CLAIM, lines=(replace(TALK, modifiers=("95",) * 5),)), "claim"),
    "no units": (replace(CLAIM, lines=(replace(TALK, units=0),)), "claim"),
    "below zero": (replace(CLAIM, lines=(replace(TALK, charge=-1),)), "claim"),
    "span": (replace(CLAIM, lines=(replace(SUPPLY, last_day=date(2025, 1, 1)),)), "span"),
    "too much": (replace(CLAIM, lines=(replace(SUPPLY, charge=10**10),)), "amount"),
    "no birth": (replace(CLAIM, patient=replace(PERSON, birth_date=None)), "missing"),
    "no name": (replace(CLAIM, patient=replace(PERSON, family_name="")), "missing"),
    "no city": (replace(CLAIM, patient=replace(PERSON, address=replace(HOME, city=""))), "missing"),
    "no mbi": (replace(CLAIM, coverages=(replace(MEDICARE, member_id=""),)), "missing"),
    "no npi": (replace(CLAIM, rendering=replace(DOCTOR, npi="")), "missing"),
    "tax letters": (replace(CLAIM, billing=replace(PRACTICE, tax_id="12-AB")), "characters"),
    "diagnosis": (replace(CLAIM, diagnoses=("I10*", "E119")), "characters"),
    "star in name": (replace(CLAIM, patient=replace(PERSON, given_name="A*")), "delimiter"),
    "long street": (
        replace(CLAIM, patient=replace(PERSON, address=replace(HOME, line="A" * 56))),
        "too_long",
    ),
    "long claim id": (replace(CLAIM, claim_id="C" * 21), "too_long"),
    "medicare second": (
        replace(CLAIM, coverages=(replace(SECOND, insurance_type=""), PRIOR)),
        "insurance_type",
    ),
    "unbalanced": (replace(CLAIM, coverages=(SECOND, PRIOR)), "prior_payment"),
    "line unbalanced": (
        replace(CLAIM, coverages=(SECOND, replace(PRIOR, lines=LINES_PAID, paid=4999))),
        "prior_payment",
    ),
    "line left out": (
        replace(CLAIM, coverages=(SECOND, replace(PRIOR, lines=LINES_PAID[:1], paid=3000))),
        "prior_payment",
    ),
    "no day paid": (
        replace(CLAIM, coverages=(SECOND, replace(PRIOR, lines=LINES_PAID, paid_on=None))),
        "prior_payment",
    ),
    "lines, not paid": (
        replace(CLAIM, coverages=(SECOND, replace(PRIOR, lines=LINES_PAID, paid=None))),
        "prior_payment",
    ),
    "36 reasons": (
        replace(
            CLAIM,
            coverages=(
                SECOND,
                replace(PRIOR, adjustments=(*(Adjustment("CO", "45", 100),) * 36,), paid=5620),
            ),
        ),
        "prior_payment",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_claim_that_no_payer_could_read_is_refused(name: str) -> None:
    claim, kind = REFUSED[name]
    with pytest.raises(X12Refused) as caught:
        professional([replace(CLAIM, claim_id="C-0"), claim], ENVELOPE)
    assert caught.value.code == f"claims.x12_{kind}"
    assert caught.value.remedy
    assert "PAT" not in str(caught.value).upper().replace("PATIENT", "")


def test_the_refusal_names_the_claim_and_not_the_patient() -> None:
    person = Person("Примеров \u2665", "Pat", DAY, "F", HOME)
    with pytest.raises(X12Refused, match=r"^Claim C-1: The patient's family name") as caught:
        professional([replace(CLAIM, patient=person)], ENVELOPE)
    assert "Примеров" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("\u041f\u0440\u0438\u043c\u0435\u0440\u043e\u0432", "PRIMEROV"),  # ICAO Doc 9303 part 3
        ("\u0429\u0443\u043a\u0438\u043d", "SHCHUKIN"),
        (OTHER_SCRIPTS["Greek"], "PARADEIGMA"),  # ISO 843
        (OTHER_SCRIPTS["Chinese"], "LIZI"),  # Pinyin
        ("\uae40\ubbfc\uc218", "GIMMINSU"),  # Revised Romanization
        (OTHER_SCRIPTS["Hebrew"], "DVGMH"),  # letter by letter; no vowels are written
        (OTHER_SCRIPTS["Arabic"], "MTHAL"),  # ICAO Doc 9303 part 3
        ("\u0418\u0432\u0430\u043d Jos\u00e9", "IVAN JOSE"),
    ],
)
def test_names_in_other_scripts_are_spelt_and_told(name: str, latin: str) -> None:
    assert (folded(name, "A name", most=60), respelt(name)) == (latin, True)


@pytest.mark.parametrize("name", ["", "Pat", *LATIN])
def test_latin_letters_have_one_spelling(name: str) -> None:
    assert not respelt(name)


def test_what_is_no_letter_has_no_spelling() -> None:
    person = replace(PERSON, given_name="Pat \U0001f600")
    with pytest.raises(X12Refused) as caught:
        professional([replace(CLAIM, patient=person)], ENVELOPE)
    assert "insurance card" in caught.value.remedy


@pytest.mark.parametrize(
    ("envelope", "kind"),
    [
        (replace(ENVELOPE, interchange=0), "control"),
        (replace(ENVELOPE, group=10**9), "control"),
        (replace(ENVELOPE, made=datetime(2026, 2, 3, 9, 5)), "moment"),  # noqa: DTZ001 - meant
        (replace(ENVELOPE, sender=replace(ENVELOPE.sender, id="A" * 16)), "too_long"),
        (replace(ENVELOPE, sender=replace(ENVELOPE.sender, phone="")), "missing"),
        (replace(ENVELOPE, receiver=replace(ENVELOPE.receiver, name="")), "missing"),
    ],
)
def test_an_envelope_that_cannot_be_written_is_refused(envelope: Envelope, kind: str) -> None:
    with pytest.raises(X12Refused) as caught:
        professional([CLAIM], envelope)
    assert caught.value.code == f"claims.x12_{kind}"


def test_nothing_to_send_is_no_file() -> None:
    with pytest.raises(X12Refused, match="nothing to send"):
        professional([], ENVELOPE)


SPOUSE = Person("Example", "Robin", address=HOME)
THROUGH = replace(
    CLAIM, coverages=(Coverage(PLAN, "W1", relationship="01", insured=SPOUSE, group="G-1"),)
)


def test_a_dependent_stands_below_the_insured() -> None:
    sent = professional([THROUGH, CLAIM], ENVELOPE).decode().split("~")
    first = sent.index("HL*2*1*22*1")
    assert sent[first : sent.index("CLM*C-1*92.2***11:B:1*Y*A*Y*Y")] == [
        "HL*2*1*22*1",
        "SBR*P**G-1******CI",
        "NM1*IL*1*EXAMPLE*ROBIN****MI*W1",
        "NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*60054",
        "HL*3*2*23*0",
        "PAT*01",
        "NM1*QC*1*EXAMPLE*PAT",
        "N3*12 SAMPLE STREET APT #4",
        "N4*EXAMPLEVILLE*MO*640010001",
        "DMG*D8*19400229*F",
    ]
    assert "HL*4*1*22*0" in sent  # the next claim, below the practice again


def test_the_insured_of_another_payer_may_be_somebody_else() -> None:
    other = replace(THROUGH.coverages[0], sequence="P", group="")
    asked = replace(MEDICARE, sequence="S", insurance_type="12")
    sent = professional([replace(CLAIM, coverages=(asked, other))], ENVELOPE).decode().split("~")
    assert "HL*2*1*22*0" in sent
    assert sent[sent.index("SBR*P*01*******CI") + 2] == "NM1*IL*1*EXAMPLE*ROBIN****MI*W1"


@pytest.mark.parametrize(
    "coverage",
    [
        replace(MEDICARE, relationship="01", insured=SPOUSE),
        Coverage(PLAN, "W1", relationship="01"),
        Coverage(PLAN, "W1", relationship="99", insured=SPOUSE),
    ],
)
def test_who_is_insured_through_nobody_known_is_refused(coverage: Coverage) -> None:
    with pytest.raises(X12Refused) as caught:
        professional([replace(CLAIM, coverages=(coverage,))], ENVELOPE)
    assert caught.value.code == "claims.x12_insured"
