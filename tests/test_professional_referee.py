"""pyx12 accepts every 837P that can be made, and our own reader gives the same values back.

The quick examples are the same in every run; with PROOFLINE_EXAMPLES=10000 in the environment
`pytest -m slow tests/test_professional_referee.py` tries so many by chance.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from claim_strategies import CLAIM, ENVELOPE, PERSON, accepted, claims
from proofline.claims.claim import Claim
from proofline.claims.out.professional import professional
from proofline.claims.x12.folding import folded
from proofline.claims.x12.reading import interchanges
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import X12Refused
from proofline.claims.x12.writing import day, money
from sampling import BY_CHANCE, examples

THOROUGH = examples(500, 2_500)


def a_few(most: int) -> settings:
    """Try so many examples, the same in every run unless chance is asked for by their number."""
    return settings(
        max_examples=most,
        derandomize=not BY_CHANCE,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def gathered(count: int) -> list[Claim]:
    """Gather so many claims by chance, each with an id of its own."""
    found: list[Claim] = []

    @given(claims())
    @a_few(count)
    def gather(claim: Claim) -> None:
        found.append(replace(claim, claim_id=f"C-{len(found)}"))

    gather()
    assert len(found) >= count
    return found


@pytest.mark.slow
def test_pyx12_accepts_every_file() -> None:
    found = gathered(50)
    for sent in (found[:1], found[1:10], found[10:]):
        verdict, said = accepted(professional(sent, ENVELOPE))
        assert verdict, said


@pytest.mark.slow
def test_pyx12_accepts_many() -> None:
    found = gathered(THOROUGH)
    for start in range(0, len(found), 500):
        verdict, said = accepted(professional(found[start : start + 500], ENVELOPE))
        assert verdict, said


@pytest.mark.slow
def test_pyx12_does_refuse_a_file_that_is_wrong() -> None:
    broken = professional([CLAIM], ENVELOPE).replace(b"DTP*472*D8*20260130~", b"DTP*472*D8*20261~")
    assert not accepted(broken)[0]


@pytest.mark.slow
@given(claims())
@a_few(40)
def test_our_own_reader_gives_the_same_values_back(claim: Claim) -> None:
    (interchange,) = interchanges(professional([claim], ENVELOPE))
    found = interchange.groups[0].transactions[0].segments

    def those(tag: str, first: str = "") -> list[Segment]:
        return [one for one in found if one.tag == tag and one[1].startswith(first)]

    patient = claim.patient
    name = [folded(one, "x", most=60) for one in (patient.family_name, patient.given_name)]
    asked = claim.coverages[0]
    own = those("NM1", "IL" if asked.relationship == "18" else "QC")[0]
    assert [own[3], own[4]] == name
    assert [one[1] for one in those("PAT")] == [asked.relationship][: asked.relationship != "18"]
    order = [asked.sequence, *(one.sequence for one in claim.coverages[1:])]
    assert [one[1] for one in those("SBR")] == order
    assert those("CLM")[0][2] == money(claim.total)
    assert those("CLM")[0].components(5)[2] == claim.frequency
    codes = tuple(those("HI")[0].components(n)[1] for n in range(1, len(claim.diagnoses) + 1))
    assert codes == claim.diagnoses
    services = those("SV1")
    for line, service, ref, when in zip(
        claim.lines, services, those("REF", "6R"), those("DTP", "472"), strict=True
    ):
        assert service.components(1) == ("HC", line.code, *line.modifiers)
        assert service[2] == money(line.charge)
        assert service[4] == str(line.units)
        assert tuple(map(int, service.components(7))) == line.diagnosis_pointers
        assert service[5] in {"", line.place_of_service}
        assert ref[2] == line.line_id
        assert when[3].split("-") == [day(one) for one in sorted({line.first_day, line.last_day})]
    answers = [one for other in claim.coverages[1:] for one in other.lines]
    assert sorted(one[2] for one in those("SVD")) == sorted(money(one.paid) for one in answers)


@pytest.mark.slow
@given(st.text(max_size=40), st.text(max_size=40))
@a_few(100)
def test_any_name_at_all_is_written_or_refused(family: str, given_name: str) -> None:
    person = replace(PERSON, family_name=family, given_name=given_name)
    try:
        found = professional([replace(CLAIM, patient=person)], ENVELOPE)
    except X12Refused:
        return
    assert found.count(b"~") == professional([CLAIM], ENVELOPE).count(b"~")
