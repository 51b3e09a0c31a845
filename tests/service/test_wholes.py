"""Whole texts of the core are told in each language, with what is put into them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import proofline
from proofline.intake import words as payloads
from proofline.intake.additions import WORDS as OF_ROWS
from proofline.intake.report import Place
from proofline.intake.sources.fhir import words as fhir
from proofline.web.templatetags.details import DETAILS, MEANINGS
from proofline.web.templatetags.law import tells
from proofline.web.templatetags.troubles import held_code, held_why

HOUSE = Path(proofline.__file__).parent
WORD = "made-up"


def in_spanish(text: str) -> str:
    with override("es"):
        return tells(text)


def troubles() -> Iterator[str]:
    """Give all that can be told of what came in, as it is written, with a word that is made up."""
    for module in (payloads, fhir):
        for code in module.WORDS:
            told = module.trouble(Place("made-up.json"), code, "", WORD)
            yield from (told.reason, told.cure)
    for _kind, reason, cure in OF_ROWS.values():
        yield from (reason.format(WORD), cure)
    yield from (text % {"n": 64} if "%" in text else text for text in MEANINGS)


def test_no_trouble_of_intake_stays_in_english() -> None:
    every = sorted(set(troubles()))
    assert len(every) > 200
    assert [text for text in every if in_spanish(text) == text] == []
    holding = [text for text in every if WORD in text]
    assert [text for text in holding if WORD not in in_spanish(text)] == []


def details_written() -> Iterator[str]:
    """Give the details of several words that readers put into troubles as they stand."""
    for path in sorted((HOUSE / "intake").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "trouble":
                for given in node.args[3:]:
                    if isinstance(given, ast.Constant) and " " in str(given.value):
                        yield str(given.value)


def test_details_of_several_words_are_told() -> None:
    found = set(details_written())
    assert len(found) > 5
    assert found - DETAILS == set(), "list them in web/templatetags/details.py"
    assert [text for text in DETAILS if in_spanish(text) == text] == []


@pytest.mark.parametrize(
    ("held", "code", "english", "spanish"),
    [
        (
            "packed: What is packed in it is not taken out: it is broken.",
            "packed",
            "What is packed in it is not taken out: it is broken.",
            "Lo que va comprimido dentro no se extrae: está dañado.",
        ),
        ("Words: without a code", "", "Words: without a code", "Words: without a code"),
        ("", "", "", ""),
    ],
)
def test_the_code_of_what_waits_is_told_apart(
    held: str, code: str, english: str, spanish: str
) -> None:
    assert held_code(held) == code
    with override("en"):
        assert held_why(held) == english
    with override("es"):
        assert held_why(held) == spanish
