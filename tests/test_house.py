"""The house rules that a machine can hold: sizes, names, docstrings, words, docs that keep up."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "proofline"
FILE_LINES, FUNCTION_LINES, PARAMETERS, POSITIONAL, FOLDER_FILES = 400, 60, 5, 4, 13
NO_NAMES = {
    *("util", "utils", "helper", "helpers", "common", "core", "misc", "base", "shared"),
    *("manager", "managers", "service", "services", "handler", "handlers", "stuff"),
}

# Each exception to a limit stands here, with its reason.
EXCEPTIONS: dict[str, str] = {
    "proofline/decide/deciding.py:decide": "the door of the room: the options of a decision",
    "proofline/decide/deciding.py:write_parquet": "the same door, into a folder",
    "proofline/web/screens.py:shown": "what every page is made of, template and all",
    "proofline/evidence": "one small file for each step from bytes to a checked, typed row",
    "proofline/intake/sources/fhir": "one small file for each resource, beside what they share",
}

# And to the length of a file.
LONG = {"packet/verify.py": "one file, so that a stranger can read all of it and run it alone"}

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Asked: TypeAlias = Function | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Call


@cache
def trees() -> dict[Path, ast.Module]:
    """Give every file of the house, taken apart once it is asked for."""
    return {
        path: ast.parse(path.read_text("utf-8"))
        for path in sorted(HOUSE.rglob("*.py"))
        if path.parent.name != "migrations"  # Django writes them
    }


@cache
def nodes() -> list[tuple[Path, Asked]]:
    """Everything in the house that a rule asks about, found in one walk through all of it."""
    return [
        (path, node)
        for path, tree in trees().items()
        for node in within(tree)
        if isinstance(node, Asked)
    ]


def within(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree in any order, in a third of the time that `ast.walk` takes."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        for value in vars(node).values():
            if isinstance(value, ast.AST):
                left.append(value)
            elif isinstance(value, list):
                left += [one for one in value if isinstance(one, ast.AST)]


@cache
def functions() -> list[tuple[str, Function]]:
    """Every function of the house with the place where it stands."""
    return [
        (f"{path.relative_to(HOUSE.parent)}:{node.name}", node)
        for path, node in nodes()
        if isinstance(node, Function)
    ]


def is_command(function: Function) -> bool:
    """Tell a click command, which takes one keyword for each of its options."""
    return any(".command" in ast.unparse(decorator) for decorator in function.decorator_list)


def arguments(function: Function) -> tuple[list[str], int]:
    """Give the positional parameters without self, and how many parameters there are in all."""
    taken = function.args
    positional = [a.arg for a in taken.posonlyargs + taken.args if a.arg not in {"self", "cls"}]
    return positional, len(positional) + len(taken.kwonlyargs)


def test_files_are_small() -> None:
    files = [*trees(), *HOUSE.rglob("*.sql"), *(ROOT / "tests").rglob("*.py")]
    long = {str(path): path.read_text("utf-8").count("\n") for path in files}
    over = {path for path, lines in long.items() if lines > FILE_LINES}
    assert over == {str(HOUSE / name) for name in LONG}


def test_folders_are_small() -> None:
    folders = {path.parent for path in trees()}
    crowded = {
        str(folder.relative_to(HOUSE.parent)): len(list(folder.glob("*.py"))) for folder in folders
    }
    over = {folder for folder, count in crowded.items() if count > FOLDER_FILES}
    assert sorted(over - set(EXCEPTIONS)) == []


def test_functions_are_short() -> None:
    long = {
        place: function.end_lineno - function.lineno + 1
        for place, function in functions()
        if function.end_lineno is not None
    }
    assert {place: lines for place, lines in long.items() if lines > FUNCTION_LINES} == {}


def test_functions_take_few_parameters() -> None:
    crowded = [
        place
        for place, function in functions()
        if not is_command(function)
        and (len(arguments(function)[0]) > POSITIONAL or arguments(function)[1] > PARAMETERS)
    ]
    assert sorted(set(crowded) - set(EXCEPTIONS)) == []


def test_no_exception_outlives_its_reason() -> None:
    places = {place for place, _ in functions()}
    folders = {str(path.parent.relative_to(HOUSE.parent)) for path in trees()}
    assert set(EXCEPTIONS) <= places | folders


def test_every_function_says_what_it_returns() -> None:
    assert [place for place, function in functions() if function.returns is None] == []


def test_everything_public_has_a_docstring() -> None:
    silent = [str(path) for path, tree in trees().items() if not ast.get_docstring(tree)]
    for path, node in nodes():
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            silent += [] if ast.get_docstring(node) else [f"{path}:{node.name}"]
    assert silent == []


def test_nothing_has_a_name_that_means_nothing() -> None:
    files = {path.stem for path in HOUSE.rglob("*") if "__pycache__" not in path.parts}
    classes = {
        word.lower() for name in public_classes() for word in re.findall(r"[A-Z][a-z]+", name)
    }
    assert (files | classes) & NO_NAMES == set()


def public_classes() -> set[str]:
    """Give the names of all classes of the house that do not begin with an underscore."""
    return {
        node.name
        for _, node in nodes()
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Meta"
    }


def test_the_glossary_knows_every_public_class() -> None:
    words = set(re.findall(r"`([A-Za-z0-9]+)`", (ROOT / "GLOSSARY.md").read_text("utf-8")))
    assert sorted(public_classes() - words) == []


def test_every_lock_names_what_it_is_for() -> None:
    """Or a referee is missing on a new machine, and its tests skip without anybody noticing."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups, project = told["dependency-groups"], told["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "run": project["dependencies"],
        "serve": [*extras["serve"], *extras["postgres"]],
        "test": [
            *groups["test"],
            *groups["check"],
            *(one for some in extras.values() for one in some),
        ],
        "bench": groups["bench"],
    }
    for lock, lines in wanted.items():
        assert sorted({canonical_name(line) for line in lines} - locked(f"{lock}.txt")) == [], lock


