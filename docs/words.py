"""Bring the catalogues of translations up to what code, templates and the law say: `./dev words`.

New words are added without a translation and told; words that nothing marks any more are dropped.
The compiled catalogue is written from the other, so that the service needs no tool for it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from proofline.claims.amending.amendment import MEANS
from proofline.claims.answers.reasons import reasons
from proofline.claims.payers.terms import SHELF, terms_of
from proofline.desk.arriving.proof.proving import schemes
from proofline.desk.machines.scopes import scopes
from proofline.explain.reasons import REASONS
from proofline.explain.waiting import CURES_TOLD
from proofline.facts.catalog import catalog
from proofline.intake.measurements.bounds import BOUNDS
from proofline.intake.measurements.preliminary import PRELIMINARY
from proofline.packs import shelf
from proofline.packs.repayment import policies, rules
from proofline.site.environment import SETTINGS
from proofline.web.templatetags.every_trouble import details, texts

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "proofline"
LANGUAGES = ("es",)
KEYWORDS = {**DEFAULT_KEYWORDS, "_lazy": None, "gettext_lazy": None, "gettext_noop": None}
ROOMS = ("desk", "web")
"""The rooms that mark what they say to people; what is below them speaks English."""


class Words(NamedTuple):
    """One thing that is marked: as it stands, and its plural, blank where there is none."""

    one: str
    many: str


def marked() -> list[Words]:
    """Give all that is marked or told of the law, each once, in the order of the alphabet."""
    found = {words for room in ROOMS for path in _files(HOUSE / room) for words in _of(path)}
    found |= {Words(said, "") for said in _told_of_the_law() | _told_of_others()}
    plural = {words.one for words in found if words.many}
    return sorted(words for words in found if words.many or words.one not in plural)


def catalogue(language: str) -> Path:
    """Say where the catalogue of a language is."""
    return HOUSE / "web" / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Read the catalogue of a language as it is kept; an empty one where there is none yet."""
    path = catalogue(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> Catalog:
    """Give the catalogue with exactly what is marked now, and the translations that there are."""
    before, now = read(language), _empty(language)
    for words in marked():
        there = before.get(words.one)
        name = (words.one, words.many) if words.many else words.one
        said = there.string if there and isinstance(there.string, tuple) == bool(words.many) else ""
        now.add(name, string=said or (("", "") if words.many else ""))
    return now


def untranslated(language: str) -> list[str]:
    """Name what is marked and has no translation in a language."""
    return [_name(one.id) for one in renewed(language) if one.id and not all(_said(one.string))]


def written(kept: Catalog) -> bytes:
    """Write a catalogue as it is kept."""
    out = io.BytesIO()
    write_po(out, kept, width=120, no_location=True, sort_output=True)
    return out.getvalue()


def compiled(kept: Catalog) -> bytes:
    """Compile a catalogue as the service reads it."""
    out = io.BytesIO()
    write_mo(out, kept)
    return out.getvalue()


def _empty(language: str) -> Catalog:
    made = Catalog(locale=language, project="proofline", msgid_bugs_address=" ", fuzzy=False)
    made.version = "1"
    made.header_comment = f"# The words of the screens, in {language}: written by `./dev words`."
    made.creation_date = made.revision_date = datetime(2026, 11, 22, tzinfo=UTC)
    made.last_translator = made.language_team = "proofline"
    return made


def _files(room: Path) -> Iterator[Path]:
    yield from sorted(room.rglob("*.py"))
    yield from sorted(room.rglob("*.html"))


def _of(path: Path) -> Iterator[Words]:
    """Read what one file marks; a template is first written as the calls that it comes to."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        from django.utils.translation.template import templatize  # noqa: PLC0415 - for pages only

        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    for _line, said, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        one, many = said if isinstance(said, tuple) else (said, "")
        yield Words(one, many)


def _told_of_the_law() -> set[str]:
    """Give the words of requirements, facts and codes, and of why something does not count."""
    pages = [page for pack in shelf.packs() for page in shelf.pages(pack)]
    asked = [one for page in pages for one in page.requirements.values()]
    told = {said for one in asked for said in (one.text, one.cure, one.fact.replace("_", " "))}
    told |= {code.title for page in pages for code in page.codes.values()}
    told |= {title for page in pages for title in (page.title, page.title.partition(",")[0])}
    told |= {ladder.text for page in pages for ladder in page.exclusives.values()}
    told |= {absent.text for page in pages for absent in page.absents.values()}
    told |= {policy.text for page in pages for policy in page.policies.values()}
    told |= {change.why for page in pages for change in page.changes}
    told |= {said for fact in catalog().values() for said in (fact.means, fact.unit)}
    names = {said for fact in catalog().values() for said in (fact.name, fact.highest)}
    told |= {name.replace("_", " ") for name in names}
    told |= {one.title for one in rules()} | {one.text for one in policies()}
    told |= set(MEANS.values()) | {"period taken by", "base code", "calendar month"}
    told |= {said for one in REASONS.values() for said in (one.words, one.cure)}
    return told - {""}


def _told_of_others() -> set[str]:
    """Give the words of payers' answers, of what waits, of how feeds prove, and of intake."""
    table = reasons()
    told = {one.means for one in table.remark.values()}
    told |= {said for one in table.reason.values() for said in (one.means, one.cause, one.answer)}
    told |= {*CURES_TOLD, *scopes().values(), *(one.title for one in schemes().values())}
    told |= {BOUNDS.text, PRELIMINARY.text, *(one.meaning for one in SETTINGS), "set", "not set"}
    told |= texts() | details() | {terms_of(one.stem).appeal_to for one in SHELF.glob("*.toml")}
    return told - {""}


def _name(words: str | tuple[str, ...] | list[str]) -> str:
    return words if isinstance(words, str) else words[0]


def _said(words: object) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, tuple | list) else (str(words or ""),)


def main() -> int:
    """Write all catalogues anew, and say what they lack."""
    missing = 0
    for language in LANGUAGES:
        kept = renewed(language)
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(kept))
        path.with_suffix(".mo").write_bytes(compiled(kept))
        lacking = untranslated(language)
        missing += len(lacking)
        sys.stdout.write(f"{language}: {len(kept)} words, {len(lacking)} without a translation\n")
        for one in lacking:
            sys.stdout.write(f"  {one}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
