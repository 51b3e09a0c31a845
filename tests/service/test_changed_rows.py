"""Rows of evidence that changed are told by the patient's clock and in the page's language."""

from __future__ import annotations

import re
from time import process_time

import pytest
from django.utils.translation import override

from proofline.decide.records.turning import turns
from proofline.decide.snapshots import Change, Row, in_words
from proofline.decide.snapshots.snapshot import shapes
from proofline.web.templatetags.changed_rows import changed_row
from proofline.web.templatetags.law import on_record
from proofline.web.templatetags.texts.rows import COLUMNS, KINDS
from proofline.web.templatetags.turning import turned

AT = "1772453520000000"  # 2026-03-02 12:12 UTC, 07:12 in New York
DAY = "20514"  # 2026-03-02
NEW_YORK = "America/New_York"


def row_of(kind: str, /, **cells: str | None) -> Row:
    """Give a row of a kind with nothing known but these cells."""
    return Row(kind, dict.fromkeys(shapes()[kind].columns) | cells)


def test_every_kind_and_column_of_a_row_is_listed() -> None:
    assert {shape.words for shape in shapes().values()} == KINDS
    columns = {name.replace("_", " ") for shape in shapes().values() for name in shape.columns}
    assert columns == COLUMNS
    with override("es"):
        assert [one for one in sorted(KINDS) if changed_row(f"{one} A-1 came") == one] == []


def test_what_came_is_told_by_the_patients_clock() -> None:
    row = row_of("reading", reading_id="MADE-UP 1", local_day=DAY)
    words = f"{in_words(Change('added', row))}, received 2026-03-02T12:12:00+00:00"
    assert changed_row(words, NEW_YORK) == (
        "reading MADE-UP 1 of 2 Mar 2026 came, counts, received 2 Mar 2026, 07:12 EST"
    )
    refused = row_of("reading", reading_id="MADE-UP 1", local_day=DAY, refused="superseded")
    with override("es"):
        told = changed_row(in_words(Change("gone", refused)), NEW_YORK)
    assert told == (
        "lectura MADE-UP 1 del 2 Mar 2026 ya no está,"
        " no cuenta (reemplazada por una corrección de la misma lectura)"
    )


@pytest.mark.parametrize("kind", sorted(shapes()))
def test_no_column_that_differs_stays_in_english_or_in_utc(kind: str) -> None:
    for name in shapes()[kind].columns:
        value = DAY if name.endswith(("_day", "_date")) or name == "established_on" else AT
        value = "1772453520.5" if name in {"from_s", "to_s"} else value
        row = row_of(kind, **{name: value})
        words = in_words(Change("changed", row, row_of(kind), (name,)))
        told = changed_row(words, NEW_YORK)
        assert not re.search(r"\d{4}-\d\d-\d\d", told), told
        with override("es"):
            spanish = changed_row(words, NEW_YORK)
        assert not re.search(r" (was|is|changed|differs)\b", spanish), spanish


def test_several_columns_are_told_apart_though_a_cell_holds_a_comma() -> None:
    before = row_of("consent", consent_id="A1", given_at=AT, text_version="1, is old")
    after = row_of("consent", consent_id="A1", given_at=None, text_version="2", modality="verbal")
    told = ("given_at", "text_version", "modality")
    words = in_words(Change("changed", after, before, told))
    assert changed_row(words, NEW_YORK) == (
        "consent A1 changed: given at was 2 Mar 2026, 07:12 EST, is unknown,"
        " text version was 1, is old, is 2, modality was unknown, is verbal"
    )


@pytest.mark.parametrize(
    "words",
    [
        "reading X changed: note was " + ", note was x" * 8000,
        "reading X changed: note was a" + ", does not count (x" * 8000,
        "reading X changed: " + "note differs, " * 8000 + "made up",
        "reading X changed: note was a" + ", is b" * 16000,
    ],
)
def test_a_long_text_takes_no_time_that_squares_with_it(words: str) -> None:
    begun = process_time()
    assert changed_row(words)
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    "told",
    ["note differs and more", "note was a", "note differs, made up", "made up, note differs"],
)
def test_what_is_not_wholly_understood_stands_as_it_was_written(told: str) -> None:
    with override("es"):
        assert changed_row(f"reading X changed: {told}").endswith(f": {told}")


def test_what_turned_between_two_decisions_is_told() -> None:
    base = {"outcome": "held", "units": 1, "service_date": "2026-03-30", "pack": "medicare-rpm/a"}
    finding = {
        "requirement": "consent_on_file",
        "status": "unmet",
        "fact": "consent_on_file",
        "value": False,
        "needs": "yes",
        "level": "gate",
        "cite": "made-up (1)",
    }
    new = finding | {"requirement": "minutes_20", "status": "met"}
    then = base | {"findings": [finding | {"status": "unproven", "value": None, "level": "hold"}]}
    now = base | {"findings": [finding, new], "outcome": "billable", "service_date": "2026-03-31"}
    said = [
        words
        for pair in ((then, now), (now, then), (then | {"outcome": "open"}, now))
        for one in turns(*pair, (None, None))
        for words in (one.what, *one.because)
    ]
    said.append("medicare-rpm/2026-01-01 declares why: made up (CMS-1)")
    assert len(said) > 12
    for words in said:
        with override("es"):
            spanish = turned(words)
        assert not re.search(r"\b(was|is|needs|the|then|now|why)\b", spanish), spanish
    assert turned("service_date was 2026-03-30, is 2026-03-31") == (
        "service date was 30 Mar 2026, is 31 Mar 2026"
    )
    assert turned("made up") == "made up"
    with override("es"):
        assert on_record("written as 837p, interchange 7, group 8") == (
            "escrito como 837P, intercambio 7, grupo 8"
        )


def test_what_follows_and_what_is_not_understood() -> None:
    assert changed_row("1 rows of kind reading followed") == "1 row of kind reading followed"
    assert changed_row("made up at 2026-03-02T12:12:00+00:00", NEW_YORK) == (
        "made up at 2 Mar 2026, 07:12 EST"
    )
    with override("es"):
        assert changed_row("3 rows of kind claimed_twice followed") == (
            "siguieron 3 filas de la clase tiempo reclamado dos veces"
        )
        assert "no se guardaron" in changed_row("the rows of that day were not kept")
