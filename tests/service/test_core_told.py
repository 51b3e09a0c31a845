"""What the core refuses, of files that people bring and of acts, is told in each language."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, override

import proofline
from made_up_practices import Practice
from proofline.claims.back.remitting import whole_remittances
from proofline.claims.fees import contracts
from proofline.claims.sheets.charges import read_charges
from proofline.claims.sheets.directory import read_directory
from proofline.claims.sheets.ends import read_ends
from proofline.errors import ProoflineError
from proofline.web.templatetags.law import tells
from proofline.web.templatetags.texts.answers import ANSWERS
from proofline.web.templatetags.texts.books import BOOKS
from proofline.web.templatetags.texts.cures import CURES
from proofline.web.templatetags.texts.edits import EDITS
from proofline.web.templatetags.texts.files import FILES
from proofline.web.templatetags.texts.refusals import REFUSALS
from proofline.web.templatetags.texts.unwritten import NAMED, UNWRITTEN
from signing_in import client_of
from written_sentences import gaps, sentences_of, written

HOUSE = Path(proofline.__file__).parent
TOLD = (*FILES, *UNWRITTEN, *BOOKS)


KNOWN = {gaps(one) for one in (*TOLD, *EDITS, *ANSWERS, *CURES)}
REFUSING = (
    *("claims/*.py", "claims/answers/*.py", "claims/book/*.py", "claims/amending/*.py"),
    *("claims/back/*.py", "claims/x12/*.py", "claims/out/*.py", "claims/sheets/*.py"),
    *("claims/fees/contracts.py", "packs/shelf.py", "packs/repayment.py", "decide/asked.py"),
    *("packs/consents/texts.py", "store/*.py", "store/people/*.py", "store/work/*.py"),
    *("intake/__init__.py", "intake/sources/mapped_csv/mapping.py"),
)
"""Where what pages do can be refused."""

FRAMES = {
    "~, ~.",
    "The charge list ~: it ~.",
    "Line ~ ~.",
    "Case ~ ~.",
    "Claim ~: ~.",
    "Say ~.",
    "Claim ~ cannot go on to the next payer: ~.",
    "What the payer before made of ~ cannot be told on: ~.",
    "There is no ~ without the payer's claim number.",
    "This payer is not known to take ~ (CLM05-3 = ~).",
    (
        "The decisions are ~; the book was drawn from those of ~. What became known since would be"
        " forgotten."
    ),
    "It needs 1 to ~ ~.",
    "A row cannot be kept: the table ~ ~.",
    "~Known are: ~.",
    "~ Of [sender]: contact, phone.",
}
"""What holds one of a few texts; those that it can hold are listed with it."""

FOR_OPERATORS = {
    "A book that is kept in files, which only the command line opens": {
        "The book in ~ cannot be read or written (~); it is as it was.",
        "Check the folder's permissions and make room, then give the same command again.",
        "Entry ~ of ~ is not what was written.",
        "Put the file back from a backup; nothing is written to it until then.",
        "A file cannot be kept in ~ (~); nothing was posted.",
        "There is no book here yet, or the database does not answer.",
        "Look at PROOFLINE_HOME and PROOFLINE_DATABASE; proofline init makes the first book.",
        "The tables of the book are of another version of Proofline.",
        "The tables of the book are of a later version of Proofline.",
        "Go on with the version that last served it; there is no way back for a book.",
        (
            "Back it up, then start proofline serve of this version once, which brings them up to"
            " date; or go on with the version that last served it."
        ),
        "This account works for ~ practices.",
        "Name one with --practice: ~.",
    },
    "Departures from the guide, which `remits read` prints": {
        "The guide marks this element as not used.",
        "The guide has it earlier in the loop.",
        "The guide requires ~ here.",
    },
    "A saved mapping of a charge file, which only the command line takes": {
        "Take the character out where it is on file.",
        "Mend the mapping; docs/claims.md has an example.",
        "~: ~ ~.",
        "Write one [[column]] for each column.",
        "Put what the receiver calls it into the column's `codes`.",
        "~ would be empty.",
        "~ holds a NUL character.",
        "Write [[column]] above it.",
        "The values are ~.",
        "Rename it.",
        "~ has no code for its value.",
        'Write { "ours" = "theirs" }.',
        "Write one of them.",
        "Give the heading of the column.",
        "Give one of the two.",
        "Write one of ~.",
        "Write it in quotation marks.",
    },
    "Prices, which become notes of a line": {
        "~ has no rate of ~ for ~ on ~.",
        "Add the rate that was agreed; Medicare's amount is not taken in its place.",
        "There are ~ units.",
        "Give 1 or more.",
    },
    "Pages of the law that are shipped broken, which the tests of the packs find": {
        "~/~ is not named by a date.",
        "Name a page by the day from which it rules, such as 2026-01-01.toml.",
        "Write ~.",
        "~ is not named by its version ~, or gives its own digest.",
        "Its form is told in packs/consents/README.md.",
        "Call the version ~.",
        "~: ~.",
    },
}
"""What nobody meets at a page, by why."""


@cache
def refused() -> frozenset[str]:
    """Every sentence with which something that pages do is refused."""
    return frozenset(sentences_of(HOUSE, *REFUSING))


def test_what_the_core_refuses_at_pages_is_listed() -> None:
    found = refused()
    assert len(found) > 200
    operators = set().union(*FOR_OPERATORS.values())
    assert found - KNOWN - FRAMES == operators, "list them in web/templatetags/texts"
    assert found >= FRAMES


TERMINAL = re.compile(r"`|proofline [a-z-]+[ .;`]| --[a-z]+\\b")
"""What only a terminal understands."""


def test_no_cure_at_a_page_names_a_command() -> None:
    """Whatever refuses at a page and names a command has words of a page; those name none."""
    found = {one for one in refused() if TERMINAL.search(one)}
    assert len(found) > 10
    operators = set().union(*FOR_OPERATORS.values())
    assert found - operators - {gaps(one) for one in CURES} == set(), "texts/cures.py"
    for said in (*EDITS, *ANSWERS, *REFUSALS, *TOLD, *CURES.values()):
        assert not TERMINAL.search(said), said
    for language in ("en", "es"):
        with override(language):
            assert [one for one in CURES if TERMINAL.search(tells(filled(one)))] == []


BUTTONS = (
    *("Draw and check", "Bring answers", "Answers that wait", "Papers", "Amendments"),
    *("Quarantine", "Order, condition, set-up"),
)


@pytest.mark.parametrize("button", BUTTONS)
def test_a_cure_calls_a_button_or_page_as_the_page_does(button: str) -> None:
    pages = (HOUSE / "web" / "templates").rglob("*.html")
    assert any(f'{{% translate "{button}" %}}' in path.read_text("utf-8") for path in pages)
    naming = [said for said in CURES.values() if button in said]
    assert naming
    with override("es"):
        assert [said for said in naming if gettext(button) not in gettext(said)] == []


def filled(said: str) -> str:
    """Put something plain into a text, as the core does."""
    put = {"on": "2026-03-02", "day": "2026-03-02", "kind": "charges", "code": "99454"}
    put |= {"record": "patients.sex", "directory": "[payer] of the directory"}
    return said % put if "%(" in said else said


@pytest.mark.parametrize(
    ("core", "english", "spanish"),
    [
        (
            "Keep one: proofline papers keep charges FILE --as ACCOUNT.",
            "Keep one under Billing, Papers.",
            "Guarde uno en Facturación, Documentos.",
        ),
        (
            "Draft again.",
            "Press Draw and check on the billing page.",
            "Pulse Preparar y comprobar en la página de facturación.",
        ),
        (
            "Put it on file: the address columns of patients.",
            (
                "No page changes the address columns of patients: whoever runs the service takes"
                " the mended row over. Then press Draw and check."
            ),
            (
                "Ninguna página cambia las columnas de dirección de patients: quien opera el"
                " servicio incorpora la fila corregida. Después pulse Preparar y comprobar."
            ),
        ),
        (
            (
                "Put it on file: [payer] of the directory: the id that your clearinghouse lists for"
                " it."
            ),
            (
                "Put it into the directory, and keep that under Billing, Papers: [payer] of the"
                " directory: the id that your clearinghouse lists for it."
            ),
            (
                "Póngalo en el directorio y guárdelo en Facturación, Documentos: [payer] del"
                " directorio: el identificador que le da su cámara de compensación (clearinghouse)."
            ),
        ),
    ],
)
def test_a_page_names_the_page_and_a_terminal_the_command(
    core: str, english: str, spanish: str
) -> None:
    with override("en"):
        assert tells(core) == english
    with override("es"):
        assert tells(core) == spanish


HELD = re.compile(r'"((?:patients|coverages|practices|performers|enrollments)\.[a-z_]+)"')
"""A column of a table, as an edit names it."""


def test_a_cure_that_names_a_column_says_who_can_mend_it() -> None:
    edits = sorted((HOUSE / "claims" / "edits").glob("*.py"))
    columns = {one for path in edits for one in HELD.findall(path.read_text("utf-8"))}
    assert len(columns) > 8
    asked = [f"{what} {one}." for one in sorted(columns) for what in ("Put it on file:", "Mend")]
    who = ("whoever runs the service", "Order, condition, set-up")
    assert [one for one in asked if not any(each in tells(one) for each in who)] == []


def parts_of(name: str, called: str, position: int) -> Iterator[str]:
    """Give what calls of a function in a file put at a position, with `~` for gaps."""
    for node in ast.walk(ast.parse((HOUSE / name).read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == called:
            yield re.sub("~+", "~", written(node.args[position]))


FRAMED: tuple[tuple[str, str, int, str], ...] = (
    ("claims/book/book.py", "refused", 1, "Line ~ {}."),
    ("claims/book/standing.py", "refused", 1, "Line ~ {}."),
    ("claims/amending/cases.py", "_refused", 1, "Case ~ {}."),
    ("claims/secondary.py", "_untold", 1, "Claim ~ cannot go on to the next payer: {}."),
    (
        "claims/answers/prior.py",
        "_unknown",
        1,
        "What the payer before made of line ~ cannot be told on: {}.",
    ),
    ("claims/fees/contracts.py", "bad_file", 1, "~: {}"),
    ("claims/fees/shelf.py", "bad_file", 1, "~, line ~: {}"),
)
"""Which function of a file frames which of its arguments, and how."""


def framed() -> Iterator[str]:
    """Give the texts that functions put together of a frame and what they are given."""
    for name, called, position, frame in FRAMED:
        yield from (frame.format(one) for one in parts_of(name, called, position) if one)
    for said in filter(None, parts_of("claims/sheets/charges.py", "_bad", 1)):
        line = said.startswith("line ")
        yield f"~, {said}." if line else f"The charge list ~: it {said}."


SPELLED = {
    "What the payer before made of line ~ cannot be told on: no line, or several payers, answered"
    " first.": (
        (
            "What the payer before made of these lines cannot be told on: no line, or several"
            " payers, answered first."
        ),
    ),
    "Line ~ is not there to ~.": (
        "Line ~ is not there to hold.",
        "Line ~ is not there to release.",
    ),
    "~: ~.": (),
    "~: rate ~ ~.": (
        "~: rate ~ has not just one of percent and cents.",
        "~: rate ~ names no codes, or ends before it begins.",
        "~: rate ~ has an amount that cannot be.",
        "~: rate ~ and rate ~ speak for the same payer, code and day.",
    ),
}
"""Texts that hold one of a few others: each of them is listed; a library's own words stay."""


