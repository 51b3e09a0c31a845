"""Files that hold health data: whole or not there, and nobody else's to read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE = 0o600


def write(path: Path, data: bytes) -> None:
    """Write a file that stands under its name only when it is whole; only its owner may read it.

    Errors: ProoflineError where it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb"
        ) as file:
            file.write(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ProoflineError(
            "packet.not_written",
            f"{path} cannot be written ({error.strerror}).",
            "Check the folder and its permissions, and make room.",
        ) from error
