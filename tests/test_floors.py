"""Imports point downwards, and the core has never heard of a framework, a clock or a die."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "proofline"
CORE = (
    *("claims", "decide", "evidence", "explain", "facts", "insight", "intake", "ledger"),
    *("packet", "packs"),
)
FOREIGN = ("django", "pyspark", "requests", "sqlglot")
HEAVY = ("duckdb", "numpy", "pyarrow", "sqlglot", "pyspark", "pandas")

# Calls whose answer depends on when or how often they are asked.
RESTLESS_CALLS = {
    *("now", "today", "utcnow", "localtime", "time_ns", "perf_counter", "monotonic"),
    *("uuid1", "uuid4", "urandom", "token_hex", "getrandbits"),
}
RESTLESS_MODULES = {
    *("logging", "random", "secrets", "uuid"),
    *("http", "requests", "socket", "urllib.request"),
}
RESTLESS_SQL = re.compile(
    r"\b(now|today|current_date|current_timestamp|random|rand|uuid|gen_random_uuid)\b\s*\(?",
    re.IGNORECASE,
)


def core_files(pattern: str) -> list[Path]:
    found = [path for room in CORE for path in sorted((HOUSE / room).rglob(pattern))]
    return [*found, HOUSE / "errors.py"] if pattern == "*.py" else found


def restless(tree: ast.AST) -> list[str]:
    """Name what in a syntax tree asks a clock, rolls a die, keeps a log or goes out on the net."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if is_restless(alias.name)]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            found += [node.module] if is_restless(node.module) else []
        elif isinstance(node, ast.Call):
            name = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            found += [f"{name}()"] if name in RESTLESS_CALLS or name == "print" else []
    return found


def is_restless(module: str) -> bool:
    """Tell a module that the core must not know, by its whole name or its first part."""
    return module in RESTLESS_MODULES or module.split(".", maxsplit=1)[0] in RESTLESS_MODULES


@pytest.mark.slow
def test_import_linter_finds_no_upward_import() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.slow
def test_a_fresh_interpreter_imports_the_whole_core_and_nothing_foreign() -> None:
    modules = [
        ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in core_files("*.py")
    ]
    loaded = modules_after(f"import {', '.join(modules)}")
    assert set(modules) <= loaded
    assert not [name for name in FOREIGN if name in loaded]


@pytest.mark.slow
def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    loaded = modules_after("import proofline.cli")
    assert not [name for name in HEAVY if name in loaded]


def modules_after(statement: str) -> set[str]:
    source = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(run.stdout.split())


@pytest.mark.slow
def test_the_core_asks_no_clock_and_rolls_no_die() -> None:
    found = {
        path.relative_to(HOUSE): restless(ast.parse(path.read_text(encoding="utf-8")))
        for path in core_files("*.py")
    }
    assert len(found) > 200
    assert {path: asked for path, asked in found.items() if asked} == {}


def test_neither_does_its_sql() -> None:
    found = {
        path.relative_to(HOUSE): RESTLESS_SQL.findall(
            re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        )
        for path in core_files("*.sql")
    }
    assert len(found) > 30
    assert {path: asked for path, asked in found.items() if asked} == {}


@pytest.mark.parametrize(
    "slip",
    [
        "import logging",
        "import urllib.request",
        "from random import choice",
        "datetime.now(UTC)",
        "date.today()",
        "print(1)",
    ],
)
def test_the_search_finds_what_it_is_looking_for(slip: str) -> None:
    assert restless(ast.parse(slip)) != []
