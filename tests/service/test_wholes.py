"""Whole texts of the core are told in each language, with what is put into them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import proofline
from proofline.intake import words as payloads
from proofline.intake.additions import WORDS as OF_ROWS
from proofline.intake.report import Place
from proofline.intake.sources.fhir import words as fhir
from proofline.web.templatetags.auditing import answered
from proofline.web.templatetags.law import tells
from proofline.web.templatetags.texts.answers import ANSWERS, STRANGE
from proofline.web.templatetags.texts.books import WAYS
from proofline.web.templatetags.texts.cures import CURES
from proofline.web.templatetags.texts.details import DETAILS, MEANINGS
from proofline.web.templatetags.texts.edits import EDITS, VALUES
from proofline.web.templatetags.texts.refusals import REFUSALS
from proofline.web.templatetags.troubles import held_code, held_why
from written_sentences import gaps, sentences_of, written

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


@pytest.mark.slow
def test_details_of_several_words_are_told() -> None:
    found = set(details_written())
    assert len(found) > 5
    assert found - DETAILS == set(), "list them in web/templatetags/texts/details.py"
    assert [text for text in DETAILS if in_spanish(text) == text] == []


EDITING = ("edits/*.py", "drawing.py", "x12/folding.py")


def test_every_sentence_of_an_edit_is_listed() -> None:
    found = set(sentences_of(HOUSE / "claims", *EDITING))
    assert len(found) > 80
    known = {gaps(one) for one in (*EDITS, *CURES)}
    assert found - known == {"Mend ~.state."}, "list them in web/templatetags/texts/edits.py"
    told_elsewhere = {gaps(one) for one in EDITS if "loaded" in one or "load " in one}
    assert known - found - told_elsewhere - {gaps(one) for one in CURES} <= {"Mend it."}


def whys() -> Iterator[str]:
    """Give each reason that the code of answers writes: two words or more, in small letters."""
    for name in (
        "answers/matching.py",
        "answers/adjudged.py",
        "answers/weighing.py",
        "detaching.py",
    ):
        tree = ast.parse((HOUSE / "claims" / name).read_text("utf-8"))
        for node in ast.walk(tree):
            given: list[ast.AST] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Match":
                given = [one.value for one in node.keywords if one.arg == "why_not"]
            elif isinstance(node, ast.Return | ast.Yield | ast.DictComp):
                given = [getattr(node, "value", None) or ast.Constant("")]
            found = (re.sub("~+", "~", written(one)) for one in given)
            yield from (said for said in found if re.fullmatch(r"[a-z~].* .* .*", said))


def test_every_reason_why_an_answer_waits_is_listed() -> None:
    found = set(whys())
    assert len(found) > 15
    known = {gaps(one) for one in ANSWERS}
    halves = {"it takes back an answer that was ~", "the payer answered for ~, we billed ~: ~"}
    assert found - known <= halves, "list them in web/templatetags/texts/answers.py"
    rest = known - found
    assert all(re.match(r"it takes back an answer|the payer answered", one) for one in rest), rest


def ways() -> Iterator[str]:
    """Give what is said to follow from accepting an amendment, with `~` for gaps."""
    tree = ast.parse((HOUSE / "claims" / "amending" / "ways.py").read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(x) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for x in n.values}
    for node in ast.walk(tree):
        said = written(node) if id(node) not in docs | parts else ""
        if " " in said:
            yield re.sub(r"\{\w+\}", "~", said)


def test_what_follows_an_accepted_amendment_is_told() -> None:
    found = set(ways()) - {"; then draft again for ~"}
    assert len(found) > 8
    known = {gaps(one) for one in WAYS}
    assert found - known == set(), "list them in web/templatetags/texts/books.py"
    assert known - found == {"a void (8) of claim ~; then draft again for ~"}
    for one in found | known:
        words = one.replace("~", "2026-11-22" if "timely" in one else "99445")
        assert in_spanish(words) != words


def values_missing() -> Iterator[str]:
    """Give what edits say is missing and where it belongs, where that is written in words."""
    for path in sorted((HOUSE / "claims" / "edits").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "missing":
                what, where = map(written, node.args[2:4])
                yield from (f"{what[:1].lower()}{what[1:]}", where if " " in where else "")


def test_what_an_edit_misses_is_told() -> None:
    found = set(values_missing()) - {""}
    assert len(found) > 20
    assert {one for one in found if "~" not in one and one not in VALUES} == {"the NPI"} - VALUES


NOT_FOR_PEOPLE = {"machines", "moving", "telling", "once.py", "taking.py"}
"""Rooms of the desk that refuse machines and operators, who read English."""
FOR_OPERATORS = {
    "Each has record_id, number and started_at, this with its offset.",
    "Line ~ of the call records cannot be read.",
    "Name its home folder.",
    (
        "Look at PROOFLINE_HOME, and put back the key of this book; docs/runbook.md says under"
        " Restore what to do where it is lost."
    ),
    "The secrets of the feed ~ do not open with the key ~.",
    "This worker has no key for the feeds.",
    "No account of this name administers a practice.",
    "Letting somebody in needs a reason.",
    (
        "Look at the name. All others are let in again by an administrator, under Settings, People"
        " and roles."
    ),
}


def refused_by_the_desk() -> Iterator[str]:
    """Give each message and remedy with which the desk refuses people, with `~` for gaps."""
    for path in sorted((HOUSE / "desk").rglob("*.py")):
        if NOT_FOR_PEOPLE & {*path.relative_to(HOUSE / "desk").parts}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", "")
            if called in {"DeskError", "NotAllowed", "WrongUse"}:
                yield from (re.sub("~+", "~", written(one)) for one in node.args[1:3])
            elif called == "refuse_silence":
                yield f"{written(node.args[1])} needs a reason."


def test_what_the_desk_refuses_is_listed() -> None:
    found = set(refused_by_the_desk()) - {"", "~ needs a reason."}
    assert len(found) > 90
    assert found - {gaps(one) for one in (*REFUSALS, *CURES)} == FOR_OPERATORS


def unknown_written() -> Iterator[str]:
    """Give what an acknowledgment says it is about where nothing such was sent."""
    tree = ast.parse((HOUSE / "claims" / "answers" / "acknowledged.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self.unknown.append":
            yield re.sub("~+", "~", written(node.args[0]))


def test_what_an_acknowledgment_is_about_is_listed() -> None:
    found = set(unknown_written())
    assert len(found) > 3
    assert found | {"claim batch ~"} == {gaps(one) for one in STRANGE}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("allowed", "5211", "$52.11"),
        ("unbalanced", "-100", "-$1.00"),
        ("paid_on", "2026-03-02", "2 Mar 2026"),
        ("trace", "5211", "5211"),
    ],
)
def test_what_an_answer_says_is_told_in_dollars_and_days(name: str, value: str, told: str) -> None:
    assert answered(value, name) == told


@pytest.mark.parametrize(
    ("written", "spanish"),
    [
        ("The NPI is missing.", "Falta: el NPI."),
        (
            "Put it on file: practices.npi.",
            (
                "Ninguna página cambia practices.npi: quien opera el servicio incorpora la fila"
                " corregida. Después pulse Preparar y comprobar."
            ),
        ),
        (
            "Put it on file: the address columns of patients.",
            (
                "Ninguna página cambia las columnas de dirección de patients: quien opera el"
                " servicio incorpora la fila corregida. Después pulse Preparar y comprobar."
            ),
        ),
        (
            "The payer takes this line until 2027-03-09 only (CARC 29).",
            "El pagador acepta esta línea solo hasta el 9 Mar 2027 (CARC 29).",
        ),
        (
            "99454 is paid for at most 1 units a day (MUE, CARC 151).",
            "De 99454 se pagan como máximo 1 unidades por día (MUE, CARC 151).",
        ),
        (
            "99458 is an add-on, paid only beside 99457 or 99470 (AOC, CARC B15).",
            "99458 es un código adicional, que se paga solo junto a 99457 o 99470 (AOC, CARC B15).",
        ),
        (
            "A payer's name has more than the 60 characters that X12 takes.",
            "Demasiado largo: el nombre de un pagador. X12 admite 60 caracteres.",
        ),
        (
            "Your role does not include this act (line.see).",
            "Su función no incluye este acto (line.see).",
        ),
        ("Typed time needs a reason.", "El tiempo escrito a mano necesita un motivo."),
        (
            "one unit for each complete 20 beyond 20",
            "una unidad por cada 20 completos más allá de 20",
        ),
        (
            (
                "a replacement (7) of claim (its number is not known yet: wait for the answer)"
                " without this line"
            ),
            (
                "un reemplazo (7) de la reclamación (su número aún no se conoce: espere la"
                " respuesta) sin esta línea"
            ),
        ),
        (
            "a void (8) of claim 7MADEUP; then draft again for 99445",
            "una anulación (8) de la reclamación 7MADEUP; después prepare de nuevo 99445",
        ),
        ("line 12", "línea 12"),
        ("15 to 16", "de 15 a 16"),
        ("claim PCMADEUP7", "reclamación PCMADEUP7"),
        ("file 000000007 of 2026-03-02", "archivo 000000007 del 2 Mar 2026"),
        ("no edit blocks it", "ninguna comprobación la detiene"),
        ("one of physician, npp", "uno de médico, profesional no médico"),
        (">= 2 and <= 15", ">= 2 y <= 15"),
        (
            "it takes 12.40 and names no answer that it takes back",
            "quita $12.40 y no nombra ninguna respuesta que retire",
        ),
        ("2026-03-02 to 2026-03-31", "2 Mar 2026 a 31 Mar 2026"),
        (
            "the payer answered for 99457, we billed 99470: it changed the code (SVC06)",
            "el pagador respondió por 99457, facturamos 99470: cambió el código (SVC06)",
        ),
        ("redetermination by the contractor", "redeterminación por el contratista"),
        ("appeal to the payer", "apelación al pagador"),
        ("Made up is missing.", "Made up is missing."),
    ],
)
def test_an_edit_is_told_with_what_is_put_in(written: str, spanish: str) -> None:
    assert in_spanish(written) == spanish


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
