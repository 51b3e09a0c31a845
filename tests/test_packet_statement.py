"""The patient's statement: one plain page in two languages, with a share only where it is known."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec import structs
from pypdf import PdfReader

import made_up_packets as made_up
from proofline.claims.fees.shelf import Shelf
from proofline.cli.demo import make_practice
from proofline.packet import statement as saying
from proofline.packet.gathering import Gathered
from proofline.packet.paper.letter import letter

FLIP = "DEMO-UTC-FLIP-UP-RPM"
Lines: TypeAlias = dict[tuple[int, str], Gathered]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    folder = tmp_path_factory.mktemp("practice")
    make_practice(folder, seed=2026)
    return {(1, "99445"): made_up.line(Path(folder), FLIP, 1, "99445")}


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.slow
def test_the_statement_gives_the_patient_s_fifth_of_what_medicare_allows(lines: Lines) -> None:
    """99454 in 2026: 52.11 dollars nationally; a fifth of it is 10.422, in whole cents 10.42."""
    supply = lines[1, "99445"].packet
    said = saying.statement(supply, saying.Owed(5211, 1042))
    text = " ".join(part for _, part in said.parts)
    assert "52.11" in text
    assert "10.42" in text
    assert "date of service 2026-01-31" in text
    spanish = saying.statement(supply, None, language="es")
    assert "aún no se conoce" in " ".join(part for _, part in spanish.parts)
    assert pages(letter(supply, said, "sha256:0")) == 1
    assert pages(letter(supply, spanish, "sha256:0")) == 1


def test_the_share_comes_from_the_loaded_fees(lines: Lines) -> None:
    """July 2026 is among the rows brought along: 99445 is 1.56 RVUs, 52.11 dollars nationally."""
    supply = lines[1, "99445"].packet
    assert saying.owed(supply, Shelf(None)) is None  # nothing is loaded for January
    decision = supply.decision | {"service_date": "2026-07-31"}
    assert saying.owed(structs.replace(supply, decision=decision), Shelf(None)) == saying.Owed(
        5211, 1042
    )
    refused = decision | {"outcome": "not_billable"}
    assert saying.owed(structs.replace(supply, decision=refused), Shelf(None)) is None


def test_both_languages_say_the_same_things() -> None:
    words: dict[str, Any] = saying._words()  # noqa: SLF001 - the data file itself
    blanks = {
        lang: {
            key: sorted(re.findall(r"{\w+}", text))
            for key, text in said.items()
            if isinstance(text, str)
        }
        for lang, said in words.items()
    }
    assert blanks["en"] == blanks["es"]
    for table in ("service", "measure", "payer"):
        assert set(words["en"][table]) == set(words["es"][table])
