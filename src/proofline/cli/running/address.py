"""The address to be served on, looked at before anything is made: the first start takes long."""

from __future__ import annotations

import socket

from proofline.errors import WrongUse


def refuse_a_taken_address(bind: str) -> None:
    """Refuse HOST:PORT that cannot be listened on; other addresses are the server's to judge.

    Errors: WrongUse.
    """
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or bind.startswith("unix:"):
        return
    host = host.removeprefix("[").removesuffix("]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if int(port) > _LAST:
        raise _cannot_be_served(bind, "there is no such port")
    try:
        socket.create_server((host, int(port)), family=family).close()
    except OSError as error:
        raise _cannot_be_served(bind, error.strerror or "it is no address") from error


_LAST = 65_535


def _cannot_be_served(bind: str, why: str) -> WrongUse:
    return WrongUse(
        "serve.address_taken",
        f"Nothing can be served on {bind}: {why}.",
        "End what is served there, or name another address with --bind.",
    )
