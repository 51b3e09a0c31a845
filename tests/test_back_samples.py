"""Other publishers' files, where they lie beside the repository: read, or refused for a reason.

The five `.835` of LinuxForHealth are wrong: four leave the day of payment blank or name no day, and
three of these part their composites with `>` or `*` where their ISA declares `:`. The fifth lacks
nothing that money hangs on, so it is read and told where it departs from its guide.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from proofline.claims.back.acknowledgments import acknowledgments
from proofline.claims.back.balance import Sums, weigh
from proofline.claims.back.claim_status import ClaimStatus, LevelStatus
from proofline.claims.back.implementation import GroupAnswer
from proofline.claims.back.remitting import remittances, whole_remittances
from proofline.claims.x12.reading import interchanges
from proofline.claims.x12.trouble import X12Refused
from referees import oxedi_says, oxedi_sums, pyx12_says, pyx12_sums

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "x12"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the repository")

# name, claims, BPR02, sum of CLP04, kept by PLB (cents), departures from the guide
READ = [
    ("835Sample_OutpatientRetro_.txt", 2, 0, -2016, -2016, 0),
    ("835_Inst_Sample_Inpatient_DRG_Retro_.txt", 2, 157, 157, 0, 0),
    ("835_Sample_Institutional_Claims_only_.2014.txt", 2, 148199, 148199, 0, 0),
    ("835_Sample_Pharmacy.2014.txt", 3, 21965, 22364, 399, 0),
    ("835_Sample_Professional_Claims_only-no_payment_.2014.txt", 1, 0, 0, 0, 0),
    ("835_Sample_Professional_Claims_only-w_payment_.2014.txt", 3, 4575, 4575, 0, 0),
    ("medicare-part-a.835", 2, 15000000, 14999873, -127, 5),
]

# name, code, segment, element, then what mends the first trouble, and the trouble behind it
REFUSED = [
    ("cob-contractural-adjustment.835", "required", "BPR", 16),
    ("managed-care.835", "date", "BPR", 16),
    ("secondary-payment.835", "required", "BPR", 16),
    ("tertiary-payment.835", "required", "BPR", 16),
]
BEHIND = [
    ("cob-contractural-adjustment.835", "procedure", "SVC", 1),
    ("secondary-payment.835", "procedure", "SVC", 1),
    ("tertiary-payment.835", "procedure", "SVC", 1),
]


def sample(name: str) -> bytes:
    return next(SAMPLES.rglob(name)).read_bytes()


def mended(data: bytes) -> bytes:
    """Give BPR16 a day, as the check's own date stands in it or after it."""
    return (
        data.replace(b"CHK***********~", b"CHK************20050412~")
        .replace(b"CHK***********20050318~", b"CHK************20050318~")
        .replace(b"CHK***********20050412~", b"CHK************20050412~")
        .replace(b"*20002316~", b"*20020316~")
    )


def test_every_sample_is_in_a_table() -> None:
    tabled = {row[0] for row in (*READ, *REFUSED)}
    assert {path.name for path in (SAMPLES / "835").iterdir()} == tabled
    assert {path.name for path in (SAMPLES / "999").iterdir()} == {row[0] for row in GROUPS}
    assert {path.name for path in (SAMPLES / "277ca").iterdir()} == {row[0] for row in STATUSES}


@pytest.mark.parametrize(("name", "claims", "stated", "paid", "kept", "departures"), READ)
def test_a_remittance_is_read_to_the_cent(  # noqa: PLR0913, PLR0917 - the cells of a row
    name: str, claims: int, stated: int, paid: int, kept: int, departures: int
) -> None:
    ((_, sums),) = weigh(remittances(sample(name)))
    assert sums == Sums(stated, paid, kept, claims, ())
    (whole,) = whole_remittances(sample(name))
    told = [*whole.payment.departures, *whole.closing.departures]
    told += [one for claim in whole.claims for one in claim.departures]
    assert len(told) == departures


@pytest.mark.parametrize(("name", "code", "tag", "element"), REFUSED)
def test_a_remittance_is_refused_whole(name: str, code: str, tag: str, element: int) -> None:
    with pytest.raises(X12Refused) as caught:
        list(remittances(sample(name)))
    place = caught.value.place
    assert (caught.value.code, place.tag, place.element) == (f"claims.x12_{code}", tag, element)


@pytest.mark.parametrize(("name", "code", "tag", "element"), BEHIND)
def test_a_day_of_payment_does_not_mend_it(name: str, code: str, tag: str, element: int) -> None:
    with pytest.raises(X12Refused) as caught:
        list(remittances(mended(sample(name))))
    place = caught.value.place
    assert (caught.value.code, place.tag, place.element) == (f"claims.x12_{code}", tag, element)


