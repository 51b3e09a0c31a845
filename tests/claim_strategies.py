"""Claims by chance: RPM ladders, prior payers, names in six scripts. All people are made up."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta

import pyx12.params
import pyx12.x12n_document
from hypothesis import strategies as st
from msgspec.structs import replace

from proofline.claims.claim import (
    Address,
    Adjustment,
    BillingProvider,
    Claim,
    ClaimLine,
    Coverage,
    Payer,
    Person,
    Practitioner,
    PriorPayment,
)
from proofline.claims.x12.envelope import Envelope, Party

HOME = Address("12 Sample Street Apt #4", "Exampleville", "MO", "640010001")
PRACTICE = BillingProvider("Example Practice", "1234567893", "12-3456789", HOME, "207R00000X")
DOCTOR = Practitioner("1245319599", "Doctor", "Anna Example", taxonomy="207R00000X")
MEDICARE = Coverage(Payer("12302", "Medicare", "medicare"), "1EG4TE5MK73")
PLAN = Payer("60054", "Example Health Plan", "commercial", "CI")
LATER = Coverage(Payer("77777", "Example Second Plan", "commercial", "CI"), "X 9", "S")
DAY = date(2026, 1, 1)
SUPPLY = ClaimLine("C-1.1", "decision-1", "99454", 1, 4370, DAY, date(2026, 1, 30), (1, 2))
TALK = ClaimLine("C-1.2", "decision-2", "99457", 1, 4850, date(2026, 1, 30), date(2026, 1, 30))
PERSON = Person("Example", "Pat", date(1940, 2, 29), "F", HOME)
CLAIM = Claim("C-1", PERSON, (MEDICARE,), PRACTICE, DOCTOR, ("I10", "E119"), (SUPPLY, TALK))
ENVELOPE = Envelope(
    sender=Party("SENDER1", "Example Practice", contact="Sam Example", phone="(555) 555-0100"),
    receiver=Party("RECEIVER1", "Example Clearinghouse", qualifier="30"),
    usage="T",
    made=datetime(2026, 2, 3, 9, 5, tzinfo=UTC),
    interchange=42,
    group=7,
)

LATIN = (
    "Müller-Lüdenscheidt",
    "Ångström",
    "Łukasz",
    "Nguyễn Thị",
    "O\u2019Example",
    "Şahin",
    "Ærø",
)
OTHER_SCRIPTS = {
    "Cyrillic": "Примеров",
    "Greek": "Παράδειγμα",
    "Arabic": "مثال",
    "Hebrew": "דוגמה",
    "Devanagari": "उदाहरण",
    "Chinese": "例子",
}
LATIN_LETTERS = st.characters(
    min_codepoint=0x41, max_codepoint=0x17F, categories=["Lu", "Ll"], exclude_characters="\u00b5"
)
LADDERS = (
    ("99453",),
    ("99454", "99457"),
    ("99445", "99470"),
    ("99454", "99457", "99458"),
    ("99453", "99454", "99457", "99458"),
    ("99453", "99454", "99457", "99458", "99091", "98975"),
)


def accepted(data: bytes) -> tuple[bool, str]:
    """Ask pyx12 about a file: its verdict, and what it found."""
    said = io.StringIO()
    param = pyx12.params.params()
    text = io.StringIO(data.decode("ascii"))
    verdict = pyx12.x12n_document.x12n_document(param, text, None, None, fd_json=said)
    found = json.loads(said.getvalue())
    return bool(verdict), json.dumps(found["interchanges"])[:2000]


@st.composite
def names(draw: st.DrawFn) -> str:
    """Give a name in Latin letters of any kind, or in one of six other scripts."""
    others = st.sampled_from(sorted(OTHER_SCRIPTS.values()))
    return draw(st.sampled_from(LATIN) | others | st.text(LATIN_LETTERS, min_size=1, max_size=17))


@st.composite
def lines(draw: st.DrawFn, claim_id: str, diagnoses: int) -> tuple[ClaimLine, ...]:
    """Give the lines of a ladder."""
    found = []
    start = DAY + timedelta(days=draw(st.integers(0, 300)))
    for number, code in enumerate(draw(st.sampled_from(LADDERS)), 1):
        pointers = draw(st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True))
        span = draw(st.sampled_from((0, 0, 1, 29)))
        line = ClaimLine(
            *(f"{claim_id}.{number}", f"decision-{number}", code),
            units=draw(st.integers(1, 3)),
            charge=draw(st.integers(0, 99_999)),
            first_day=start,
            last_day=start + timedelta(days=span),
            diagnosis_pointers=tuple(pointers),
            modifiers=tuple(draw(st.lists(st.sampled_from(("95", "GO", "KX", "59")), unique=True))),
            place_of_service=draw(st.sampled_from(("11", "10", "22"))),
            ordering=draw(st.sampled_from((None, DOCTOR))),
            note=draw(st.sampled_from(("", "16 days \u2013 measured", "vu par l'infirmière"))),
        )
        found.append(line)
    return tuple(found)


@st.composite
def adjusted(draw: st.DrawFn, amount: int) -> tuple[Adjustment, ...]:
    """Part an amount into adjustments that add up to it."""
    found = []
    for number in range(draw(st.integers(0, 7))):
        part = draw(st.integers(0, max(amount, 0)))
        group = draw(st.sampled_from(("CO", "PR", "OA")))
        found.append(Adjustment(group, ("45", "1", "2", "23", "253", "96", "97")[number], part))
        amount -= part
    return (*found, Adjustment("CO", "144", amount)) if amount else tuple(found)


@st.composite
def prior(draw: st.DrawFn, sequence: str, charged: tuple[ClaimLine, ...]) -> Coverage:
    """Give another payer: not asked yet, or with an answer for lines or for the claim."""
    plan = Coverage(PLAN, "W 123-45", sequence)
    how = draw(st.sampled_from(("unasked", "lines", "claim")))
    if how == "unasked":
        return plan
    plan = replace(plan, paid_on=DAY + timedelta(days=400))
    total = sum(line.charge for line in charged)
    if how == "claim":
        paid = draw(st.integers(0, total))
        return replace(plan, paid=paid, adjustments=draw(adjusted(total - paid)))
    payments = []
    for line in charged:
        paid = draw(st.integers(0, line.charge))
        payments.append(PriorPayment(line.line_id, paid, draw(adjusted(line.charge - paid))))
    return replace(plan, paid=sum(one.paid for one in payments), lines=tuple(payments))


@st.composite
def through(draw: st.DrawFn, coverage: Coverage) -> Coverage:
    """Give a coverage through somebody else, whose address is on file or not."""
    home = draw(st.sampled_from((HOME, Address())))
    insured = Person(
        draw(names()), draw(names()), birth_date=date(1948, 5, 6), sex="M", address=home
    )
    related = draw(st.sampled_from(("01", "19", "53", "G8")))
    return replace(
        coverage, relationship=related, insured=insured, group=draw(st.sampled_from(("", "G-1")))
    )


@st.composite
def claims(draw: st.DrawFn, claim_id: str = "C-1") -> Claim:
    """Give a claim that a payer can read."""
    codes = ("I10", "E119", "I5022", "J449", "Z9981", "N183", "R030", "E785", "I4891", "M545")
    diagnoses = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, unique=True)))
    charged = draw(lines(claim_id, len(diagnoses)))
    born = DAY - timedelta(days=draw(st.integers(1, 40_000)))
    patient = Person(draw(names()), draw(names()), born, draw(st.sampled_from("FMU")), HOME)
    coverages: tuple[Coverage, ...] = (MEDICARE,)
    kinds = ("medicare", "medicare", "medicare first", "medicare second", "dependent", "spouse's")
    kind = draw(st.sampled_from(kinds))
    if kind == "medicare first":
        coverages = (MEDICARE, replace(draw(prior("S", charged)), paid=None, paid_on=None))
        coverages = (MEDICARE, replace(coverages[1], lines=(), adjustments=()))
    elif kind == "medicare second":
        why = draw(st.sampled_from(("12", "43", "47")))
        asked = replace(MEDICARE, sequence="S", insurance_type=why)
        coverages = (asked, draw(prior("P", charged)), Coverage(PLAN, "X9", "T"))
    elif kind == "dependent":
        coverages = (
            draw(through(Coverage(PLAN, "W 123-45"))),
            *draw(st.sampled_from(((), (LATER,)))),
        )
    elif kind == "spouse's":
        second = replace(MEDICARE, sequence="S", insurance_type="12")
        coverages = (second, draw(through(draw(prior("P", charged)))))
    frequency = draw(st.sampled_from(("1", "1", "7", "8")))
    return Claim(
        claim_id=claim_id,
        patient=patient,
        coverages=coverages,
        billing=draw(st.sampled_from((PRACTICE, replace(PRACTICE, phone="555.555.0199")))),
        rendering=draw(st.sampled_from((DOCTOR, replace(DOCTOR, npi=PRACTICE.npi)))),
        diagnoses=diagnoses,
        lines=charged,
        frequency=frequency,  # type: ignore[arg-type] # one of the three
        original_reference="" if frequency == "1" else "1234567890ABC",
    )
