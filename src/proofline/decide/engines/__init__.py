"""What an engine must do: keep relations and ask them. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from proofline.evidence.database import Connection


class Engine(Protocol):
    """A place where the models run. All SQL given to it is DuckDB's, in the portable subset."""

    name: str

    def define(self, relation: str, sql: str) -> None:
        """Name a query; it is asked anew each time it is used."""

    def keep(self, relation: str, sql: str) -> None:
        """Run a query once and keep its rows under a name."""

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        """Run a query and yield its rows in order."""


@runtime_checkable
class Writer(Engine, Protocol):
    """An engine for so many rows that they are written where they are found."""

    def write(self, sql: str, path: Path) -> None:
        """Run a query and write its rows to one Parquet file (or folder of parts)."""


class Staged(Protocol):
    """Whatever has relations standing in a connection, such as opened evidence."""

    @property
    def connection(self) -> Connection:
        """Give the connection in which they stand."""
