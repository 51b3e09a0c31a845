"""A FHIR Consent becomes an agreement to one program, or says why not."""

from __future__ import annotations

import pytest

from made_up_fhir import cells, codes, read, taken
from proofline.intake.sources.fhir import Options


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        ("ended-when", "consent_ended"),
        ("denied", "consent_denies"),
        ("study", "consent_scope"),
        ("unnamed", "consent_program"),
        ("two", "consent_programs"),
        ("day-only", "date_only"),
        ("draft", "consent_status"),
        ("backwards", "consent_order"),
        ("day-end", "consent_end_day"),
        ("undated", "no_consent_time"),
    ],
)
def test_what_is_no_agreement_says_why(id_: str, code: str) -> None:
    assert codes(read("consents.ndjson"))[f"Consent/{id_}"] == [code]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-02-20T10:00:00-07:00", []),
        ("2026-02-20T17:00:00Z", []),
        ("2026-02-20", []),
        ("2026-02", []),
        ("2026-02-20T17:00:01Z", ["consent_begins"]),
        ("2026-02-21", ["consent_begins"]),
        ("2026-03", ["consent_begins"]),
    ],
)
def test_an_agreement_that_begins_only_later_waits(start: str, said: list[str]) -> None:
    consent = {
        "resourceType": "Consent",
        "id": "later",
        "status": "active",
        "patient": {"reference": "Patient/ada-example"},
        "dateTime": "2026-02-20T10:00:00-07:00",
        "provision": {"period": {"start": start}},
    }
    result = taken(consent, options=Options(program="RPM"))
    assert codes(result).get("Consent/later", []) == said
    assert len(result.rows) == (not said)


def test_an_agreement_is_given_and_ended_at_instants() -> None:
    result = read("consents.ndjson")
    assert cells(result, "consents", "agreed") == {
        "consent_id": "agreed",
        "patient_id": "ada-example",
        "program": "RPM",
        "language": "en",
        "given_at": "2026-02-20T10:00:00-07:00",
        "captured_at": "2026-02-20T17:05:00Z",
    }
    assert cells(result, "consents", "ended")["revoked_at"] == "2026-04-01T09:00:00-06:00"


def test_an_option_names_the_program_of_consents_that_name_none_but_not_of_a_study() -> None:
    result = read("consents.ndjson", program="CCM")
    assert cells(result, "consents", "unnamed")["program"] == "CCM"
    assert cells(result, "consents", "agreed")["program"] == "RPM"
    assert codes(result)["Consent/study"] == ["consent_scope"]
