"""What FHIR senders write where somebody typed a value in, and what only looks like it."""

from __future__ import annotations

import pytest

from made_up_fhir import CUFF, GATEWAY_EXTENSION, HR, PATIENT, cells, heart, reading, taken

KIT = "https://made-up.example/fhir/defs/metadata"
AT = "http://made-up.example/StructureDefinition"
MODALITY = f"{AT}/extension-modality"
PASSED_ON = {"url": GATEWAY_EXTENSION, "valueReference": {"reference": "Device/hub"}}
TAG = {"system": "http://made-up.example/tags", "code": "patient-supplied"}
INTEGRITY = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
PHD = "http://hl7.org/fhir/uv/phd/StructureDefinition/PhdNumericObservation"
TRANSCRIBED = "http://hl7.org/fhir/StructureDefinition/observation-human-transcribed"
RECORDED = "http://made-up.example/StructureDefinition/recording-method"
FORM = {"resourceType": "QuestionnaireResponse", "status": "completed"}
ON_DEVICE = {"reference": "Device/cuff-1"}


def _kit(name: str, **value: object) -> dict[str, object]:
    return {"extension": [{"url": KIT, "extension": [{"url": f"{KIT}/{name}", **value}]}]}


def _says(**value: object) -> dict[str, object]:
    return {"extension": [{"url": "http://made-up.example/how-it-came", **value}]}


def _asked(name: str, **value: object) -> dict[str, object]:
    return {"extension": [{"url": f"{AT}/{name}", **value}]}


