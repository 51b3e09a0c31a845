"""The key that signs sessions: given by the operator, or made once and kept in the home folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from proofline.store.safekeeping.sealed.keys import make_once

SECRET_FILE = "secret.key"  # noqa: S105 - the name of a file
_LENGTH = 64


def secret_key(given: str, home: Path) -> str:
    """Give the operator's key, else the one kept in the home folder, else make and keep one."""
    if given:
        return given
    made = secrets.token_urlsafe(_LENGTH).encode("ascii")
    return make_once(home / SECRET_FILE, made).decode("ascii").strip()
