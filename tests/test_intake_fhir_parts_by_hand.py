"""Signs that a value was typed in where they stand in a component, or at the value itself."""

from __future__ import annotations

from typing import Any

import pytest

from made_up_fhir import CUFF, cells, codes, entries, heart, in_bulk, taken
from proofline.intake.sources.fhir import plain
from proofline.intake.sources.fhir.shapes import Observation

AT = "http://made-up.example/StructureDefinition"
UCUM = "http://unitsofmeasure.org"
PANEL = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
VITALS = {"coding": [{"system": "http://loinc.org", "code": "85353-1"}]}
TYPED = {"extension": [{"url": f"{AT}/how-it-came", "valueString": "manual"}]}
SELF = {"extension": [{"url": f"{AT}/extension-modality", "valueCode": "self-reported"}]}


def _part(code: str, value: float, unit: str = "mm[Hg]", **more: object) -> dict[str, Any]:
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueQuantity": {"value": value, "system": UCUM, "code": unit},
        **more,
    }


def _pressure(upper: object = None, lower: object = None, *more: object) -> dict[str, object]:
    systolic, diastolic = _part("8480-6", 121), _part("8462-4", 79)
    parts = [{**systolic, **(upper or {})}, {**diastolic, **(lower or {})}, *more]  # type: ignore[dict-item]
    whole = heart(code=PANEL, component=parts, valueQuantity=None)
    # As servers write it, so that it goes the short way if it may.
    return {"resourceType": "Observation", "id": "o-1", "meta": {"versionId": "1"}, **whole}


@pytest.mark.parametrize("is_upper", [True, False])
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("component.extension (entered by hand)", TYPED),
        ("component.extension-modality=self-reported", SELF),
        ("component.note (manually entered)", {"note": [{"text": "Entered by the nurse"}]}),
        ("component.note (manually entered)", {"note": {"text": "manually entered"}}),
        ("component.note (manually entered)", {"comment": "manually entered"}),
        ("component.method (entered by hand)", {"method": {"text": "Manual entry"}}),
        (
            "component.valueQuantity.extension (entered by hand)",
            {"valueQuantity": {"value": 100, "system": UCUM, "code": "mm[Hg]", **TYPED}},
        ),
        (
            "component.valueQuantity.value.extension (entered by hand)",
            {"valueQuantity": {"value": 100, "_value": TYPED, "system": UCUM, "code": "mm[Hg]"}},
        ),
        (
            "component.valueInteger.extension (entered by hand)",
            {"valueQuantity": None, "valueInteger": 100, "_valueInteger": TYPED},
        ),
    ],
)
def test_half_of_a_pressure_that_was_typed_makes_the_whole_typed(
    field: str, said: dict[str, object], *, is_upper: bool
) -> None:
    result = taken(CUFF, _pressure(said) if is_upper else _pressure(None, said))
    assert cells(result, "readings", "o-1")["entry"] == "manual"
    (came,) = [one.cells for one in result.provenance if one.cells.get("reading_id") == "o-1"]
    assert came["entry_said"] == field


@pytest.mark.parametrize(
    "sign",
    [
        {"code": {"text": "Entry method"}, "valueString": "manual"},
        {"code": {"text": "Entry method"}, "valueCodeableConcept": {"text": "Manual entry"}},
        {"code": {"coding": [{"code": "HKWasUserEntered"}]}, "valueInteger": 1},
        {"code": {"text": "isManual"}, "valueBoolean": True},
        {"code": {"text": "isManual"}, "valueCodeableConcept": {"text": "Yes"}},
        {"code": {"text": "Manual entry"}, "valueBoolean": True},
        {"code": {"text": "Manual entry"}},
        {"code": {"text": "Data source"}, "valueString": "manual"},
        {"code": {"coding": [{"code": "00000-0"}]}, "valueString": "manual"},
        {"code": {"text": "Is manual"}, "valueBoolean": True},
        {"code": {"text": "Is manual?"}, "valueBoolean": True},
        {"code": {"text": "Was entered manually"}, "valueBoolean": True},
        {"code": {"text": "Manual reading"}, "valueBoolean": True},
        {"code": {"text": "Recording method"}, "valueInteger": 3},
    ],
)
def test_a_component_can_itself_be_the_sign(sign: dict[str, object]) -> None:
    result = taken(CUFF, _pressure(None, None, sign))
    assert cells(result, "readings", "o-1")["entry"] == "manual"


@pytest.mark.parametrize(
    "answer",
    [
        {"code": {"text": "Manual entry"}, "valueBoolean": False},
        {"code": {"text": "Manual entry"}, "valueString": "No"},
        {"code": {"text": "Manual entry"}, "valueCodeableConcept": {"text": "Automatic"}},
        {"code": {"coding": [{"code": "HKWasUserEntered"}]}, "valueInteger": 0},
        {"code": {"coding": [{"code": "HKWasUserEntered"}]}, "valueBoolean": False},
        {"code": {"text": "Cuff inflation mode"}, "valueString": "manual"},
        {"code": {"text": "Cuff inflation method"}, "valueString": "manual"},
        {"code": {"text": "Measurement trigger"}, "valueCodeableConcept": {"text": "Manual"}},
    ],
)
def test_a_component_that_denies_it_or_speaks_of_something_else_is_no_sign(
    answer: dict[str, object],
) -> None:
    result = taken(CUFF, _pressure(None, None, answer))
    assert cells(result, "readings", "o-1")["entry"] == "automatic"


_ASKED = [{"url": f"{AT}/HKWasUserEntered", "value": 0}]


