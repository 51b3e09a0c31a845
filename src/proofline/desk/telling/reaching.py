"""Reaching an address of somebody else's choosing, and nothing behind our own walls.

The name is looked up once, every address it has must be a public one, and the connection goes to
the address that was checked. Redirects are not followed, and of the answer only its status is read.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

_EACH, _WHOLE = 5.0, 10.0
"""Seconds for each step, and for all of an attempt."""

_CARRIES_IPV4 = tuple(
    map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
"""IPv6 addresses that stand for an IPv4 one, which may be any."""

_HTTPS = 443


class Unreachable(Exception):
    """Nobody was reached; the word says why, and holds nothing of the address."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the operator lets us reach: hosts, `name` or `name:port`, that need not be public.

    Only these may be reached by http, too. `trust` are certificates of our own, for tests.
    """

    hosts: Collection[str] = ()
    trust: ssl.SSLContext | None = None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a message; give the status of the answer. Errors: Unreachable."""
        said = _split(url)
        place = (said.hostname or "", said.port or (_HTTPS if said.scheme == "https" else 80))
        known = bool({place[0], f"{place[0]}:{place[1]}"} & set(self.hosts))
        if said.scheme != "https" and not known:
            raise Unreachable("scheme")
        family, address = _checked(place, known=known)
        try:
            return self._asked(said, (family, address), headers, body)
        except (OSError, HTTPException) as error:
            raise Unreachable("no answer") from error

    def _asked(
        self,
        said: SplitResult,
        to: tuple[int, tuple[str, int]],
        headers: Mapping[str, str],
        body: bytes,
    ) -> int:
        stream = socket.socket(to[0], socket.SOCK_STREAM)
        stream.settimeout(_EACH)
        watch = Timer(_WHOLE, _cut, [stream])
        watch.start()
        try:
            stream.connect(to[1])
            if said.scheme == "https":
                context = self.trust or ssl.create_default_context()
                stream = context.wrap_socket(stream, server_hostname=said.hostname)
            asked = HTTPConnection(said.hostname or "", said.port)
            asked.sock = stream
            path = (said.path or "/") + (f"?{said.query}" if said.query else "")
            asked.request("POST", path, body, {**headers, "Host": said.netloc})
            return asked.getresponse().status
        finally:
            watch.cancel()
            stream.close()


def leads_inside(url: str, hosts: Collection[str] = ()) -> bool:
    """Whether an address names a place that is not public by itself, without asking for names.

    What a name leads to is looked up when it is reached, each time; it may change until then.
    """
    said = _split(url)
    host, port = said.hostname or "", said.port or _HTTPS
    if {host, f"{host}:{port}"} & set(hosts):
        return False
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761
        return True
    try:
        found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return not all(_public(ip_address(str(one[4][0]).partition("%")[0])) for one in found)


def _cut(stream: socket.socket) -> None:
    with suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)


def _split(url: str) -> SplitResult:
    try:
        said = urlsplit(url)
        port = said.port
    except ValueError as error:
        raise Unreachable("address") from error
    if not said.hostname or said.username or said.scheme not in {"http", "https"} or port == 0:
        raise Unreachable("address")
    return said


def _checked(place: tuple[str, int], *, known: bool) -> tuple[int, tuple[str, int]]:
    """Look a name up once; give an address to connect to if all that it has are public."""
    try:
        found = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("name") from error
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses or not (known or all(map(_public, addresses))):
        raise Unreachable("not public")
    return found[0][0], (str(found[0][4][0]), place[1])


def _public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        carried = any(address in one for one in _CARRIES_IPV4)
        if carried or address.ipv4_mapped or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
