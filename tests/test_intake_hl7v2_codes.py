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