def test_the_one_with_an_impossible_day_adds_up_otherwise() -> None:
    ((payment, sums),) = weigh(remittances(mended(sample("managed-care.835"))))
    assert (sums.claims, sums.stated, sums.balanced) == (2, 94500, True)
    assert [one.reason for one in payment.departures] == [
        "The guide requires the payer's technical contact (PER*BL) here."
    ]


@pytest.mark.slow
@pytest.mark.parametrize("row", READ, ids=[row[0] for row in READ])
def test_the_referees_read_the_same(row: tuple[str, int, int, int, int, int]) -> None:
    name, *sums, departures = row
    data = sample(name)
    assert list(oxedi_sums(data)) == list(pyx12_sums(data)) == sums
    other = oxedi_says(data)
    assert other.unbalanced == []
    # The guide's own requirements: both object to what we tell as departures, and to nothing else.
    # Of five departures oxedi sees one: it does not look at elements that are not used (TS309).
    opinion = pyx12_says(data)
    assert opinion.accepts == (departures == 0)
    assert len(opinion.objections) == departures
    assert len(other.others) == min(departures, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", [row[0] for row in REFUSED])
def test_the_referees_refuse_the_same(name: str) -> None:
    opinion, other = pyx12_says(sample(name)), oxedi_says(sample(name))
    assert not opinion.accepts
    assert any("BPR16" in one for one in opinion.objections)
    assert any("BPR16" in one for one in other.others)


@pytest.mark.slow
@pytest.mark.parametrize("name", [row[0] for row in BEHIND])
def test_the_referees_see_the_procedure_too(name: str) -> None:
    """A `>` for a `:` leaves SVC01-1 eight characters long, where the guide has two."""
    assert any("SVC01" in one for one in oxedi_says(sample(name)).others)
    assert any("SVC" in one for one in pyx12_says(sample(name)).objections)


# name, sets answered in each 999, conformity of the group
GROUPS = [
    ("834_ls_le_ls_5010.999.txt", [1], "accepted"),
    ("834_lui_id_5010.999.txt", [1, 1, 1, 1], "accepted"),
    ("999_Sample_Accepted_.txt", [1], "accepted"),
    ("999_Sample_Rejected_.txt", [1], "rejected"),
]


@pytest.mark.parametrize(("name", "sets", "conformity"), GROUPS)
def test_a_999_is_read(name: str, sets: list[int], conformity: str) -> None:
    found = list(acknowledgments(sample(name)))
    assert [len(one.sets) for one in found if isinstance(one, GroupAnswer)] == sets
    assert {one.conformity for one in found if isinstance(one, GroupAnswer)} == {conformity}
    assert pyx12_says(sample(name)).accepts


STATUSES = [
    ("277CA_Sample_Accepted_.txt", "accepted", 12500, False),
    ("277CA_Sample_Rejected_.txt", "rejected", 19914, True),
]


@pytest.mark.parametrize(("name", "intake", "amount", "contradicts"), STATUSES)
def test_a_277ca_is_read(name: str, intake: str, amount: int, contradicts: bool) -> None:
    """The rejected one says WQ (accept) beside A7 (rejected), and counts the claim as accepted."""
    found = list(acknowledgments(sample(name)))
    (claim,) = (one for one in found if isinstance(one, ClaimStatus))
    levels = [one.level for one in found if isinstance(one, LevelStatus)]
    assert levels == ["source", "receiver", "provider"]
    assert (claim.intake, claim.contradicts_itself) == (intake, contradicts)
    assert claim.notes[0].amount == amount


@pytest.mark.slow
def test_the_referee_objects_to_what_the_guide_leaves_open() -> None:
    """Pyx12 wants an STC for every billing provider, which the guide has as situational.

    It also refuses the year 1001 of the first file: a day of the calendar, which we give as sent.
    """
    wanted = 'Mandatory segment "Billing Provider Status Information" (STC) missing'
    first = pyx12_says(sample(STATUSES[0][0])).objections
    assert [one for one in first if "(10010101)" not in one] == [wanted]
    assert len(first) == 2
    assert pyx12_says(sample(STATUSES[1][0])).objections == [wanted]


def claim_files() -> list[Path]:
    return sorted((SAMPLES / "837p").glob("*.837"))


@pytest.mark.parametrize("path", claim_files(), ids=lambda path: path.name)
def test_a_claim_file_is_whole_and_no_answer(path: Path) -> None:
    (one,) = interchanges(path.read_bytes())
    assert [each.kind for group in one.groups for each in group.transactions] == ["837"]
    for read in (remittances, acknowledgments):
        with pytest.raises(X12Refused) as caught:
            list(read(path.read_bytes()))
        assert caught.value.code == "claims.x12_kind"
        assert "claim file (837)" in caught.value.remedy
