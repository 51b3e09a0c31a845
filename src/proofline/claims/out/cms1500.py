"""A claim on the bought form CMS-1500 (02-12): what is printed onto it, and the same to read.

The overlay holds data only, in Courier of ten characters to the inch, six rows to the inch; the
form itself is licensed and scanned by its red ink, so it is never drawn. Where each box stands is a
table, `cms1500.toml`, which names its sources. Six lines go onto one form; a longer claim takes
several, each with its own total. Items 24 to 33 that nobody has told us stay empty; item 31 is
signed by hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from proofline.claims.claim import Claim
from proofline.claims.out.cms1500_items import line_items, page_items
from proofline.claims.out.paper import HEIGHT, finished, sheet
from proofline.claims.trouble import ClaimsError

_SIZE, _COLUMN, _ROW = 12, 7.2, 12.0
_BASE = 3.0
"""Points from a row's lower edge to the feet of its letters."""


_SHORTEN = "Shorten it where it is on file, as the payer has it; nothing is cut off."
_SHORTER = dict.fromkeys(
    ("Billing provider", "Place of service"),
    "Give the practice a shorter name for paper, that payers know, in the directory:"
    " [practice.ID] paper_name.",
)


class Box(Struct, frozen=True):
    """Room for one value: `row` and `column` count from 1, `width` is in characters.

    `item` is the number printed on the form; `right` aligns at the last column.
    """

    item: str
    label: str
    row: int
    column: int
    width: int
    right: bool = False


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    """The table of the form; `left` and `top` are in points from the edges of the paper."""

    form: str
    left: float
    top: float
    lines: int
    first_line: int
    line_rows: int
    shaded: int
    box: dict[str, Box]
    line: dict[str, Box]
    kinds: dict[str, str]


class Printed(Struct, frozen=True):
    """One value in its box, on a row and from a column of the page on."""

    box: Box
    row: int
    column: int
    text: str


@cache
def form() -> Form:
    """Read the table of the form."""
    path = Path(__file__).with_name("cms1500.toml")
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Form)


def forms(claim: Claim) -> Iterator[list[Printed]]:
    """Give what is printed on each form of a claim, from top to bottom.

    Raises `ClaimsError` where something is missing, has no Latin form, or is longer than its box.
    """
    table = form()
    for start in range(0, max(len(claim.lines), 1), table.lines):
        lines = claim.lines[start : start + table.lines]
        printed = [
            _printed(claim, table.box[name], 0, text)
            for name, text in page_items(claim, lines, table.kinds).items()
        ]
        for number, line in enumerate(lines):
            row = table.first_line + number * table.line_rows
            printed += [
                _printed(claim, table.line[name], row, text)
                for name, text in line_items(claim, line).items()
            ]
        yield sorted((one for one in printed if one.text), key=lambda one: (one.row, one.column))


def unfit(claims: Iterable[Claim]) -> dict[str, ClaimsError]:
    """Give, by its id, why a claim cannot be printed: what is missing, too long, or of no letters.

    The others can be; each claim is judged by itself.
    """
    found: dict[str, ClaimsError] = {}
    for claim in claims:
        try:
            list(forms(claim))
        except ClaimsError as trouble:
            found[claim.claim_id] = trouble
    return found


def overlay(claims: Iterable[Claim], *, shift: tuple[float, float] = (0.0, 0.0)) -> bytes:
    """Write the PDF to print onto bought forms, one page for each form.

    `shift` moves everything right and down, in points, for a printer that feeds askew. Print at
    full size, without fitting to the page. Errors: as in `forms`, and if there is no claim.
    """
    canvas, out = sheet("CMS-1500 (02-12) overlay")
    drawn = False
    left, top = form().left + shift[0], form().top + shift[1]
    for page in (page for claim in claims for page in forms(claim)):
        canvas.setFont("Courier", _SIZE)
        for one in page:
            x = left + (one.column - 1) * _COLUMN
            canvas.drawString(x, HEIGHT - top - one.row * _ROW + _BASE, one.text)
        canvas.showPage()
        drawn = True
    if not drawn:
        raise ClaimsError(
            "claims.form_empty", "There are no claims to write.", "Draw claims first."
        )
    return finished(canvas, out)


def preview(claims: Iterable[Claim]) -> bytes:
    """Write the same values to be read: UTF-8 text, one line for each box that is filled.

    Errors: as in `forms`.
    """
    rows = []
    for claim in claims:
        pages = list(forms(claim))
        for number, page in enumerate(pages, 1):
            rows.append(f"{form().form}, claim {claim.claim_id}, form {number} of {len(pages)}")
            rows += [f"  {one.box.item:<4} {one.box.label:<24} {one.text.strip()}" for one in page]
            rows += ["  31   Signature and date       by hand", ""]
    return "\n".join(rows).encode()


def _printed(claim: Claim, box: Box, row: int, text: str) -> Printed:
    if len(text) > box.width:
        raise ClaimsError(
            "claims.form_too_long",
            f"Claim {claim.claim_id}, item {box.item} ({box.label}): longer than the"
            f" {box.width} characters of the box.",
            _SHORTER.get(box.label, _SHORTEN),
        )
    column = box.column + (box.width - len(text) if box.right else 0)
    return Printed(box, row + box.row, column, text)
