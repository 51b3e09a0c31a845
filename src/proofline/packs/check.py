"""All guards over all pages: the list that is empty before anything is billed by the shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.packs import coverage, examples, grammar, guards, reading, shelf
from proofline.packs.errors import PackError
from proofline.packs.grammar import Problem
from proofline.packs.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proofline.packs.guards import Catalog
    from proofline.packs.page import Page


def shelf_problems(catalog: Catalog, *, root: Path = shelf.ROOT) -> list[Problem]:
    """Run every guard over every pack of a shelf; `catalog` is the parsed catalog of facts."""
    found = published(root=root)
    for pack in shelf.packs(root=root):
        found += pack_problems(pack, catalog, root=root)
    return found


def pack_problems(pack: str, catalog: Catalog, *, root: Path = shelf.ROOT) -> list[Problem]:
    """Run every guard over one pack; of files that the grammar refuses, only that."""
    return broken_files(pack, root=root) or _pack_problems(pack, catalog, root=root)


def broken_files(pack: str, *, root: Path = shelf.ROOT) -> list[Problem]:
    """Find page files that the grammar refuses, all of their problems and not the first."""
    found: list[Problem] = []
    for path in sorted((root / pack).glob("*.toml")):
        file = f"{pack}/{path.name}"
        try:
            raw = reading.parse(path.read_bytes(), file)
        except PackError as trouble:
            found.append(Problem(file, "the file", trouble.message, trouble.remedy))
            continue
        found += grammar.problems(raw, file)
    return found


def published(*, root: Path = shelf.ROOT) -> list[Problem]:
    """Find pages that were changed since they were published, or never were, or are gone."""
    packs = shelf.packs(root=root)
    return frozen(root, [path for pack in packs for path in (root / pack).glob("*.toml")])


def frozen(root: Path, paths: Iterable[Path]) -> list[Problem]:
    """Hold files to the list `PUBLISHED` of their folder: none changed, none unlisted, none gone.

    A line is the SHA-256 of the file's bytes, two spaces, and its path below `root`.
    """
    listed: dict[str, str] = {}
    for line in (root / "PUBLISHED").read_text("utf-8").splitlines():
        digest, _, file = line.partition("  ")
        listed[file] = digest
    files = {path.relative_to(root).as_posix(): path for path in paths}
    found: list[Problem] = []
    for file, path in sorted(files.items()):
        digest = reading.fingerprint(path.read_bytes()).removeprefix("sha256:")
        if file not in listed:
            remedy = f"If the page is finished, add the line: {digest}  {file}"
            found.append(Problem("PUBLISHED", file, "is not there.", remedy))
        elif listed[file] != digest:
            remedy = "A published page is frozen: restore it and write a new page."
            found.append(Problem(file, "the file", "was changed after it was published.", remedy))
    gone = sorted(listed.keys() - files.keys())
    found += [Problem("PUBLISHED", file, "does not exist.", "Restore the page.") for file in gone]
    return found


def _pack_problems(pack: str, catalog: Catalog, *, root: Path) -> list[Problem]:
    pages = shelf.pages(pack, root=root)
    files = [f"{pack}/{day.isoformat()}" for day in shelf.effective_dates(pack, root=root)]
    found = [
        p for page, file in zip(pages, files, strict=True) for p in guards.identity(page, file)
    ]
    if found:
        return found  # every other guard names a page by its pack and date
    before: Page | None = None
    for page in pages:
        base = None if page.base is None else _named(page.base, root=root)
        found += guards.facts(page, catalog) + guards.names(page)
        found += guards.citations(page, sources(root=root))
        found += guards.declared(page, before or base)
        found += _base(page, base) + _examples(page, root / f"{page.name}.md")
        before = page
    return found + guards.sequence(pages)


def _named(name: str, *, root: Path) -> Page | None:
    pack, _, effective = name.partition("/")
    pages = shelf.pages(pack, root=root) if pack in shelf.packs(root=root) else ()
    return next((page for page in pages if page.effective.isoformat() == effective), None)


def _base(page: Page, base: Page | None) -> list[Problem]:
    if page.base is None or base is not None:
        return []
    message = f"is {page.base}, which is no page."
    return [Problem(guards.file_of(page), "base", message, "Write it as medicare-rpm/2026-01-01.")]


def _examples(page: Page, path: Path) -> list[Problem]:
    try:
        return coverage.uncovered(page, examples.read(path, page))
    except PackError as trouble:
        return [Problem(f"{path.parent.name}/{path.name}", "the file", str(trouble), "")]
