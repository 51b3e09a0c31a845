"""Files that came or went, kept as they were beside the book, once each, by their digest."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from proofline.claims.book.log import sync_folder
from proofline.claims.trouble import ClaimsError

CAME, WENT = "came", "went"
_PRIVATE = 0o600


def keep(book: Path, kind: str, data: bytes, ending: str) -> Path:
    """Keep a file under `came` or `went` of a book; it is on disk when this returns.

    The same bytes are kept once. Errors: ClaimsError if it cannot be written.
    """
    folder = book / kind
    path = folder / f"{sha256(data).hexdigest()}.{ending}"
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        put_whole(path, data)
    except OSError as error:
        raise ClaimsError(
            "claims.not_kept",
            f"A file cannot be kept in {folder} ({error.strerror}); nothing was posted.",
            "Check the folder's permissions and make room, then give the same command again.",
        ) from error
    return path


def put_whole(path: Path, data: bytes) -> None:
    """Write a file aside, make it durable, and only then give it its name."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(file, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def kept(book: Path, kind: str, ending: str) -> list[Path]:
    """Give the files of an ending that were kept, in an order that does not change."""
    return sorted((book / kind).glob(f"*.{ending}"))
