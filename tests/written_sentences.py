"""The sentences that stand in code, with `~` where something is put in, as tests look for them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def gaps(said: str) -> str:
    """Give a text that is listed with `~` for what is put into it."""
    return re.sub(r"%\(\w+\)s", "~", said)


def sentences_of(folder: Path, *paths: str) -> Iterator[str]:
    """Give each text of these files that begins in a capital and ends in a dot, with `~` for gaps.

    Docstrings are not told to anybody.
    """
    for path in (one for name in paths for one in sorted(folder.glob(name))):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        parts = {
            id(x) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for x in node.values
        }
        for node in ast.walk(tree):
            said = written(node) if id(node) not in docs | parts else ""
            if re.fullmatch(r"[A-Z~`].* .*\.", said, re.DOTALL):
                yield re.sub("~+", "~", said)


def written(node: ast.AST) -> str:
    """Give a text as it is written, with `~` where something is put in; blank for all else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(written(part) if isinstance(part, ast.Constant) else "~" for part in node.values)
