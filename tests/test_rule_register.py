"""docs/rules.md is the register of every rule id: whoever meets one can look it up in a clone."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from proofline.facts import catalog
from proofline.packs.shelf import ROOT as PACKS
from proofline.packs.sources import sources
from scenarios import own

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "proofline"
REGISTER = ROOT / "docs" / "rules.md"
PAGES_ONLY = "*For the pages only.*"
CONTRACT = "the evidence contract"

LAW = r"R-[A-Z0-9]+-\d+"
# An id of the evidence contract; a diagnosis such as E11.9 is none, nor is a word in quotes.
READING = r"E\d{1,2}(?!\.?\d)"
ID = re.compile(rf"(?<![\w.\"'-])(?:{LAW}|{READING})\b")
# What a stranger to our notes could not look up: a page or a chapter of them.
UNRESOLVED = re.compile(
    r"evidence\.md \d|rules\.md (?:section|\d)|\brules (?:section \d|\d\d?\.\d)"
    r"|\bevidence \d|\bgolden G\d|/work/shared"
)


@cache
def register() -> dict[str, tuple[str, str]]:
    """Read what each id says and what it rests on."""
    row = re.compile(rf"\| ({LAW}|{READING}) \| (.+?) \| (.+?) \|")
    lines = REGISTER.read_text("utf-8").splitlines()
    rows = [match.groups() for match in map(row.fullmatch, lines) if match]
    assert [name for name, count in Counter(row[0] for row in rows).items() if count > 1] == []
    return {name: (says, rests) for name, says, rests in rows}


def said(path: Path) -> str:
    """Give what a file says to a reader: comments of SQL, docstrings, the rules of the facts."""
    text = path.read_text("utf-8")
    if not ID.search(text):
        return ""
    if path.suffix == ".py":
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef
        nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))
        return "\n".join(ast.get_docstring(node) or "" for node in nodes)
    if path.suffix == ".sql":
        return "\n".join(re.findall(r"--.*", text))
    return "\n".join(fact.rule for fact in catalog().values())


@cache
def citations() -> dict[str, set[str]]:
    """Collect, for each file of the house that cites rules, the ids that it cites."""
    files = [*HOUSE.rglob("*.sql"), *HOUSE.rglob("*.py"), HOUSE / "facts/catalog.toml"]
    found = {str(path.relative_to(HOUSE)): set(ID.findall(said(path))) for path in files}
    return {path: ids for path, ids in found.items() if ids}


@pytest.mark.slow
def test_every_id_that_the_house_cites_is_in_the_register() -> None:
    assert len(citations()) > 20  # the models, the catalog, a docstring
    lost = {path: ids - set(register()) for path, ids in citations().items()}
    assert {path: ids for path, ids in lost.items() if ids} == {}


def test_every_id_of_the_register_is_cited_or_for_the_pages_only() -> None:
    cited = set().union(*citations().values())
    uncited = {name for name in register() if name not in cited}
    assert uncited == {name for name, (says, _) in register().items() if PAGES_ONLY in says}


@pytest.mark.slow
def test_every_id_that_a_test_cites_is_in_the_register() -> None:
    files = [path for kind in ("*.py", "*.md") for path in (ROOT / "tests").rglob(kind)]
    law = re.compile(rf"(?<![\w-]){LAW}\b")
    cited = {name for path in files for name in law.findall(path.read_text("utf-8"))}
    assert cited
    assert cited - set(register()) == set()


def test_every_scenario_of_ours_names_its_rules_by_their_ids_alone() -> None:
    rules = {scenario.name: scenario.what.rpartition(" (")[2][:-1] for scenario in own()}
    assert rules
    assert {
        name: rule for name, rule in rules.items() if not set(rule.split(", ")) <= set(register())
    } == {}


def test_the_evidence_contract_has_its_fifteen_rules() -> None:
    assert [name for name in register() if name.startswith("E")] == [f"E{n}" for n in range(1, 16)]
    resting = [name for name, (_, rests) in register().items() if CONTRACT in rests]
    assert resting == [f"E{n}" for n in range(1, 16)]


def test_every_fact_names_its_rules_by_their_ids_alone() -> None:
    said_otherwise = {
        fact.name: fact.rule
        for fact in catalog().values()
        if not all(ID.fullmatch(part) for part in fact.rule.split(", "))
    }
    assert said_otherwise == {}


@pytest.mark.slow
def test_every_rule_rests_on_sources_or_policies_that_exist() -> None:
    pages = [tomllib.loads(path.read_text("utf-8")) for path in PACKS.glob("*/*.toml")]
    policies = {name for page in pages for name in page.get("policy", {})}
    for name, (_, rests) in register().items():
        for part in rests.split(", "):
            policy = re.fullmatch(r"policy `(\w+)`", part)
            key = re.fullmatch(r"`([\w-]+)`", part)
            known = (policy and policy[1] in policies) or (key and key[1] in sources())
            assert known or part in {CONTRACT, "no source found"}, f"{name} rests on {part}"


@pytest.mark.slow
@pytest.mark.parametrize("place", ["src", "docs", "tests"])
def test_nothing_points_at_papers_that_are_not_here(place: str) -> None:
    kinds = {".py", ".sql", ".toml", ".md"}
    files = {path for path in (ROOT / place).rglob("*") if path.suffix in kinds}
    files -= {Path(__file__)}  # which has to name what it looks for
    assert files
    assert [str(p) for p in files if UNRESOLVED.search(p.read_text("utf-8"))] == []
