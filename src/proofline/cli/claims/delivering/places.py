"""Where files go: a folder that a clearinghouse empties, or a folder of an SFTP server."""

from __future__ import annotations

import base64
import os
import socket
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any

from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSPHRASE = "PROOFLINE_SFTP_PASSPHRASE"  # noqa: S105 - the name of a variable, not what it holds
SILENCE_SECONDS = 30.0


class Folder:
    """A folder that a clearinghouse's own program empties."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self.where, self._folder = str(folder), folder

    def size(self, name: str) -> int | None:
        """Give the size of a file, None where there is none."""
        path = self._folder / name
        return path.stat().st_size if path.exists() else None

    def read(self, name: str) -> bytes:
        """Give what a file holds."""
        return (self._folder / name).read_bytes()

    def put(self, name: str, data: bytes) -> None:
        """Write a file and make it durable."""
        with (self._folder / name).open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())

    def rename(self, name: str, to: str) -> None:
        """Give a file its name; never over another."""
        from proofline.claims.book.log import sync_folder  # noqa: PLC0415

        os.link(self._folder / name, self._folder / to)
        (self._folder / name).unlink()
        sync_folder(self._folder)


class Sftp:
    """A folder of an SFTP server."""

    def __init__(self, client: Any, where: str, folder: str) -> None:  # noqa: ANN401
        """Take an open connection (paramiko's SFTPClient)."""
        self._client, self.where, self._folder = client, where, folder.rstrip("/")

    def size(self, name: str) -> int | None:
        """Give the size of a file, None where there is none."""
        try:
            return int(self._client.stat(self._at(name)).st_size)
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes:
        """Give what a file holds."""
        with self._client.open(self._at(name), "rb") as file:
            return bytes(file.read())

    def put(self, name: str, data: bytes) -> None:
        """Write what is missing of a file; all of it where something else is there."""
        there = self.size(name) or 0
        goes_on = 0 < there <= len(data) and self.read(name) == data[:there]
        with self._client.open(self._at(name), "ab" if goes_on else "wb") as file:
            file.write(data[there:] if goes_on else data)

    def rename(self, name: str, to: str) -> None:
        """Give a file its name; SFTP refuses that over another."""
        self._client.rename(self._at(name), self._at(to))

    def _at(self, name: str) -> str:
        return f"{self._folder}/{name}" if self._folder else name


@contextmanager
def sftp(host: str, host_key: str, user: str, key: Path) -> Iterator[Any]:
    """Open a connection to a server whose key is the pinned one; nothing is said to another.

    Errors: ProoflineError if the server is not reached, has another key, or refuses ours.
    """
    try:
        paramiko: Any = import_module("paramiko")
    except ImportError as error:
        raise ProoflineError(
            "claims.send_extra", "SFTP needs paramiko.", "Install it: pip install proofline[sftp]"
        ) from error
    name, _, port = host.partition(":")
    try:
        line = socket.create_connection((name, int(port or 22)), timeout=SILENCE_SECONDS)
        with line, paramiko.Transport(line) as transport:
            transport.start_client(timeout=SILENCE_SECONDS)
            _refuse_other(transport.get_remote_server_key().asbytes(), host_key, host)
            secret = os.environ.get(PASSPHRASE, "").encode() or None
            transport.auth_publickey(user, paramiko.PKey.from_path(key, secret))
            client = paramiko.SFTPClient.from_transport(transport)
            client.get_channel().settimeout(SILENCE_SECONDS)
            yield client
    except paramiko.AuthenticationException as error:
        raise ProoflineError(
            "claims.send_login", f"{host} refused {user} with this key.", "Check --user and --key."
        ) from error
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise failed(host, error) from error


def _refuse_other(server: bytes, pinned: str, host: str) -> None:
    """Refuse a server whose key is not the pinned one."""
    found = "SHA256:" + base64.b64encode(sha256(server).digest()).decode().rstrip("=")
    if found != pinned.rstrip("="):
        raise ProoflineError(
            "claims.send_host_key",
            f"{host} has the key {found}, which is not the pinned one; nothing was sent.",
            "Ask the receiver by telephone whether the key was changed, and by whom.",
        )


def failed(where: str, error: Exception) -> ProoflineError:
    """Give the trouble of a place that cannot be reached or written."""
    return ProoflineError(
        "claims.send_failed",
        f"{where} could not be reached or written ({type(error).__name__}).",
        "Send again: what arrived is not sent twice.",
    )