def locked(file: str) -> set[str]:
    """Give the packages that a lock pins, those of the locks it builds on included."""
    lines = (ROOT / "requirements" / file).read_text("utf-8").splitlines()
    below = [locked(line.removeprefix("-r ")) for line in lines if line.startswith("-r ")]
    return {canonical_name(line) for line in lines if "==" in line}.union(*below)


def canonical_name(line: str) -> str:
    """Give the name of a requirement without case, version, extras, and with one kind of dash."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", line)[0]).lower()


def test_every_dependency_has_its_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for lines in extras for line in lines)]
    names = {re.split(r"[^A-Za-z0-9-]", line)[0] for line in wanted}
    decided = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs/decisions").glob("*.md"))
    assert sorted(name for name in names if f"`{name}`" not in decided) == []


def test_every_dependency_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[^a-z0-9-]", line)[0] for line in project["dependencies"]}
    imported = {name.split(".")[0] for _, node in nodes() for name in imports(node)}
    assert sorted(names - imported) == []


def imports(node: ast.AST) -> list[str]:
    """Name the modules that one statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_every_decision_is_one_screen_with_three_parts() -> None:
    pages = list((ROOT / "docs/decisions").glob("*.md"))
    assert len(pages) > 40
    for path in pages:
        text = path.read_text("utf-8")
        assert re.match(r"\d{4}-[a-z0-9-]+$", path.stem), path
        assert headings(text) == ["Context", "Choice", "Consequence"], path
        assert text.count("\n") <= 50, path


def headings(text: str) -> list[str]:
    """Give the second-level headings of a page of Markdown, in order."""
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def error_codes() -> set[str]:
    """Collect every code that an error of our family is raised with, by reading the source."""
    pattern = re.compile(r"[a-z]+\.[a-z0-9_]+$")
    return {
        argument.value
        for _, call in nodes()
        if isinstance(call, ast.Call) and is_error_class(last_name(call.func))
        for argument in [*call.args[:1], *(k.value for k in call.keywords if k.arg == "code")]
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and pattern.match(argument.value)
    }


@cache
def is_error_class(name: str) -> bool:
    """Tell whether one of our classes of this name is, or comes from, the error of the family."""
    return name == "ProoflineError" or any(map(is_error_class, parents().get(name, ())))


@cache
def parents() -> dict[str, set[str]]:
    """Give what the classes of a name come from, by the name."""
    found: dict[str, set[str]] = {}
    for _, node in nodes():
        if isinstance(node, ast.ClassDef):
            above = {last_name(base) for base in node.bases} - {node.name}
            found.setdefault(node.name, set()).update(above)
    return found


def last_name(node: ast.expr) -> str:
    """Give the name by which an expression calls something, without where it is found."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_every_error_code_is_documented() -> None:
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    assert sorted(code for code in error_codes() if f"`{code}`" not in text) == []


@pytest.mark.parametrize("path", [HOUSE, ROOT / "tests", ROOT / "docs"], ids=lambda p: p.name)
def test_nothing_is_left_for_later(path: Path) -> None:
    later = re.compile("TO" + "DO|FIX" + "ME|XX" + "X")
    texts = [p for p in path.rglob("*") if p.suffix in {".py", ".sql", ".toml", ".md"}]
    assert texts
    assert [str(p) for p in texts if later.search(p.read_text("utf-8"))] == []


def test_what_the_suite_samples_stands_in_one_table() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## What the suite samples")[2]
    files = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    asked = {name for text in files for name in re.findall(r'\b(?:tried|sampled)\("(\w+)"', text)}
    assert asked
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == asked
    of_ours = re.compile(
        r'"(PROBE_\w+|PROOFLINE_EXAMPLES)".*environ|environ.*"(PROBE_|PROOFLINE_EX)'
    )
    assert sum(of_ours.search(text) is not None for text in files) == 1, "sampling.py reads them"
