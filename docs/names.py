"""What the glossary says of names in code: every public class with its first sentence, by room."""

from __future__ import annotations

import ast
from pathlib import Path

HOUSE = Path(__file__).parents[1] / "src" / "proofline"
ROOMS = (
    *("errors", "evidence", "intake", "facts", "packs", "ledger"),
    *("decide", "explain", "claims", "packet", "store", "desk", "cli", "api", "web", "site"),
)
HEAD = """\
## Names in code

What each public class stands for, room by room; written by `./dev docs`. FHIR's shapes keep
FHIR's names.
"""


def names_section() -> str:
    """Give the last section of the glossary."""
    return HEAD + "".join(
        f"\n### {room}\n\n| class | stands for |\n|---|---|\n" + "".join(map(row, classes(room)))
        for room in ROOMS
    )


def classes(room: str) -> list[ast.ClassDef]:
    """Find the public classes of a room, in the order of its files."""
    place = HOUSE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    files = [path for path in files if path.parent.name != "migrations"]  # Django writes them
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    named = [node for node in found if node.name != "Meta"]  # Django's word, and no thing of ours
    return [node for node in named if not node.name.startswith("_")]


def row(node: ast.ClassDef) -> str:
    """Write the row of a class: its name and the first sentence of its docstring."""
    said = (ast.get_docstring(node) or "").splitlines()[0].rstrip(".").replace("|", "\\|")
    return f"| `{node.name}` | {said} |\n"