@pytest.mark.parametrize(
    ("usual", "typed"),
    [({}, TYPED), ({"extension": _ASKED}, {"extension": [{**_ASKED[0], "value": 1}]})],
)
def test_a_typed_pressure_between_measured_ones_is_found_in_a_bulk_export(
    usual: dict[str, object], typed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was learnt of lines that differ in their numbers only holds for those alone."""
    lines = []
    for number in range(60):
        half = typed if number == 30 else usual
        upper = {"valueQuantity": {"value": 100 + number, "system": UCUM, "code": "mm[Hg]"}}
        lines.append({**_pressure({**upper, **half}), "id": f"o-{number}"})
    long_way: list[object] = []

    def whole(**of: Any) -> Observation:  # noqa: ANN401 - whatever an Observation has
        long_way.append(of["id"])
        return Observation(**of)

    monkeypatch.setattr(plain, "Observation", whole)
    found = entries(in_bulk(*lines))
    assert [name for name, word in found.items() if word != "automatic"] == ["o-30"]
    assert len(found) == len(lines)
    assert long_way == ["o-30"]


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("manual", "Heart rate (manual entry)"),
        ("manual", "Pulse, patient-reported"),
        ("manual", "Heart rate self-reported"),
        ("automatic", "Heart rate, not manually entered"),
        ("automatic", "Heart rate by manual palpation"),
        ("automatic", "Heart rate, unreported before"),
    ],
)
@pytest.mark.parametrize("where", ["text", "display"])
def test_the_name_of_what_was_measured_may_say_it(entry: str, name: str, where: str) -> None:
    """Flowsheets have rows of their own for what patients say; LOINC has methods by hand."""
    code: dict[str, object] = {"system": "http://loinc.org", "code": "8867-4"}
    concept: dict[str, object] = {"coding": [code]}
    (code if where == "display" else concept)[where] = name
    assert cells(taken(CUFF, heart(code=concept)), "readings", "o-1")["entry"] == entry
    parts = [{**_part("8867-4", 61, "/min"), "code": concept}]
    whole = heart(code=VITALS, component=parts, valueQuantity=None)
    assert cells(taken(CUFF, whole), "readings", "o-1#8867-4")["entry"] == entry


@pytest.mark.parametrize(
    "said",
    [
        {"extension": [{"url": f"{AT}/how-it-came", "valueString": "not manually entered"}]},
        {"extension": [{"url": f"{AT}/was-user-entered", "valueBoolean": False}]},
        {"note": [{"text": "Cuff inflated by the patient"}]},
        {"note": 7, "comment": None},
        {"extension": None},
    ],
)
def test_what_only_looks_like_it_in_a_component_changes_nothing(said: dict[str, object]) -> None:
    assert cells(taken(CUFF, _pressure(said)), "readings", "o-1")["entry"] == "automatic"


def test_the_value_itself_may_say_it() -> None:
    value = {"value": 61, "system": UCUM, "code": "/min", **TYPED}
    result = taken(CUFF, heart(valueQuantity=value))
    assert cells(result, "readings", "o-1")["entry"] == "manual"
    value = {"value": 61, "_value": TYPED, "system": UCUM, "code": "/min"}
    assert entries(taken(CUFF, heart(valueQuantity=value))) == {"o-1": "manual"}
    whole = heart(valueQuantity=None, valueInteger=61, _valueInteger=TYPED)
    assert entries(taken(CUFF, whole)) == {"o-1": "manual"}
    assert cells(taken(CUFF, heart()), "readings", "o-1")["entry"] == "automatic"


def test_in_a_panel_of_several_measurements_each_speaks_for_itself() -> None:
    parts = [_part("8867-4", 61, "/min", **TYPED), _part("29463-7", 80, "kg")]
    result = taken(CUFF, heart(code=VITALS, component=parts, valueQuantity=None))
    entries = {
        one.cells["metric"]: one.cells["entry"] for one in result.rows if "metric" in one.cells
    }
    assert entries == {"8867-4": "manual", "29463-7": "automatic"}


def test_a_preliminary_pressure_that_was_typed_stays_typed() -> None:
    result = taken(CUFF, {**_pressure(TYPED), "status": "preliminary"})
    assert cells(result, "readings", "o-1")["entry"] == "manual"


def test_a_component_whose_meaning_may_be_turned_round_is_refused() -> None:
    turned = {"modifierExtension": [{"url": f"{AT}/not", "valueBoolean": True}]}
    result = taken(CUFF, _pressure(turned))
    assert codes(result)["Observation/o-1"] == ["modifier"]
    assert not [one for one in result.rows if one.table == "readings"]
    assert cells(taken(CUFF, _pressure({"modifierExtension": []})), "readings", "o-1")["value"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("manual", {"valueCode": "manual"}),
        ("manual", {"valueCoding": {"code": "manual"}}),
        ("automatic", {"valueCode": "automatic"}),
        ("automatic", {"valueCoding": {"code": "device"}}),
    ],
)
def test_a_component_may_answer_with_a_bare_code(entry: str, said: dict[str, object]) -> None:
    part = {"code": {"text": "entry method"}, **said}
    assert entries(taken(CUFF, heart(component=[part]))) == {"o-1": entry}


def test_an_extension_of_a_components_code_may_say_it() -> None:
    half = _part("8480-6", 120, "mm[Hg]")
    half["code"] = {**half["code"], **TYPED}
    parts = [half, _part("8462-4", 80, "mm[Hg]")]
    code = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    pressure = heart(code=code, component=parts, valueQuantity=None)
    assert entries(taken(CUFF, pressure)) == {"o-1": "manual"}
