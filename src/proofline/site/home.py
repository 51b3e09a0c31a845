"""The folder of the book: what lies in it, names and readings, is for the service's user alone."""

from __future__ import annotations

import os
from pathlib import Path

from proofline.errors import WrongUse


def kept_private(home: Path) -> Path:
    """Give the folder, made for its owner only; one that is there is left as its owner has it.

    Errors: WrongUse if it cannot be made, or not written to.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _wrong(f"cannot be made ({error.strerror})") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise _wrong("cannot be written to by this user")
    return home


def _wrong(why: str) -> WrongUse:
    return WrongUse(
        "site.setting",
        f"The folder that the environment variable PROOFLINE_HOME names {why}.",
        "Name another folder, or give it to the user that the service runs as.",
    )
