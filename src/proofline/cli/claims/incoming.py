"""Files that came back, read whole or refused whole, one after the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from proofline.cli.trouble import tell
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from proofline.claims.back.parts import Envelope

    Read = TypeVar("Read")
    Decorated = TypeVar("Decorated", bound=Callable[..., object])


def files_argument(command: Decorated) -> Decorated:
    """Add FILES."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.argument("files", nargs=-1, required=True, type=kind)(command)


def form_option(command: Decorated) -> Decorated:
    """Add `--form`."""
    return click.option(
        "--form",
        type=click.Choice(["table", "ndjson"]),
        default="table",
        show_default=True,
        help="A table for the eye, or one JSON object a line with everything that was sent.",
    )(command)


def strict_option(command: Decorated) -> Decorated:
    """Add `--strict`."""
    return click.option(
        "--strict",
        is_flag=True,
        help="Exit with status 3 if a file that was read contradicts itself or its guide.",
    )(command)


def each_whole(
    files: Iterable[Path], read: Callable[[bytes], Iterator[Read]]
) -> Iterator[tuple[Path, Iterator[Read] | None]]:
    """Give each file with what is in it; None for a file that was refused, which is told.

    A file is gone through to its end before anything of it is given, without holding it in memory
    but as bytes, so that nothing is ever shown of a file that is refused further down.
    """
    for path in files:
        data = whole_bytes(path)
        try:
            for _ in read(data):
                pass
        except ProoflineError as trouble:
            click.echo(f"{path.name}: refused", err=True)
            tell(trouble)
            yield path, None
        else:
            yield path, read(data)


def dollars(cents: int) -> str:
    """Write whole cents as dollars with two decimals."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{part:02}"


def heading(envelope: Envelope) -> str:
    """Name an envelope: the sender and the control numbers; loud when it is a test."""
    test = "  TEST FILE, not to be booked" if envelope.test else ""
    numbers = " ".join(filter(None, (envelope.interchange, envelope.group, envelope.control)))
    return f"from {envelope.sender}, control numbers {numbers}{test}"


def whole_bytes(path: Path) -> bytes:
    """Read a file, one byte more than allowed at most, so that a larger one is refused."""
    from proofline.claims.x12.tokens import FILE_BYTES  # noqa: PLC0415

    with path.open("rb") as file:
        return file.read(FILE_BYTES + 1)
