"""New files of secrets and of sealed bytes: for their owner only, and whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from proofline.errors import ProoflineError


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, for its owner only."""
    with _new(path) as file:
        file.write(data)


def write_sealed(into: Path, parts: Iterable[bytes], public: bytes) -> None:
    """Seal bytes into a file that is not there yet; trouble with them leaves none behind.

    Until it is whole it is called FILE.part; what is called so already is somebody's.
    """
    from proofline.store.safekeeping.sealed.sealing import seal  # noqa: PLC0415 - only here is it wanted

    part = into.with_name(f"{into.name}.part")
    with _new(part) as file:
        try:
            write_new(into, b"")
            try:
                seal(parts, public, os.urandom(32), file.write)
                file.flush()
                os.fsync(file.fileno())
                part.replace(into)
            except BaseException:
                into.unlink()
                raise
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _new(path: Path) -> BinaryIO:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ProoflineError(
            "store.file_exists", f"{path} is there already.", "Name another file."
        ) from error
    return os.fdopen(handle, "wb")
