"""What decisions and forecasts write with a period's own numbers is told in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import storybook
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.insight import forecast
from proofline.web.templatetags.law import on_record, tells
from proofline.web.templatetags.sentences import FINDINGS, SUGGESTIONS
from scenarios import write

OPEN = "by cycle; as of 2026-03-20"
TYPED = "12 min on 2026-03-02 with method=typed, entered_at=2026-03-15T10:00:00"
STORIES = {
    "short of days": f"{OPEN}; days = 1..12",
    "out of reach": f"{OPEN}; days = 1..5",
    "not called": f"{OPEN}; days = 1..16; 17 min on 2026-03-10",
    "short of minutes": f"{OPEN}; days = 1..16; call on 2026-03-10; 12 min on 2026-03-10",
    "fragile": f"{OPEN}; days = 1..15; days = 16 with entry=memory",
    "by the zone": f"{OPEN}; at 2026-03-01T21:00; days = 2..16",
    "typed late": f"{OPEN}; days = 1..16; call on 2026-03-10; {TYPED}",
    "no consent": f"{OPEN}; days = 1..12; no consents",
    "over": "by cycle; as of 2026-05-10; days = 1..16; call on 2026-03-30; 15 min on 2026-03-30;"
    " 7 min on 2026-03-31",
}


def said(story: str, folder: Path) -> set[str]:
    """Give all texts and cures that stand against a line of a story, and what is suggested."""
    told = storybook.tell(STORIES[story])
    tables = {name: storybook.as_csv(rows) for name, rows in told.tables().items() if rows}
    asked = Asked(told.day_of_knowledge(), told.clock)
    with opened(write(tables, folder), asked, engine="sqlite") as (run, _):
        made = list(decisions(run))
        ahead = forecast(run, made)
    against = [one for line in made for one in line["findings"] if one["status"] != "met"]
    texts = {text for one in against for text in (one["text"], one["cure"]) if text}
    texts |= {one["needs"] for one in against if "beside" in one["needs"]}
    return texts | {one.words for each in ahead for one in each.suggestions}


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_no_sentence_stays_in_english(story: str, tmp_path: Path) -> None:
    found = said(story, tmp_path)
    assert found
    for words in found:
        with override("es"):
            spanish = tells(words)
        left = [one for one in re.split(r"(?<=\.) ", words) if one in spanish]
        assert left == [], f"in English still, within: {spanish}"


@pytest.mark.slow
def test_each_sentence_that_is_listed_is_written(tmp_path: Path) -> None:
    """What no story brings out is not written any more, or written otherwise."""
    written = set[str]()
    for number, story in enumerate(STORIES):
        (tmp_path / str(number)).mkdir()
        written |= said(story, tmp_path / str(number))
    text = " ".join(sorted(written))
    seen = {
        one
        for one in (*FINDINGS, *SUGGESTIONS)
        if re.search(re.sub(r"%\\\((\w+)\\\)s", r".+?", re.escape(one)), text)
    }
    rare = {one for one in FINDINGS if "earlier cycle" in one or "two cycles" in one}
    rare |= {one for one in FINDINGS if "number of units" in one or "claimed twice" in one}
    rare |= {one for one in FINDINGS if "both clocks support" in one}
    rare |= {"a month of its own", "a code in force"}
    assert {*FINDINGS, *SUGGESTIONS} - seen <= rare


@pytest.mark.parametrize("typed", ["2026-02-30 to 2026-03-01", "2026-03-01 to 2026-03-02", "a  b"])
def test_what_a_person_put_on_record_stands_as_it_was_typed(typed: str) -> None:
    assert on_record(typed) == typed
    assert tells("2026-02-30 to 2026-03-01") == "2026-02-30 to 2026-03-01"  # no calendar has it
    with override("es"):
        assert on_record("taken back") == "retirado", "not returned"


def test_days_and_amounts_are_told_as_pages_tell_them() -> None:
    words = "No live call yet: speak with the patient or a caregiver until 2026-11-27."
    more = "1 minute missing for 99470 as well."
    assert tells(f"{words} {more}") == (
        "No live call yet: speak with the patient or a caregiver until 27 Nov 2026."
        " 1 minute missing for 99470 as well."
    )
    with override("es"):
        assert tells(f"{words} {more}") == (
            "Aún no hay llamada en vivo: hable con el paciente o un cuidador hasta el 27 Nov 2026."
            " Además, por hacer para 99470: 1 minuto."
        )


def test_the_cause_of_an_amendment_is_told() -> None:
    words = "the payer's answer of 2026-11-23 refuses it (16), and what it questions is met here"
    assert "23 Nov 2026 refuses it (16)" in tells(words)
    with override("es"):
        assert "del 23 Nov 2026 la rechaza (16)" in tells(words)
        assert tells("earned beside 99457") == "ganado junto a 99457"


def test_what_nobody_knows_stays_as_it_was_written() -> None:
    with override("es"):
        assert tells("Made-up words. And 3 more.") == "Made-up words. And 3 more."
