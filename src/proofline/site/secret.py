"""The key that signs sessions: given by the operator, or made once and kept in the home folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SECRET_FILE = "secret.key"  # noqa: S105 - the name of a file
_LENGTH = 64


def secret_key(given: str, home: Path) -> str:
    """Give the operator's key, else the one kept in the home folder, else make and keep one."""
    if given:
        return given
    path = home / SECRET_FILE
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(file, "w", encoding="ascii") as kept:
        kept.write(secrets.token_urlsafe(_LENGTH))
    return path.read_text("ascii").strip()
