"""UDIs as the FDA's table of formats prints them, scans of the same, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofline.intake.fda.udi import Udi, udi

GROUP = "\x1d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The examples of the FDA's document "UDI formats by FDA-accredited issuing agency".
        (
            "(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234",
            Udi("GS1", "51022222233336", "1234", "A213B1"),
        ),
        (
            (
                "+H123PARTNO1234567890120/$$420020216LOT123456789012345"
                "/SXYZ456789012345678/16D20130202C"
            ),
            Udi("HIBCC", "H123PARTNO1234567890120", "XYZ456789012345678", "LOT123456789012345"),
        ),
        (
            "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
            Udi("ICCBBA", "A9999XYZ100T0944", "000025", "000000000000XYZ123"),
        ),
        ("(01)00208851107347(17)150331", Udi("GS1", "00208851107347")),
        # The serial must not be swallowed into the lot.
        ("(01)00844588018923(10)A1B2(21)SN7", Udi("GS1", "00844588018923", "SN7", "A1B2")),
        # The same as scanned: fixed lengths, and the group separator after those that are not.
        (
            f"]d201008445880189231714123110A1B2{GROUP}21SN7",
            Udi("GS1", "00844588018923", "SN7", "A1B2"),
        ),
        ("00844588018923", Udi("GS1", "00844588018923")),
        # HIBCC's own example of a primary symbol with its check character.
        ("+A123BJC5D6E71G", Udi("HIBCC", "A123BJC5D6E71")),
    ],
)
def test_reads(text: str, expected: Udi) -> None:
    assert udi(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(01)51022222233337(21)1234",  # wrong check digit
        "(21)1234",  # no device identifier
        "0100844588018923999",  # unknown field
        "+A123BJC5D6E71H",  # wrong check character
        "=A99971312345600",  # a donation, no device
        "K123456",
    ],
)
def test_refuses(text: str) -> None:
    assert udi(text) is None


@pytest.mark.slow
@given(st.text(max_size=80) | st.text("()+=/$,&0123456789ABS\x1d]d", max_size=80))
def test_never_raises(text: str) -> None:
    found = udi(text)
    assert found is None or found.di