def _modality(code: str) -> dict[str, object]:
    return {"url": MODALITY, "valueCode": code}


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("extension (entered by hand)", _kit("HKWasUserEntered", valueDecimal=1)),
        ("extension (entered by hand)", _kit("HKWasUserEntered", valueBoolean=True)),
        ("extension (entered by hand)", _kit("HKWasUserEntered", valueString="YES")),
        ("extension (entered by hand)", _says(valueCode="MANUAL_ENTRY")),
        ("extension (entered by hand)", _says(valueString="manual")),
        ("extension (entered by hand)", _says(valueCoding={"display": "User entered"})),
        (
            "extension (entered by hand)",
            _says(valueCodeableConcept={"coding": [{"code": "self-reported"}]}),
        ),
        ("extension-modality=self-reported", {"extension": [_modality("self-reported")]}),
        (
            "extension-modality=self-reported",
            {"device": {**ON_DEVICE, "extension": [_modality("self-reported")]}},
        ),
        (
            "extension-modality=self-reported",
            {"extension": [_modality("self-reported"), PASSED_ON], "meta": {"tag": [TAG]}},
        ),
        ("method=MMEAS", {"method": {"coding": [{"code": "MMEAS^manual-measurement^MDC"}]}}),
        ("method (entered by hand)", {"method": {"text": "Manual entry"}}),
        ("method (entered by hand)", {"method": {"coding": [{"display": "Typed by citizen"}]}}),
        ("meta.tag (entered by hand)", {"meta": {"tag": [{"code": "manual-entry"}]}}),
        ("category (entered by hand)", {"category": [{"coding": [{"code": "patient-reported"}]}]}),
        (
            "derivedFrom=QuestionnaireResponse",
            {"derivedFrom": [{"reference": "https://made-up.example/QuestionnaireResponse/7"}]},
        ),
        (
            "derivedFrom=QuestionnaireResponse",
            {"derivedFrom": [{"type": "QuestionnaireResponse", "identifier": {"value": "7"}}]},
        ),
        *(
            ("derivedFrom=QuestionnaireResponse", {"derivedFrom": [{"reference": literal, **more}]})
            for literal, more in (
                ("https://made-up.example/response/123", {"type": "QuestionnaireResponse"}),
                ("https://made-up.example/QuestionnaireResponse/1/", {}),
                ("QuestionnaireResponse/1", {"identifier": {"value": 7}}),
            )
        ),
        (
            "derivedFrom=QuestionnaireResponse",
            {
                "contained": [{"resourceType": "QuestionnaireResponse", "id": "form"}],
                "derivedFrom": [{"reference": "#form"}],
            },
        ),
        (
            "derivedFrom=QuestionnaireResponse",
            {"related": [{"target": {"reference": "QuestionnaireResponse/7"}}]},
        ),
        (
            "extension (entered by hand)",
            {"extension": [{"url": TRANSCRIBED, "valueBoolean": True}]},
        ),
        ("extension (entered by hand)", {"extension": [{"url": RECORDED, "valueInteger": 3}]}),
        (
            "extension (entered by hand)",
            {"extension": [{"url": "http://made-up.example/isManual", "valueBoolean": True}]},
        ),
        ("extension (entered by hand)", _asked("is-manual", valueCode="manual")),
        ("extension (entered by hand)", _asked("manual", valueString="Manual entry")),
        (
            "extension (entered by hand)",
            {"extension": [{"url": TRANSCRIBED, "valueCodeableConcept": {"text": "manual entry"}}]},
        ),
        ("method (entered by hand)", {"method": {"coding": [{"code": "clinician_entered"}]}}),
        ("method (entered by hand)", {"method": {"text": "Keyboard entry"}}),
        ("note (manually entered)", {"note": [{"text": "Hand keyed at the desk"}]}),
        ("note (manually entered)", {"comment": "Entered by the nurse"}),
        ("note (manually entered)", {"comments": "Entered by the nurse"}),
        ("note (manually entered)", {"note": [{"text": "Manual."}]}),
        *(
            ("note (manually entered)", {"note": [{"text": text}]})
            for text in (
                "Order entered by provider, value entered by nurse",
                "Entered by provider in order set",
                "Order entered by patient",
                "Nurse entered the reading",
                "Nurse entered the room temperature",
                "Nurse entered the home readings",
                "Nurse entered values at home",
                "Patient entered home readings",
                "Transcribed by software from a photograph",
                "Reading from voice note transcribed by software",
                "Note transcribed from paper",
                "User entry",
                "User entry disabled, self entered",
                "Manual entry disabled",
                "No patient monitor, entered by staff",
                "Taken without staff typed by patient",
            )
        ),
        *(
            ("extension (entered by hand)", _asked(name, valueBoolean=True))
            for name in ("manual", "is_manual", "entryIsManual", "made-up.is-manual")
        ),
        ("note (manually entered)", {"note": [{"text": "Value entered by the patient."}]}),
        ("note (manually entered)", {"note": [{"text": f"{'.' * 2000} manually entered"}]}),
    ],
)
def test_a_field_that_says_it_was_typed_outweighs_the_device(
    field: str, changed: dict[str, object]
) -> None:
    result = taken(CUFF, heart(**changed))
    assert cells(result, "readings", "o-1")["entry"] == "manual"
    (came,) = [one.cells for one in result.provenance if one.cells.get("reading_id") == "o-1"]
    assert came["entry_said"] == field


@pytest.mark.parametrize(
    ("test", "changed"),
    [
        ("true", {"note": [{"text": "Fasting"}, {"text": "Control solution."}]}),
        ("true", {"comment": "quality-control"}),
        ("true", {"comments": "Control test (high)"}),
        ("", {"note": [{"text": "Control solution was used before"}]}),
    ],
)
def test_a_note_that_names_a_control_solution_makes_a_test(
    test: str, changed: dict[str, object]
) -> None:
    result = taken(CUFF, heart(**changed))
    assert cells(result, "readings", "o-1").get("test", "") == test
    (came,) = [one.cells for one in result.provenance if one.cells.get("reading_id") == "o-1"]
    assert came.get("test_said", "") == ("note (control solution)" if test else "")