def test_what_a_frame_holds_is_listed() -> None:
    found = set(framed())
    assert len(found) > 30
    assert found - KNOWN == SPELLED.keys(), "list them in web/templatetags/texts"
    assert {one for each in SPELLED.values() for one in each} <= KNOWN


def test_all_that_is_listed_is_told_in_spanish() -> None:
    with override("es"):
        alike = {one for one in TOLD if "%(" not in one and tells(one) == one}
        assert alike == set()
        assert {
            one for one in NAMED if tells(f"Claim MADEUP1: {one} is not on file.") == one
        } == set()


BROKEN: tuple[tuple[Callable[[Path], object], bytes, str], ...] = (
    (lambda path: whole_remittances(path.read_bytes()), b"", "Byte 0: El archivo está vacío."),
    (
        lambda path: whole_remittances(path.read_bytes()),
        b"%PDF-1.7",
        "Segmento 1, byte 0: El archivo no empieza con un segmento ISA. Es un PDF.",
    ),
    (
        lambda path: whole_remittances(path.read_bytes()),
        b"ISA*00",
        "Segmento 1, byte 0: El segmento ISA está cortado.",
    ),
    (read_charges, b"code;charge\n", "separa sus columnas con punto y coma"),
    (read_charges, b"code,charge\n99454,made up\n", "línea 2: falta code o charge"),
    (read_directory, b"[payer", "no sirve como directorio"),
    (read_ends, b"[sender]\nshoe = 1\n", "[sender] no tiene la clave shoe."),
    (read_ends, b"", "no hay tabla [sender]."),
    (contracts.read, b"\xff", "no es texto en UTF-8."),
)


