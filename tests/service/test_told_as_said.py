"""What pages say in the words of the reader: bounds, who did what, whose clock, what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

import made_up_payer as payer
import proofline
from made_up_billing import NOW, sent
from made_up_billing import decided_practice as desk
from made_up_practices import Practice
from made_up_stories import ENROLLMENT, LINE, SIGNED, put_story
from proofline.desk.billing import answering
from proofline.store.models import Person
from proofline.web.templatetags.law import needed, tells
from proofline.web.templatetags.telling import known, spoken
from proofline.web.templatetags.texts.consents import OF_ABOUT, REMARKS
from signing_in import client_of
from written_sentences import gaps, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

__all__ = ["desk"]
CHECKING = Path(proofline.__file__).parent / "packs" / "consents" / "checking.py"


@pytest.mark.parametrize(
    ("bound", "english", "spanish"),
    [
        (">= 16", "16 or more", "16 o más"),
        ("<= 0", "none", "ninguno"),
        ("<= 7", "at most 7", "7 como mucho"),
        (">= 2 and <= 15", "2 to 15", "de 2 a 15"),
        ("yes", "yes", "sí"),
        ("not beside 99454", "not beside 99454", "no junto a 99454"),
        (
            "one of physician, npp",
            "one of physician, non-physician practitioner",
            "uno de médico, profesional no médico",
        ),
    ],
)
def test_what_is_needed_is_told_in_words(bound: str, english: str, spanish: str) -> None:
    assert needed(bound) == english
    with override("es"):
        assert needed(bound) == spanish


def test_a_day_that_is_the_value_of_a_fact_is_told_as_a_day() -> None:
    assert (known("2025-12-14"), known("2025-02-30"), known("99454")) == (
        *("14 Dec 2025", "2025-02-30"),
        "99454",
    )
    with override("es"):
        assert known("2026-01-03") == "3 Ene 2026"
    reason = {"value": "2025-12-14", "needs": "a code in force", "fact": "service date"}
    said = {"status": "unmet", "text": "x", "name": "days", "cite": "", "cure": "", **reason}
    place = {"said": said, "pack": "medicare-rpm/2026-01-01"}
    assert "14 Dec 2025, needs a code in force" in render_to_string(
        "parts/patient/reason.html", place
    )


def remarks_written() -> Iterator[str]:
    """Every text that is written of a consent: the second of each pair, or what goes into one."""
    import ast  # noqa: PLC0415

    tree = ast.parse(CHECKING.read_text("utf-8"))
    for node in ast.walk(tree):
        told = node.elts[1] if isinstance(node, ast.Tuple) and len(node.elts) == 2 else None
        told = node.value if isinstance(node, ast.Assign) else told
        if told is not None and " " in (said := written(told)):
            yield said


def test_what_an_auditor_would_ask_of_a_consent_is_told_in_spanish() -> None:
    found = set(remarks_written())
    assert len(found) > 10
    assert found == {gaps(one) for one in REMARKS}
    with override("es"):
        assert tells("version demo-1 is not on file") == "no consta la versión demo-1"
        about = "rpm-en-1 does not tell of cost_share (42 CFR 410.32)"
        assert tells(about) == "rpm-en-1 no habla de el costo compartido (42 CFR 410.32)"
        for one in OF_ABOUT.values():
            assert tells(one) != one
        assert spoken("npp") == "profesional no médico"


@pytest.fixture
def told(practice: Practice) -> Practice:
    put_story(practice, SIGNED)
    return practice


def spanish(role: str) -> Client:
    client = client_of(f"north-{role}")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    return client


@pytest.mark.slow
def test_pages_about_one_patient_tell_the_time_by_the_patients_clock(told: Practice) -> None:
    assert told.tenant_id
    client = client_of("north-compliance")
    line = "/".join(map(str, LINE))
    for page in (f"/audit/line/{line}/replay/", f"/audit/looks/{ENROLLMENT}/"):
        text = client.get(page).content.decode()
        assert " UTC" not in text, page
        assert " EST" in text or " EDT" in text, page
    assert "Days of America/New York." in client.get(f"/audit/line/{line}/").content.decode()
    whom = Person.objects.get(username="north-compliance").pk
    person = client.get(f"/audit/looks/person/{whom}/").content.decode()
    assert " UTC" in person, "whom somebody saw live by several clocks"
    assert " EST" not in person


@pytest.mark.slow
def test_the_proof_names_who_did_it_and_what_in_words(desk: Practice) -> None:
    claim, _ = sent(desk)
    enrollment, kind, start, code = claim.lines[0].decision_key.rsplit(" ", 3)
    address = f"/audit/line/{enrollment}/{kind}/{start}/{code}/proof/"
    text = client_of("north-compliance").get(address).content.decode()
    assert '<td class="unbroken">north-biller</td>' in text
    assert ">person " not in text
    for raw in ("line draw", "line submit", "line ready"):
        assert raw not in text
    assert "<td>sent a claim</td>" in text
    assert "<td>envió una reclamación</td>" in spanish("compliance").get(address).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("reason", "mends"), [("16", True), ("50", False)])
def test_what_is_to_be_mended_is_not_offered_for_an_appeal_first(
    desk: Practice, reason: str, *, mends: bool
) -> None:
    claim, _ = sent(desk)
    verdicts = {one.code: payer.refused(one, reason) for one in claim.lines}
    body = payer.claim_of(claim, verdicts)
    data = payer.remittance(body, cents=0, payee=payer.payee_of(claim))
    answering.post(desk.opened("biller"), data, NOW)
    text = client_of("north-biller").get(f"/denials/{claim.lines[0].line_id}/").content.decode()
    assert (">Correct its claim</a>" in text) == mends
    assert ('class="plain" name="act" value="appeal"' in text) == mends
    assert "/rules/medicare-rpm/" in text, "what is questioned leads to its rule"
