"""HL7 v2: by what code and system a row says what it measured."""

from __future__ import annotations

import pytest

from made_up_hl7 import message, readings, told, weight
from proofline.intake.report import Trouble


@pytest.mark.parametrize(("system", "found"), [("LN", 1), ("LOINC", 1), ("L", 0), ("", 0)])
def test_a_code_is_known_by_its_system(system: str, found: int) -> None:
    sent = message(weight("80").replace("^LN|", f"^{system}|"))
    assert [one.series.metric for one in readings(sent)] == ["29463-7"] * found


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("29463-7^Weight", "no_system"),
        ("29463-7", "no_system"),
        ("188736^MDC_MASS_BODY_ACTUAL", "no_system"),
        ("WEIGHT", "metric_not_known"),
        ("29463-7^Weight^L", "metric_not_known"),
        ("8302-2^Height", "metric_not_known"),
    ],
)
def test_a_code_that_only_lacks_its_system_is_told_of_as_such(named: str, code: str) -> None:
    (said,) = told(message(weight("80").replace("29463-7^Weight^LN", named)))
    assert isinstance(said, Trouble)
    assert (said.code, said.path) == (code, "OBX-3")


@pytest.mark.parametrize("site", [57348, 57352, 57356, 57360, 57376, 57380, 57384])
def test_a_thermometer_may_say_where_on_the_body_it_measured(site: int) -> None:
    """The sites of IEEE 11073-10408, whose codes lie in partition 2."""
    row = f"OBX|1|NM|{2 * 65536 + site}^MADE_UP^MDC||36.9|268192^MDC_DIM_DEGC^MDC|||||F"
    row += "|||20260701080000+0000||||THERMOMETER-1"
    (said,) = readings(message(row))
    assert said.series.metric == "8310-5"
    assert (said.quantity.value, said.quantity.unit) == ("36.9", "Cel")


@pytest.mark.parametrize(
    ("code", "unit", "metric"),
    [
        (149514, "264864^MDC_DIM_BEAT_PER_MIN", "8867-4"),
        (149554, "264864^MDC_DIM_BEAT_PER_MIN", "8867-4"),
        (8410590, "264864^MDC_DIM_BEAT_PER_MIN", "8867-4"),
        (151570, "264928^MDC_DIM_RESP_PER_MIN", "9279-1"),
        (151578, "264928^MDC_DIM_RESP_PER_MIN", "9279-1"),
        (151594, "264928^MDC_DIM_RESP_PER_MIN", "9279-1"),
        (151602, "264928^MDC_DIM_RESP_PER_MIN", "9279-1"),
        (151650, "264928^MDC_DIM_RESP_PER_MIN", "9279-1"),
        (151658, "264928^MDC_DIM_RESP_PER_MIN", "9279-1"),
        (150324, "262688^MDC_DIM_PERCENT", "2708-6"),
    ],
)
def test_a_rate_may_say_how_it_was_found(code: int, unit: str, metric: str) -> None:
    """The ways of ISO/IEEE 11073-10101 of counting heartbeats and breaths, and saturation."""
    row = f"OBX|1|NM|{code}^MADE_UP^MDC||62|{unit}^MDC|||||F"
    row += "|||20260701080000+0000||||MONITOR-1"
    assert [one.series.metric for one in readings(message(row))] == [metric]


@pytest.mark.parametrize("code", [149562, 150388, 8454258, 150023])
def test_what_a_hand_felt_or_a_mean_or_the_skin_is_no_reading(code: int) -> None:
    row = f"OBX|1|NM|{code}^MADE_UP^MDC||62|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||F"
    row += "|||20260701080000+0000||||MONITOR-1"
    assert readings(message(row)) == []


@pytest.mark.parametrize(
    ("method", "entry", "said"),
    [
        ("AMEAS^auto-measurement^MDC", "automatic", "OBX-17=AMEAS"),
        ("X^made up^L^AMEAS^^MDC", "automatic", "OBX-17=AMEAS"),
        ("Automatic", "automatic", "OBX-17 (automatic)"),
        ("^Automated measurement", "automatic", "OBX-17 (automatic)"),
        ("0001^measured automatically^L", "automatic", "OBX-17 (automatic)"),
        *(
            (sent, "unknown", "")
            for sent in (
                "automated^patient stated^L",
                "automatic^No^L",
                "AUTOMATIC^manuell^L",
                "automated^copied by a nurse^L",
                "automatic^EHR import^L",
                "37931006^auscultation^SCT~automatic",
                "258083009^Visual estimation^SCT^automated",
                "^automatic^^^^^^^estimated",
            )
        ),
        ("Manual", "manual", "OBX-17 (manual)"),
        ("^manually entered", "manual", "OBX-17 (manual)"),
        ("0002^MANUAL ENTRY^L", "manual", "OBX-17 (manual)"),
        ("^^^^^^^^typed in by the nurse", "manual", "OBX-17 (manual)"),
        ("^Patient self-reported^L", "manual", "OBX-17 (manual)"),
        ("AMEAS^manually entered^MDC", "manual", "OBX-17 (manual)"),
        ("Automatic~Manual", "manual", "OBX-17 (manual)"),
        ("AMEAS~MMEAS", "manual", "OBX-17=MMEAS"),
        ("semi-automatic", "unknown", ""),
        ("not automatic", "unknown", ""),
        ("Automatic or by a person", "unknown", ""),
        ("non-manual", "unknown", ""),
        ("oscillometry", "unknown", ""),
        ("manuals of the maker", "unknown", ""),
    ],
)
def test_a_method_in_plain_words_says_how_it_was_entered(
    method: str, entry: str, said: str
) -> None:
    row = f"OBX|1|NM|29463-7^Weight^LN||80|kg^^UCUM|||||F|||20260701080000+0000|||{method}|SCALE-1"
    (one,) = readings(message(row))
    assert (one.series.entry.word, one.series.entry.field) == (entry, said)
