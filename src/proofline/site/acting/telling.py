"""The answer of an act: JSON for programs, a table for the eye, a file where it holds one."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
from msgspec import inspect

from proofline.api.route import Route
from proofline.errors import ProoflineError, WrongUse

Json = Any
FILE = "file"
"""The field of an answer that holds the bytes of a file."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but tab and line end: C0, DEL, and C1, which JSON need not escape."""


def gives_a_file(route: Route) -> bool:
    """Whether the answer of a route holds a file."""
    if not isinstance(route.of, type):
        return False
    told = inspect.type_info(route.of)
    fields = told.fields if isinstance(told, inspect.StructType | inspect.DataclassType) else ()
    return any(one.name == FILE and isinstance(one.type, inspect.BytesType) for one in fields)


@contextmanager
def new_file(out: Path | None) -> Iterator[BinaryIO | None]:
    """Open the file of an answer before the act is done; nothing is left of it if that is refused.

    It is readable by its owner alone. Errors: WrongUse where no new file can be.
    """
    if out is None:
        yield None
        return
    file = _opened(out)
    try:
        yield file
    except BaseException:
        with suppress(OSError):  # what found no room before finds none now
            file.close()
        out.unlink(missing_ok=True)
        raise
    file.close()


def _opened(out: Path) -> BinaryIO:
    """Make a new file; where a link is, even to nowhere, there is something (POSIX of O_EXCL)."""
    try:
        return os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise WrongUse(
            "act.out_taken",
            f"Nothing can be laid down at {out}: {error.strerror}. Nothing was done.",
            "Name a new file, in a folder that there is and that you may write to.",
        ) from error


def lay_down(answer: bytes, out: Path, file: BinaryIO) -> bytes:
    """Write the file of an answer where it was opened; give the answer with its place instead.

    The act is done by now. So if there is no room, the answer is printed whole, the file in
    base64, before that is told. Errors: ProoflineError.
    """
    said = msgspec.json.decode(answer)
    try:
        file.write(base64.b64decode(said[FILE]))
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        click.echo(_visible(answer.decode()))
        raise ProoflineError(
            "act.not_laid_down",
            f"The act is done, but {out} could not be written: {error.strerror}.",
            "The answer is printed whole: its `file` is base64 of what was to be laid down.",
        ) from error
    return msgspec.json.encode({**said, FILE: os.fsencode(out).decode(errors="replace")})


def tell(answer: bytes, form: str) -> None:
    """Print an answer as JSON or as a table."""
    said = msgspec.json.decode(answer)
    if form == "json":
        click.echo(_visible(msgspec.json.format(answer, indent=2).decode()))
    else:
        _draw(said)


def _visible(text: str) -> str:
    """Write control characters, which a terminal acts on, as JSON may; it means the same there."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _draw(said: Json) -> None:
    from rich.table import Table  # noqa: PLC0415 - it takes long to load
    from rich.text import Text  # noqa: PLC0415

    from proofline.cli.screen import console  # noqa: PLC0415

    items = said["items"] if isinstance(said, dict) and "items" in said else [said]
    heads = list(dict.fromkeys(name for one in items for name, cell in one.items() if _cell(cell)))
    cells = [[_cell(one.get(head)) for head in heads] for one in items]
    out = console()
    if _width(heads, cells) <= out.width:
        table = Table(*heads, box=None, pad_edge=False)
        for row in cells:
            table.add_row(*map(Text, row))
        out.print(table)
    else:  # columns of a few characters nobody can read: a row below the other, cell by cell
        for row in cells:
            table = Table("", "", box=None, pad_edge=False, show_header=False)
            for head, cell in zip(heads, row, strict=True):
                table.add_row(*map(Text, (head, cell)))
            out.print(table)
            out.print()
    if isinstance(said, dict) and said.get("next"):
        click.echo(f"next: --cursor {said['next']}")


def _width(heads: list[str], rows: list[list[str]]) -> int:
    """Give how many characters wide a table is in which nothing is folded."""
    return sum(max(map(len, column)) + 2 for column in zip(heads, *rows, strict=True))


def _cell(value: Json) -> str:
    """Write a cell; what is unknown or empty is blank, and a column of nothing else is left out."""
    if isinstance(value, str):
        return _visible(value)
    return "" if value in (None, [], {}) else _visible(msgspec.json.encode(value).decode())
