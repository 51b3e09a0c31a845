"""The consent texts: frozen, complete, cited, plain, and the same in both languages."""

from __future__ import annotations

import doctest
import hashlib
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from proofline.packs import check, shelf
from proofline.packs.consents import texts as room
from proofline.packs.consents.texts import ConsentText, missing, text_of, texts
from proofline.packs.errors import PackError
from proofline.packs.sources import key_and_place, sources

ALL = list(texts().values())
EVERY = pytest.mark.parametrize("text", ALL, ids=lambda text: text.version)
GRADE, EASE = 8.0, 60.0


def test_every_program_has_both_languages() -> None:
    programs = {pack.removeprefix("medicare-").upper() for pack in shelf.packs()}
    wanted = {(one, tongue) for one in programs if "-" not in one for tongue in ("en", "es")}
    assert {(text.program, text.language) for text in ALL} == wanted


def test_published_texts_are_frozen() -> None:
    assert check.frozen(room.ROOT, room.ROOT.glob("*/*.toml")) == []


def test_a_changed_word_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "consents"
    shutil.copytree(room.ROOT, copy)
    file = copy / "rpm" / "en-1.toml"
    file.write_text(file.read_text("utf-8").replace("20 percent", "30 percent"), "utf-8")
    (told,) = check.frozen(copy, copy.glob("*/*.toml"))
    assert told.file == "rpm/en-1.toml"
    assert "30 percent" in text_of("rpm-en-1", root=copy).words
    assert text_of("rpm-en-1", root=copy).digest != text_of("rpm-en-1").digest


@EVERY
def test_a_text_tells_what_its_program_asks_for(text: ConsentText) -> None:
    assert missing(text) == ()
    assert text.says[-1].about == "asked"


@EVERY
def test_every_paragraph_is_cited_and_its_law_exists(text: ConsentText) -> None:
    keys = {key_and_place(cite)[0] for cite in text.citations}
    assert keys <= sources().keys()
    assert all(key_and_place(cite)[1] for cite in text.citations)
    pack, _, day = text.law.partition("/")
    assert date.fromisoformat(day) in shelf.effective_dates(pack)


def test_duties_are_cited() -> None:
    assert {key_and_place(duty.cite)[0] for duty in room.duties()} <= sources().keys()


def test_both_languages_tell_of_the_same() -> None:
    for program in {text.program for text in ALL}:
        told = {tuple(s.about for s in text.says) for text in ALL if text.program == program}
        assert len(told) == 1, program


def test_the_digest_is_of_the_words_alone() -> None:
    text = text_of("bhi-en-1")
    parts = [text.title, *(one.text for one in text.says)]
    expected = hashlib.sha256(("\n\n".join(parts) + "\n").encode()).hexdigest()
    assert text.digest == f"sha256:{expected}"


@EVERY
def test_texts_are_plain(text: ConsentText) -> None:
    words, sentences, syllables = counts(text)
    if text.language == "en":
        # Flesch-Kincaid grade level (Kincaid and others, 1975).
        assert 0.39 * words / sentences + 11.8 * syllables / words - 15.59 <= GRADE
    else:
        # Fernandez Huerta's reading ease for Spanish (1959); 60 and more is plain.
        assert 206.84 - 60 * syllables / words - 1.02 * words / sentences >= EASE


def counts(text: ConsentText) -> tuple[int, int, int]:
    """Count words, sentences and (as groups of vowels) syllables of what is read."""
    said = " ".join(one.text for one in text.says).lower()
    words = re.findall(r"[a-záéíóúüñ0-9]+", said)
    sentences = len(re.findall(r"[.?!](\s|$)", said))
    vowels = "[aeiouyáéíóúü]+"
    groups = sum(max(1, len(re.findall(vowels, re.sub(r"e$", "", word)))) for word in words)
    return len(words), sentences, groups


@pytest.mark.parametrize(
    ("day", "holds"),
    [(date(2026, 11, 21), False), (date(2026, 11, 22), True), (date(2031, 1, 1), True)],
)
def test_in_force_from_the_day_it_was_published(day: date, holds: bool) -> None:
    assert text_of("rpm-en-1").in_force(day) is holds


def test_the_last_day_of_a_text_counts(tmp_path: Path) -> None:
    lay(tmp_path, "effective = 2026-11-22\nuntil = 2027-03-01")
    text = text_of("rpm-en-1", root=tmp_path)
    assert text.in_force(date(2027, 3, 1))
    assert not text.in_force(date(2027, 3, 2))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ('effective = "soon"', "rpm/en-1.toml"),
        ("effective = 2026-11-22\nsince = 2026-01-01", "since"),
        ('effective = 2026-11-22\nfile_digest = "sha256:00"', "its own digest"),
        ("effective = ", "rpm/en-1.toml"),
    ],
)
def test_a_broken_text_is_refused(tmp_path: Path, new: str, told: str) -> None:
    lay(tmp_path, new)
    with pytest.raises(PackError, match=re.escape(told)):
        texts(root=tmp_path)


def test_a_version_that_is_not_there_is_refused() -> None:
    with pytest.raises(PackError, match="There is no consent text rpm-en-0") as raised:
        text_of("rpm-en-0")
    assert "rpm-en-1" in raised.value.remedy


def lay(root: Path, effective: str) -> None:
    """Write one text of ours with another line in place of its first day."""
    ours = (room.ROOT / "rpm" / "en-1.toml").read_text("utf-8")
    (root / "rpm").mkdir()
    (root / "rpm" / "en-1.toml").write_text(
        ours.replace("effective = 2026-11-22", effective), "utf-8"
    )


def test_the_readme_holds() -> None:
    found = doctest.testfile(str(room.ROOT / "README.md"), module_relative=False)
    assert (found.failed, found.attempted) == (0, 4)