@pytest.mark.parametrize("name", ["urn:uuid:0b0b0b0b-0000-4000-8000-0000000000f0", "urn:oid:1.2.3"])
def test_a_form_is_found_in_the_message_by_the_name_that_it_has_there(name: str) -> None:
    """What extracts Observations from a form names both by their place in the Bundle."""
    said = heart(derivedFrom=[{"reference": name}])
    entries = [
        {"fullUrl": name, "resource": FORM},
        {"resource": said},
        {"resource": CUFF},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert reading(bundle)["entry"] == "manual"
    entries[0] = {"fullUrl": name, "resource": {**CUFF, "id": "another"}}
    assert reading(bundle)["entry"] == "automatic"


@pytest.mark.parametrize(
    "changed",
    [
        _kit("HKWasUserEntered", valueDecimal=0),
        _kit("HKWasUserEntered", valueBoolean=False),
        _says(valueString="Cuff inflated by the patient"),
        {"extension": [_modality("sensed")]},
        {"extension": [{"url": TRANSCRIBED, "valueBoolean": False}]},
        {"extension": [{"url": RECORDED, "valueInteger": 2}]},
        _asked("is-manual", valueCode="not manually entered"),
        {"extension": [{"url": "http://made-up.example/user-manual", "valueString": "page 3"}]},
        {"related": [{"type": "derived-from", "target": {"reference": "Observation/7"}}]},
        {
            "related": [
                {"type": "qualified-by", "target": {"reference": f"{FORM['resourceType']}/7"}}
            ]
        },
        {"related": "abc"},
        {"related": [None, 7, {"target": "abc"}, {"type": 7, "target": {"reference": 7}}]},
        {"derivedFrom": [{"reference": "Observation/7", "identifier": {"value": 7}}, "abc"]},
        {"subject": {"reference": "Patient/p-1", "type": 7}},
        {"comment": "Awaiting provider input."},
        {"note": [{"text": "Not transcribed by anybody."}]},
        {"method": {"text": "Oscillometry"}},
        {"meta": {"tag": [{"system": "http://made-up.example/manual", "code": "home"}]}},
        {"derivedFrom": [{"reference": "Observation/QuestionnaireResponse"}]},
        {"note": [{"text": "Patient reported no dizziness; see the manual."}]},
        {"note": [{"text": "Sent automatically, no user input."}]},
        {"note": [{"text": "Not manually entered."}]},
        {"note": [{"text": "Entered by patient monitor"}]},
        *(
            {"note": [{"text": text}]}
            for text in (
                "Order entered by provider 1/2; BP by cuff.",
                "Cuff inflated just as nurse entered the room",
                "Staff entered the patient's room, and the reading was taken again.",
                "Audio comment transcribed by software",
                "Taken at rest. Note was transcribed from audio.",
                "User entry disabled on this device",
                "Not hand-entered by staff",
            )
        ),
        _asked("inflation-manual", valueBoolean=True),
        {"method": {"coding": [{"code": "AMEAS"}], "text": "Automatic, not manual"}},
    ],
)
def test_what_only_looks_like_it_changes_nothing(changed: dict[str, object]) -> None:
    assert reading(CUFF, heart(**changed))["entry"] == "automatic"


@pytest.mark.parametrize(
    ("entry", "device", "changed"),
    [
        ("automatic", {}, {"extension": [_modality("sensed")], "performer": [PATIENT]}),
        (
            "manual",
            {},
            {"extension": [_modality("sensed")], "performer": [PATIENT], "device": None},
        ),
        ("automatic", {}, {"device": {**ON_DEVICE, "extension": [_modality("sensed")]}}),
        (
            "automatic",
            {},
            {"extension": [_modality("sensed") | {"url": f"{AT}/extenion-modality"}]},
        ),
        ("automatic", {}, {"extension": [_modality("sensed") | {"url": f"{AT}/obs-modality"}]}),
        ("unknown", {}, {"extension": [_modality("sensed") | {"url": f"{AT}/modality/of-x"}]}),
        ("unknown", {}, {"extension": [_modality("sensed") | {"url": f"{AT}/imaging-modality"}]}),
        ("manual", {}, {"extension": [_modality("self-reported") | {"url": f"{AT}/x-modality"}]}),
        (
            "automatic",
            {},
            {
                "method": {"coding": [{"code": "AMEAS^auto-measurement^MDC"}]},
                "meta": {"tag": [TAG]},
            },
        ),
        ("manual", {}, {"extension": [_modality("sensed"), _modality("self-reported")]}),
        ("unknown", {}, {"extension": [_modality("guessed")]}),
        ("unknown", CUFF, {"meta": {"tag": [TAG]}}),
        ("unknown", CUFF, {"meta": {"security": [{"system": INTEGRITY, "code": "PATAST"}]}}),
        ("automatic", CUFF, {"meta": {"security": [{"system": INTEGRITY, "code": "DEVAST"}]}}),
        ("automatic", CUFF, {"meta": {"security": [{"system": "http://x", "code": "PATAST"}]}}),
        ("unknown", CUFF, {"meta": {"tag": [TAG]}, "extension": [PASSED_ON]}),
        ("automatic", CUFF, {"meta": {"tag": [TAG]}, "extension": [_modality("sensed")]}),
        ("automatic", CUFF, {"meta": {"tag": [TAG], "profile": [PHD]}, "extension": [PASSED_ON]}),
    ],
)
def test_what_the_patient_supplied_needs_a_field_that_says_it_was_sensed(
    entry: str, device: dict[str, object], changed: dict[str, object]
) -> None:
    unproven = CUFF | {"serialNumber": ""}
    assert reading(device or unproven, heart(**changed))["entry"] == entry


SURVEY = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}
REPORTED = {"system": "http://snomed.info/sct", "code": "733985002"}
BY_HAND = {"url": f"{AT}/data-entry-method", "valueCode": "manual"}
BY_DEVICE = BY_HAND | {"valueCode": "device"}
ENTERED_BY = f"{AT}/enteredBy"
NAMED = ON_DEVICE | {"display": "Made-up cuff"}


