"""A superbill: a claim on a page for people to read, for a patient or a payer without a format.

Names stand as they are on file. More lines than a page holds go on to a next one. Nobody's
signature is drawn, and services have their code only: their wording belongs to the AMA.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from reportlab.pdfbase.pdfmetrics import stringWidth

from proofline.claims.claim import Address, Cents, Claim, ClaimLine, Practitioner
from proofline.claims.out.paper import BOLD, HEIGHT, PLAIN, WIDTH, drawable, finished, sheet
from proofline.claims.trouble import ClaimsError

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MARGIN, _SIZE, _LEADING = 54, 9, 13
_HEADS = ("From", "To", "Code", "Modifiers", "Place", "Diagnoses", "Units", "Charge")
_COLUMNS = (54, 118, 182, 232, 310, 350, 452, 558)
_TO_RIGHT = 6  # units and charge end at their column, the others begin there
_BOTTOM = 110.0
"""Points below the lines of service, for the total and a signature."""

_DIGITS_OF_ZIP = 5


class _Fact(Struct, frozen=True):
    label: str
    text: str


def superbill(claims: Iterable[Claim]) -> bytes:
    """Write each claim as pages of one PDF.

    Raises `ClaimsError` where a name holds characters that cannot be drawn, or there is no claim.
    """
    canvas, out = sheet("Superbill")
    drawn = False
    for claim in claims:
        _pages(canvas, claim)
        drawn = True
    if not drawn:
        raise ClaimsError(
            "claims.form_empty", "There are no claims to write.", "Draw claims first."
        )
    return finished(canvas, out)


def _pages(canvas: Canvas, claim: Claim) -> None:
    """Draw as many pages as the lines need; each says of whom and what it is."""
    number, rest = 0, claim.lines
    while rest or not number:
        number += 1
        place = _head(canvas, claim, number)
        room = int((place - _BOTTOM) // _LEADING)
        if room < 1:
            raise ClaimsError(
                "claims.form_impossible",
                f"Claim {claim.claim_id}: its payers and people fill a whole superbill.",
                "Send it as an 837P.",
            )
        here, rest = rest[:room], rest[room:]
        place = _table(canvas, claim, here, place)
        if rest:
            canvas.drawString(_MARGIN, place - 6, f"Continued on page {number + 1}")
        else:
            _foot(canvas, claim, place)
        canvas.showPage()


def _head(canvas: Canvas, claim: Claim, page: int) -> float:
    """Draw who bills, who was served and who pays; give the height below it."""
    canvas.setFont(BOLD, 14)
    canvas.drawString(_MARGIN, HEIGHT - 60, "Superbill")
    canvas.setFont(PLAIN, _SIZE)
    canvas.drawRightString(WIDTH - _MARGIN, HEIGHT - 60, f"Claim {claim.claim_id}   Page {page}")
    left = _facts(canvas, claim, _who_bills(claim), _MARGIN)
    right = _facts(canvas, claim, _who_pays(claim), 312)
    place = min(left, right) - _LEADING
    canvas.setFont(BOLD, 7)
    canvas.drawString(_MARGIN, place + _LEADING - 2, "Diagnoses")
    canvas.setFont(PLAIN, _SIZE)
    for letter, code in zip("ABCDEFGHIJKL", claim.diagnoses, strict=False):
        column, row = divmod("ABCDEFGHIJKL".index(letter), 3)
        text = drawable(f"{letter}  {code}", _named(claim, "a diagnosis"))
        canvas.drawString(_MARGIN + 126 * column, place - _LEADING * row, text)
    return place - _LEADING * 4


def _facts(canvas: Canvas, claim: Claim, facts: Iterable[_Fact], left: float) -> float:
    """Draw labels and texts below one another, long texts on several rows."""
    place = HEIGHT - 90.0
    for fact in facts:
        canvas.setFont(BOLD, 7)
        canvas.drawString(left, place, fact.label)
        canvas.setFont(PLAIN, _SIZE)
        for row in _rows(drawable(fact.text, _named(claim, fact.label.lower()))):
            place -= _LEADING - 2
            canvas.drawString(left, place, row)
        place -= _LEADING + 1
    return place


def _rows(text: str, width: float = 240) -> Iterator[str]:
    """Part a text into rows of at most so many points, between words where there are any."""
    row = ""
    for word in text.split(" "):
        if row and stringWidth(f"{row} {word}", PLAIN, _SIZE) > width:
            yield row
            row = ""
        row = f"{row} {word}" if row else word
        while stringWidth(row, PLAIN, _SIZE) > width:
            fits = next(n for n in range(len(row), 0, -1) if _fits(row[:n], width))
            yield row[:fits]
            row = row[fits:]
    yield row


def _fits(text: str, width: float) -> bool:
    return len(text) == 1 or bool(stringWidth(text, PLAIN, _SIZE) <= width)


def _who_bills(claim: Claim) -> Iterator[_Fact]:
    billing = claim.billing
    yield _Fact("Practice", billing.name)
    yield _Fact("Address", _address(billing.address))
    yield _Fact("Practice NPI", billing.npi)
    yield _Fact("Tax number", billing.tax_id)
    if billing.phone:
        yield _Fact("Telephone", billing.phone)
    yield _Fact("Rendered by", _practitioner(claim.rendering))
    for one in dict.fromkeys(line.ordering for line in claim.lines if line.ordering):
        yield _Fact("Ordered by", _practitioner(one))


def _who_pays(claim: Claim) -> Iterator[_Fact]:
    person = claim.patient
    born = f"{person.birth_date:%m/%d/%Y}" if person.birth_date else "not on file"
    yield _Fact("Patient", f"{person.family_name}, {person.given_name}")
    yield _Fact("Born, sex", f"{born}, {person.sex or 'U'}")
    yield _Fact("Address of the patient", _address(person.address))
    for coverage in claim.coverages:
        yield _Fact("Payer, member number", f"{coverage.payer.name}, {coverage.member_id}")


def _practitioner(one: Practitioner) -> str:
    name = one.organization or f"{one.given_name} {one.family_name}".strip()
    return f"{name}, NPI {one.npi}"


def _address(one: Address) -> str:
    code = one.postal_code
    if len(code) > _DIGITS_OF_ZIP and code.isdigit():
        code = f"{code[:_DIGITS_OF_ZIP]}-{code[_DIGITS_OF_ZIP:]}"
    return ", ".join(filter(None, (one.line, one.city, f"{one.state} {code}".strip())))


def _table(canvas: Canvas, claim: Claim, lines: tuple[ClaimLine, ...], place: float) -> float:
    canvas.setFont(BOLD, 8)
    _row(canvas, _HEADS, place)
    canvas.line(_MARGIN, place - 4, WIDTH - _MARGIN, place - 4)
    canvas.setFont(PLAIN, _SIZE)
    for line in lines:
        place -= _LEADING
        cells = [drawable(cell, _named(claim, "a line")) for cell in _cells(line)]
        _row(canvas, cells, place)
    return place - _LEADING


def _row(canvas: Canvas, cells: Iterable[str], place: float) -> None:
    for number, (left, cell) in enumerate(zip(_COLUMNS, cells, strict=True)):
        draw = canvas.drawRightString if number >= _TO_RIGHT else canvas.drawString
        draw(left, place, cell)


def _cells(line: ClaimLine) -> tuple[str, ...]:
    return (
        f"{line.first_day:%m/%d/%Y}",
        f"{line.last_day:%m/%d/%Y}",
        line.code,
        " ".join(line.modifiers),
        line.place_of_service,
        " ".join(chr(ord("A") + pointer - 1) for pointer in line.diagnosis_pointers),
        str(line.units),
        dollars(line.charge),
    )


def dollars(cents: Cents) -> str:
    """Write whole cents as dollars: 1,234.50."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{part:02d}"


def _foot(canvas: Canvas, claim: Claim, place: float) -> None:
    canvas.line(_MARGIN, place + 6, WIDTH - _MARGIN, place + 6)
    canvas.setFont(BOLD, _SIZE)
    canvas.drawString(_MARGIN, place - 6, "Total charge, US dollars")
    canvas.drawRightString(_COLUMNS[-1], place - 6, dollars(claim.total))
    canvas.setFont(PLAIN, _SIZE)
    canvas.drawString(
        _MARGIN, place - 44, "Signature ______________________________   Date __________"
    )


def _named(claim: Claim, what: str) -> str:
    return f"Claim {claim.claim_id}: {what}"
