"""The answer of an act: JSON for programs, a table for the eye, a file where it holds one."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import inspect

from proofline.api.route import Route
from proofline.errors import WrongUse

Json = Any
FILE = "file"
"""The field of an answer that holds the bytes of a file."""


def gives_a_file(route: Route) -> bool:
    """Whether the answer of a route holds a file."""
    if not isinstance(route.of, type):
        return False
    told = inspect.type_info(route.of)
    fields = told.fields if isinstance(told, inspect.StructType | inspect.DataclassType) else ()
    return any(one.name == FILE and isinstance(one.type, inspect.BytesType) for one in fields)


def refuse_taken(out: Path | None) -> None:
    """Refuse a place where something is, before anything is done. Errors: WrongUse."""
    if out is not None and (out.exists() or not out.parent.is_dir()):
        raise WrongUse(
            "act.out_taken",
            f"Nothing can be laid down at {out}: something is there, or there is no such folder.",
            "Name a new file in a folder that there is.",
        )


def tell(answer: bytes, form: str, out: Path | None) -> None:
    """Print an answer; its file is laid down at `out`, readable by its owner alone."""
    said = msgspec.json.decode(answer)
    if out is not None:
        _lay_down(out, base64.b64decode(said[FILE]))
        said[FILE] = str(out)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(said), indent=2))
    else:
        _draw(said)


def _lay_down(out: Path, data: bytes) -> None:
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _draw(said: Json) -> None:
    from rich.table import Table  # noqa: PLC0415 - it takes long to load
    from rich.text import Text  # noqa: PLC0415

    from proofline.cli.screen import console  # noqa: PLC0415

    items = said["items"] if isinstance(said, dict) and "items" in said else [said]
    table = Table(box=None, pad_edge=False)
    heads = list(dict.fromkeys(name for one in items for name, cell in one.items() if _cell(cell)))
    for head in heads:
        table.add_column(head, overflow="fold")
    for one in items:
        table.add_row(*(Text(_cell(one.get(head))) for head in heads))
    console().print(table)
    if isinstance(said, dict) and said.get("next"):
        click.echo(f"next: --cursor {said['next']}")


def _cell(value: Json) -> str:
    """Write a cell; what is unknown or empty is blank, and a column of nothing else is left out."""
    if isinstance(value, str):
        return value
    return "" if value in (None, [], {}) else msgspec.json.encode(value).decode()
