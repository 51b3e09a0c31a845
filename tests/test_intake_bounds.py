"""Values given as a bound: one policy, `bounds`, whoever sends them.

A day of data asks for a reading that the device made and sent; nothing without a value counts (E3).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from made_up_fhir import heart
from proofline.intake import source
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import Known
from proofline.intake.measurements.bounds import BOUNDS, bound
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble

MAPPING = """
[columns]
device = "Serial"
time = "When"
[[reading]]
metric = "{metric}"
value = "Value"
unit = "{unit}"
"""
OBX = "OBX|1|{kind}|41653-7^Glucose^LN||{sent}|mg/dL|||||F|||20260715070700-0400||||MADE-UP"
HEAD = "MSH|^~\\&|A|B|C|D|20260715080000-0400||ORU^R01^ORU_R01|MADE-UP|P|2.6\rPID|||P1\rOBR|1|||A\r"
RECORD = {
    "recordId": "made-up", "systemTime": "2026-05-01T15:10:00Z", "unit": "mg/dL",
    "transmitterId": "made-up",
}  # fmt: skip
TENOVI = {"hwi_device_id": "made-up-hub", "timestamp": "2026-05-01T12:00:00Z"}
CLARITY = (
    "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,"
    "Source Device ID,Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),"
    "Duration (hh:mm:ss),Glucose Rate of Change (mg/dL/min),Transmitter Time (Long Integer),"
    "Transmitter ID\n11,2026-05-01T09:10:00,EGV,,,,made-up,{},,,,,5,MADEUP\n"
)


def rows(name: str, sent: str, mapping: str = "") -> tuple[list[dict[str, str]], list[str]]:
    """Give the cells of the reading and of its provenance, and the codes of what was told."""
    whole = payload("made-up", sent.encode())
    arrivals, cells, codes = Arrivals(name, whole, Known()), [], []
    for said in source(name).decode(whole, Options(mapping=mapping)):
        for came in [said] if isinstance(said, Trouble) else arrivals.rows(said):
            if isinstance(came, Trouble):
                codes.append(came.code)
            elif came.table in {"readings", "provenance"}:
                cells.append(came.cells)
    return cells, codes


def fhir(**quantity: object) -> tuple[list[dict[str, str]], list[str]]:
    return told_of(heart(valueQuantity={"unit": "/min", **quantity}))


def fhir_text(text: str, code: str = "41653-7") -> tuple[list[dict[str, str]], list[str]]:
    coded = {"coding": [{"system": "http://loinc.org", "code": code}]}
    return told_of(heart(code=coded, valueQuantity=None, valueString=text))


def told_of(sent: dict[str, Any]) -> tuple[list[dict[str, str]], list[str]]:
    told = list(source("fhir").told(payload("made-up", json.dumps(sent).encode())))
    cells = [one.cells for one in told if not isinstance(one, Trouble)]
    return cells, [one.code for one in told if isinstance(one, Trouble)]


def dexcom(**record: object) -> str:
    return json.dumps({"recordType": "egv", "records": [RECORD | record]})


def tenovi(**measured: object) -> str:
    return json.dumps(TENOVI | measured)


_Read = Callable[[], tuple[list[dict[str, str]], list[str]]]
NUMBERED: dict[str, tuple[_Read, str, str]] = {
    "hl7v2-sn": (lambda: rows("hl7v2", HEAD + OBX.format(kind="SN", sent="<^40")), "40", "<^40"),
    "hl7v2-st": (lambda: rows("hl7v2", HEAD + OBX.format(kind="ST", sent="> 600")), "600", "> 600"),
    "fhir": (lambda: fhir(value=250, comparator=">"), "250", ">250"),
    "fhir-text": (lambda: fhir_text("> 600 mg/dL"), "600", "> 600 mg/dL"),
    "dexcom": (lambda: rows("dexcom", dexcom(value=39, status="low")), "39", "low 39"),
    "clarity": (lambda: rows("clarity", CLARITY.format("<40")), "40", "<40"),
    "tenovi": (lambda: rows("tenovi", tenovi(metric="spO2", value_1=">=70")), "70", ">=70"),
    "mapped-csv": (
        lambda: rows(
            "mapped-csv",
            "Serial,When,Value\nMADE-UP,2026-05-01T12:00:00Z,≥ 600\n",
            MAPPING.format(metric="41653-7", unit="mg/dL"),
        ),
        "600",
        "≥ 600",
    ),
}


@pytest.mark.parametrize("who", NUMBERED)
def test_a_limit_with_its_number_is_the_value_and_its_sign_is_kept(who: str) -> None:
    read, value, sent = NUMBERED[who]
    (reading, came), codes = read()
    assert (reading["value"], came["value_sent"]) == (value, sent)
    assert codes.count("bound") == 1
    assert "no_value" not in codes


NAMED: dict[str, tuple[_Read, str]] = {
    "hl7v2": (lambda: rows("hl7v2", HEAD + OBX.format(kind="ST", sent="LO")), "LO"),
    "fhir-text": (lambda: fhir_text("HI"), "HI"),
    "dexcom": (lambda: rows("dexcom", dexcom(value=None, status="high")), "high"),
    "clarity": (lambda: rows("clarity", CLARITY.format("Low")), "Low"),
    "mapped-csv": (
        lambda: rows(
            "mapped-csv",
            "Serial,When,Value\nMADE-UP,2026-05-01T12:00:00Z,HI\n",
            MAPPING.format(metric="41653-7", unit="mg/dL"),
        ),
        "HI",
    ),
}


@pytest.mark.parametrize("who", NAMED)
def test_a_limit_by_name_alone_has_no_number_and_never_counts(who: str) -> None:
    read, sent = NAMED[who]
    (reading, came), codes = read()
    assert "value" not in reading
    assert came["value_sent"] == sent
    assert [code for code in codes if code in {"bound", "no_value"}] == ["bound", "no_value"]


@pytest.mark.parametrize("text", ["120", "", "<words", ">600 elephants", "higher", "HI " * 20])
def test_other_text_of_fhir_is_refused_with_the_word_of_how_to_send_it(text: str) -> None:
    assert fhir_text(text) == ([], ["text"])


def test_a_word_of_fhir_about_a_pressure_judges_it_and_one_about_nothing_known_is_none() -> None:
    assert fhir_text("HI", "8480-6") == fhir_text("high", "85354-9") == ([], ["text"])
    assert fhir_text(">250", "85354-9") == ([], ["text"])
    assert fhir_text("HI", "made-up") == ([], ["string"])
    (reading, _), codes = fhir_text(">250", "8480-6")
    assert (reading["value"], "unit" in reading, codes.count("unit")) == ("250", False, 1)


def test_both_limits_of_a_pressure_are_told_and_a_judgement_is_none() -> None:
    (reading, came), codes = rows("tenovi", tenovi(metric="blood_pressure", value_1="180",
                                                   value_2="<60"))  # fmt: skip
    assert (reading["value"], reading["value_2"], came["value_2_sent"]) == ("180", "60", "<60")
    assert codes == ["bound"]
    assert rows("tenovi", tenovi(metric="blood_pressure", value_1="180", value_2="low")) == (
        [],
        ["bad_number"],
    )


def test_what_follows_a_sign_has_to_be_a_number() -> None:
    for sent in ("<", "<words", "<1e9999", "<NaN", "<<40", "<-40", "<0"):
        cells, codes = rows("tenovi", tenovi(metric="spO2", value_1=sent))
        assert not any("value" in one for one in cells), sent
        assert codes, sent
    assert bound("-5") is bound("5") is bound("") is None
    cells, codes = fhir(value=250, comparator="a name")
    assert codes.count("bound") == 1


def test_the_choice_is_named_and_said_to_be_ours() -> None:
    assert (BOUNDS.name, BOUNDS.choice) == ("bounds", "limit_is_value")
