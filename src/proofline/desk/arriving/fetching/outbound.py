"""The one way out: to hosts that are named, at addresses of the open internet, and nowhere else.

A name is resolved once, every address of it has to be a public one, and the connection goes to that
very address, so that a second answer of the resolver changes nothing. Redirects are not followed,
nothing in a message is ever an address to fetch, and an answer has a longest length.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from proofline.errors import ProoflineError

FORM = "application/x-www-form-urlencoded"
PATIENCE = 15.0
LONGEST_ANSWER = 4 << 20
_HTTPS = 443
_OK = 200

Resolve = Callable[[str], list[str]]
"""Gives the addresses of a host name."""


class NotFetched(ProoflineError):
    """The other side was not asked, or did not give what it was asked for."""


def resolve(host: str) -> list[str]:
    """Ask the system for the addresses of a host. Raises: OSError."""
    found = socket.getaddrinfo(host, _HTTPS, type=socket.SOCK_STREAM)
    return sorted({str(one[4][0]) for one in found})


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, whose certificate has to be that of the host."""

    def __init__(self, host: str, address: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=PATIENCE, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        """Connect to the address, not to whatever the name means by now."""
        wire = socket.create_connection((self._address, self.port), PATIENCE)
        self.sock = self._tls.wrap_socket(wire, server_hostname=self.host)


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet: not this machine, not this network."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None:
        return bool(inner.is_global and not inner.is_multicast)
    return bool(found.is_global and not found.is_multicast)


@dataclass(frozen=True, slots=True)
class Outbound:
    """Asks hosts that are allowed; `is_open` says whether an address may be connected to."""

    hosts: frozenset[str]
    resolve: Resolve = resolve
    is_open: Callable[[str], bool] = is_public
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    port: int = _HTTPS

    def post(self, host: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Post to a path of an allowed host; give the answer. Errors: NotFetched."""
        address = self._address(host)
        wire = _Pinned(host, address, self.port, self.context)
        try:
            wire.request("POST", path, body, dict(headers))
            answer = wire.getresponse()
            if answer.status != _OK:
                raise _not_fetched("fetch.refused", f"{host} answered {answer.status}.")
            found = answer.read(LONGEST_ANSWER + 1)
        except (OSError, http.client.HTTPException) as error:
            kind = type(error).__name__
            raise _not_fetched("fetch.failed", f"{host} could not be asked ({kind}).") from error
        finally:
            wire.close()
        if len(found) > LONGEST_ANSWER:
            raise _not_fetched("fetch.too_long", f"{host} answered with too much.")
        return found

    def _address(self, host: str) -> str:
        if host not in self.hosts:
            raise _not_fetched("fetch.not_allowed", "That host is not one of those allowed.")
        try:
            found = self.resolve(host)
        except OSError as error:
            raise _not_fetched("fetch.failed", f"{host} has no address.") from error
        if not found or not all(self.is_open(one) for one in found):
            raise _not_fetched("fetch.inside", f"{host} leads to an address that is not public.")
        return found[0]


def _not_fetched(code: str, message: str) -> NotFetched:
    return NotFetched(code, message, "It is tried again; after five times somebody has to look.")