@pytest.mark.parametrize(
    ("entry", "changed"),
    [
        ("manual", {"category": [{"coding": [SURVEY]}]}),
        ("manual", {"category": [{"text": "Survey"}]}),
        ("automatic", {"category": [{"coding": [SURVEY | {"code": "vital-signs"}]}]}),
        ("manual", {"method": {"coding": [REPORTED]}}),
        ("automatic", {"method": {"coding": [REPORTED | {"code": "272391002"}]}}),
        ("manual", {"code": HR | {"extension": [BY_HAND]}}),
        ("automatic", {"code": HR | {"extension": [BY_DEVICE]}}),
        ("manual", {"code": {"coding": [HR["coding"][0] | {"extension": [BY_HAND]}]}}),
        ("manual", {"extension": [{"url": ENTERED_BY, "valueReference": PATIENT}]}),
        ("manual", {"extension": [{"url": ENTERED_BY, "valueString": "made-up nurse"}]}),
        ("automatic", {"extension": [{"url": ENTERED_BY, "valueReference": ON_DEVICE}]}),
        ("automatic", {"extension": [{"url": ENTERED_BY, "valueCode": "device"}]}),
        ("automatic", {"extension": [{"url": ENTERED_BY, "valueString": ""}]}),
        ("automatic", {"extension": [{"url": ENTERED_BY, "valueString": "automated upload"}]}),
        ("automatic", {"extension": [{"url": ENTERED_BY, "valueReference": NAMED}]}),
    ],
)
def test_a_survey_a_code_and_who_entered_it_speak_too(
    entry: str, changed: dict[str, object]
) -> None:
    assert reading(CUFF, heart(**changed))["entry"] == entry
