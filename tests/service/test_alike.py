"""What an edit says of twelve lines of a claim is read once."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from proofline.claims.edit import Edit
from proofline.web.templatetags.alike import alike


def edit(claim: str, place: str, reason: str = "It is after a service.") -> Edit:
    return Edit("made.up", place, reason, "Mend birth_date.", claim_id=claim)


def test_what_is_alike_of_one_claim_is_told_once_with_its_places() -> None:
    every = [edit("PCONE", "line 1"), edit("PCONE", "line 2"), edit("PCTWO", "line 1")]
    other = edit("PCONE", "line 2", "A diagnosis stands twice.")
    told = [(one.edit.claim_id, one.places) for one in alike([*every, other, every[0]])]
    assert told == [
        ("PCONE", ("line 1", "line 2")),
        ("PCTWO", ("line 1",)),
        ("PCONE", ("line 2",)),
    ]
    assert len(alike([edit("", "made up 1"), edit("", "made up 2")])) == 2


@pytest.mark.parametrize("n", [1, 12])
def test_the_table_of_edits_has_a_row_for_each_claim(n: int) -> None:
    edits = [edit("PCONE", f"line {place}") for place in range(1, n + 1)]
    table = render_to_string("pages/billing/edits.html", {"edits": edits})
    assert table.count('<tr><th scope="row">') == 1
    assert f"line {n}</td>" in table
