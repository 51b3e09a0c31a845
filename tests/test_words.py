"""The words of the screens: what is marked is translated, and the service reads just that."""

from __future__ import annotations

import re
from typing import get_args

import pytest

import words
from proofline.claims import claim
from proofline.desk.hours.timing import COUNTED, NEVER_COUNTED
from proofline.evidence.provenance import EVERY_TABLE
from proofline.explain.explanation import FIRST_TOLD
from proofline.store.decided import WITHDRAWN
from proofline.web.templatetags.auditing import ACTS
from proofline.web.templatetags.texts.vocabulary import IN_FULL, WORDS

PLACE = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.slow
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_nothing_that_is_marked_lacks_its_translation(language: str) -> None:
    assert words.untranslated(language) == [], "run ./dev words, and translate what it names"


@pytest.mark.slow
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_catalogue_is_what_the_tool_writes(language: str) -> None:
    kept = words.catalogue(language)
    now = words.renewed(language)
    assert kept.read_bytes() == words.written(now), "run ./dev words"
    assert kept.with_suffix(".mo").read_bytes() == words.compiled(now), "run ./dev words"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_translation_has_the_places_of_what_it_translates(language: str) -> None:
    for one in words.read(language):
        if not one.id:
            continue
        ids = [one.id] if isinstance(one.id, str) else list(one.id)
        said = [one.string] if isinstance(one.string, str) else list(one.string or ())
        for told, text in zip(ids, said, strict=True):  # both languages have one and many
            assert not text or set(PLACE.findall(text)) == set(PLACE.findall(told)), told
            assert "\n" not in text or "\n" in told, told
        assert not one.fuzzy, ids[0]


def test_pages_mark_all_that_they_say() -> None:
    """No line of a page's own text stands there unmarked; what stands there is between tags."""
    plain = re.compile(r">([^<>{}]*[A-Za-z]{3,}[^<>{}]*)<")
    spoken = {"Proofline", "English", "Español", "proofline backup"}
    found = []
    pages = sorted((words.HOUSE / "web" / "templates").rglob("*.html"))
    assert len(pages) > 50
    for path in pages:
        text = re.sub(r"{% blocktrans.*?{% endblocktrans\w* %}", "", path.read_text("utf-8"))
        found += [
            f"{path.name}: {said.strip()}"
            for said in plain.findall(text)
            if said.strip() not in spoken
        ]
    assert found == []


def test_every_word_of_the_contract_is_known_to_the_pages() -> None:
    """Choices of the evidence, outcomes and states come from data; unmarked they stay English."""
    told = {word for table in EVERY_TABLE.values() for c in table.columns for word in c.choices}
    told |= {*get_args(claim.State), *FIRST_TOLD, WITHDRAWN, *COUNTED, *NEVER_COUNTED}
    programs = {"RPM", "RTM", "CCM", "PCM", "BHI", "APCM"}  # names, the same in any language
    assert {
        word.replace("_", " ") for word in told - programs
    } <= WORDS | IN_FULL.keys() | IN_FULL.keys()


def test_every_act_that_is_recorded_has_words_of_its_own() -> None:
    """An audit tells who did what; an act without words is told by its name, in English."""
    named = re.compile(r"""(?:\.act|\blook|\.vouch)\(\s*(?:book,\s*)?"([a-z][a-z_.0-9]+)\"""")
    code = (path.read_text("utf-8") for path in sorted((words.HOUSE / "desk").rglob("*.py")))
    acts = {act for text in code for act in named.findall(text)}
    assert len(acts) > 40
    assert acts - ACTS.keys() == set(), "give them words in web/templatetags/auditing.py"
