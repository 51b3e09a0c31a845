"""The payloads as they arrived, kept beside the evidence under their digest.

Years later a reading can be led back to the bytes that brought it: `provenance` names the digest
and the place in them. Equal bytes are kept once, and nothing kept is ever written over.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.intake.payload import Payload

FOLDER = "payloads"


def place_of(sha256: str) -> str:
    """Where in the evidence folder the bytes of this digest lie."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def keep(sent: Payload, evidence: Path) -> Path:
    """Keep the bytes of a payload, durably, and give where they lie.

    Errors: IntakeError if they cannot be written; then nothing of the payload may be taken in.
    """
    path = evidence / place_of(sent.sha256)
    if path.exists():
        return path
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(sent.data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise IntakeError(
            "intake.not_kept",
            f"The bytes of {sent.name} cannot be kept ({error.strerror}).",
            "Make room in the evidence folder, and give the command again.",
        ) from error
    return path
