"""New numerals in a text that was read before: as the long way reads them, or by the long way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofline.intake.sources.fhir.decode import Decoded, decode
from proofline.intake.sources.fhir.measured import Measurements
from proofline.intake.sources.fhir.plain import Short

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
SYSTOLIC, DIASTOLIC, PULSE, UNKNOWN = "8480-6", "8462-4", "8867-4", "made-up"
OPENING = '{"resourceType":"Observation",'


def part(code: str, value: str, colon: str = ":", more: str = "") -> str:
    """Write a component; `more` stands in its quantity."""
    unit = "/min" if code == PULSE else "mm[Hg]"
    coding = f'{{"system":"{LOINC}","code":"{code}"}}'
    quantity = f'{{"value"{colon}{value},{more}"system":"{UCUM}","code":"{unit}"}}'
    return f'{{"code":{{"coding":[{coding}]}},"valueQuantity":{quantity}}}'


def line(number: int, parts: list[str], panel: str = "85354-9") -> str:
    code = f'{{"coding":[{{"system":"{LOINC}","code":"{panel}"}}]}}'
    return (
        f'{OPENING}"id":"o-{number}","status":"final","code":{code},'
        f'"subject":{{"reference":"Patient/p"}},"effectiveDateTime":"2026-03-01T07:12:30-06:00",'
        f'"component":[{",".join(parts)}]}}'
    )


def turned(text: str) -> str:
    """The same with its type at the end, which is no block of Observations."""
    return f"{{{text.removeprefix(OPENING)[:-1]},{OPENING[1:-1]}}}"


def outcome(lines: list[str]) -> Any:  # noqa: ANN401 - rows, codes of troubles
    result: Decoded = decode([("made-up.ndjson", ("\n".join(lines) + "\n").encode())])
    rows = [*result.rows, *result.provenance]
    file = result.files["made-up.ndjson"]
    file.put_in_order()  # what is no JSON is told of before all else by one of the ways
    told = file.troubles
    cells = [{**row.cells, "payload_sha256": ""} for row in rows]
    # Why it is no JSON names a place in the line, where the two are not the same.
    return cells, [(one.place, one.code, "not_json" in one.code or one.reason) for one in told]


def assert_both_ways_agree(lines: list[str]) -> None:
    assert outcome(lines) == outcome([turned(one) for one in lines])


NUMERALS = st.one_of(
    st.integers(0, 400).map(str),
    st.decimals(0, 400, places=2).map(str),
    st.sampled_from(
        ["0", "0.0", "-0", "1e2", "120.50", "1E400", "999999", "1000000", '"120"', "00"]
    ),
)
MORE = st.sampled_from(
    ["", "", "", '"value":7,', '"comparator":"<",', '"unit":"\\u0076alue",', '"value":"x",']
)


@st.composite
def pressures(draw: st.DrawFn) -> list[str]:
    """A line's parts, mostly a systolic and a diastolic one, sometimes others or in other order."""
    codes = draw(
        st.sampled_from(
            [[SYSTOLIC, DIASTOLIC], [SYSTOLIC, DIASTOLIC], [DIASTOLIC, SYSTOLIC], [SYSTOLIC],
             [SYSTOLIC, DIASTOLIC, PULSE], [UNKNOWN, SYSTOLIC, DIASTOLIC], [SYSTOLIC, SYSTOLIC]]
        )
    )  # fmt: skip
    colon = draw(st.sampled_from([":", ": ", " :"]))
    more = draw(MORE)
    return [part(code, draw(NUMERALS), colon, more) for code in codes]


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(pressures(), min_size=2, max_size=8), st.sampled_from(["85354-9", "85353-1", "x"]))
def test_whatever_the_numerals_both_ways_agree(sent: list[list[str]], panel: str) -> None:
    lines = [line(number, parts, panel) for number, parts in enumerate(sent)]
    assert_both_ways_agree(lines)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        # In the wrong order: read, and told of, as a text that nobody read before.
        (("120", "80"), ("80", "120")),
        (("80", "120"), ("120", "80")),
        # No living body has it, or no instrument shows it.
        (("120", "80"), ("0", "80")),
        (("120", "80"), ("120", "0.0")),
        (("120", "80"), ("999", "80")),
    ],
)
def test_what_numerals_mean_is_judged_anew(first: tuple[str, str], then: tuple[str, str]) -> None:
    sent = [first, ("130", "70"), then, ("131", "71")]
    lines = [
        line(number, [part(SYSTOLIC, pair[0]), part(DIASTOLIC, pair[1])])
        for number, pair in enumerate(sent)
    ]
    assert_both_ways_agree(lines)


def test_a_panel_of_one_part_names_the_part_in_its_id_by_both_ways() -> None:
    lines = [line(n, [part(SYSTOLIC, "120"), part(DIASTOLIC, "80")], "85353-1") for n in range(3)]
    assert_both_ways_agree(lines)
    cells, _ = outcome(lines)
    assert cells[0]["reading_id"] == "o-0#85354-9"


def test_new_numerals_do_not_take_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    measured = Measurements().often

    class Counted(dict[Any, Any]):
        def __missing__(self, key: object) -> object:
            asked.append(key)
            return measured[key]  # type: ignore[index]

    before = Short.__init__

    def counting(self: Short, told: Any, _: Any, *rest: Any) -> None:  # noqa: ANN401
        before(self, told, Counted(), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Short, "__init__", counting)
    lines = [line(n, [part(SYSTOLIC, str(110 + n)), part(DIASTOLIC, f"7{n}.5")]) for n in range(10)]
    cells, troubles = outcome(lines)
    assert [one.get("value") for one in cells[:3]] == ["110", "111", "112"]
    assert json.loads(f"[{cells[9]['value_2']}]") == [79.5]
    assert {code for _, code, _ in troubles} == {"no_device"}
    assert len(asked) == 2  # the first, and the one with made-up numerals
