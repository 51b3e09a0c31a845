"""The payloads as they arrived, kept beside the evidence under their digest.

Years later a reading can be led back to the bytes that brought it: `provenance` names the digest
and the place in them. Equal bytes are kept once, and nothing kept is ever written over.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from proofline.intake.durable import put
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.intake.payloads.payload import Payload

FOLDER = "payloads"
_CHUNK = 1024 * 1024


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
        put(part, path)
    except OSError as error:
        raise _not_kept(sent.name, part, error) from error
    return path


def keep_file(sent: Path, evidence: Path) -> tuple[str, Path]:
    """Keep a file that may be larger than memory; give the digest of its bytes and where they lie.

    Errors: IntakeError if it cannot be read or its bytes cannot be written.
    """
    part = evidence / FOLDER / f".{os.getpid()}.part"
    digest = hashlib.sha256()
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with sent.open("rb") as source, part.open("wb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        path = evidence / place_of(digest.hexdigest())
        if path.exists():
            part.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            put(part, path)
    except OSError as error:
        raise _not_kept(sent.name, part, error) from error
    return digest.hexdigest(), path


def _not_kept(name: str, part: Path, error: OSError) -> IntakeError:
    part.unlink(missing_ok=True)
    return IntakeError(
        "intake.not_kept",
        f"The bytes of {name} cannot be kept ({error.strerror}).",
        "Make room in the evidence folder, and give the command again.",
    )