@pytest.mark.parametrize(("read", "data", "spanish"), BROKEN)
def test_what_a_broken_file_says_is_told(
    tmp_path: Path, read: Callable[[Path], object], data: bytes, spanish: str
) -> None:
    path = tmp_path / "made-up.file"
    path.write_bytes(data)
    with pytest.raises(ProoflineError) as found, override("es"):
        read(path)
    with override("es"):
        assert spanish in tells(found.value.message)
        assert tells(found.value.remedy) != found.value.remedy


@pytest.mark.parametrize(
    ("address", "sent", "spanish"),
    [
        ("/billing/answers/", {}, "El archivo no empieza con un segmento ISA"),
        ("/billing/papers/", {"kind": "charges"}, "La lista de precios charges.csv: le falta la"),
        ("/rules/RPM/1999-01-01/", None, "no tiene ley registrada para el 1 Ene 1999"),
    ],
)
def test_a_page_in_spanish_refuses_in_spanish(
    practice: Practice, address: str, sent: dict[str, str] | None, spanish: str
) -> None:
    assert practice.tenant_id
    client = client_of("north-biller")
    client.cookies["django_language"] = "es"
    if sent is None:
        text = client.get(address).content.decode()
    else:
        file = SimpleUploadedFile("made-up.txt", b"PK made up")
        text = client.post(address, sent | {"file": file}).content.decode()
    assert spanish in text, text[text.find("<main") :][:900]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"source": "tenovi", "scheme": "mllp"}, "no llegan por mllp; los de hl7v2 sí."),
        ({"source": "tenovi", "scheme": "none"}, "No existe tal forma."),
        ({"source": "bodytrace", "secret": "word"}, "con dos puntos"),
        ({"source": "tenovi", "scheme": "standard", "secret": "word"}, "Eso no es una clave"),
    ],
)
def test_a_refused_feed_is_told_in_the_language_of_the_page(
    practice: Practice, said: dict[str, str], told: str
) -> None:
    assert practice.tenant_id
    browser = client_of("north-integrator")
    browser.post("/language/setlang/", {"language": "es", "next": "/intake/"})
    assert told in browser.post("/intake/feeds/", said).content.decode()
