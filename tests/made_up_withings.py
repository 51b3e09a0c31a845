"""A Withings that does not exist, over HTTPS on this machine: it renews tokens and gives measures.

As its guide says: a token to ask with holds three hours. With each new one comes another token to
renew it by, and the former of these ends as soon as the new one is used, or after eight hours.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from made_up_practices import Clock
from proofline.desk.arriving.fetching.granting import HOST
from proofline.desk.arriving.fetching.outbound import Outbound
from proofline.intake import taking_in

APPLICATION = "made-up-client:made-up-secret"
HOLDS, FORMER_HOLDS = timedelta(hours=3), timedelta(hours=8)
MEASURES = (Path(taking_in.__file__).parent / "fixtures/withings/measures.json").read_bytes()
_DAY = timedelta(days=1)


@dataclass
class Withings:
    """What it knows: tokens to renew by, with when they end, and tokens to ask with likewise."""

    clock: Clock
    renewing: dict[str, datetime] = field(default_factory=dict)
    asking: dict[str, datetime] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    """The token to renew by that ends when a token to ask with is used."""

    asked: list[dict[str, str]] = field(default_factory=list)
    refuses: bool = False

    def connect(self, name: str) -> str:
        """Let a person connect; give the token to renew by."""
        self.renewing[name] = self.clock() + 365 * _DAY
        return name

    def renew(self, said: dict[str, str]) -> object:
        """Answer `requesttoken`."""
        token = said.get("refresh_token", "")
        client = f"{said.get('client_id')}:{said.get('client_secret')}"
        way = (said.get("action"), said.get("grant_type"))
        ends = self.renewing.get(token)
        if self.refuses or way != ("requesttoken", "refresh_token") or client != APPLICATION:
            return {"status": 503, "body": {}, "error": "Invalid Params: made up"}
        if ends is None or ends <= self.clock():
            return {"status": 401, "body": {}, "error": "invalid refresh_token"}
        number = len(self.asking) + 1
        access, refresh = f"access-{number}", f"refresh-{number}"
        self.asking[access] = self.clock() + HOLDS
        self.renewing[refresh] = self.clock() + 365 * _DAY
        self.renewing[token] = min(ends, self.clock() + FORMER_HOLDS)
        self.former[access] = token
        tokens = {"access_token": access, "refresh_token": refresh}
        seconds = int(HOLDS.total_seconds())
        body = {"userid": "17", **tokens, "expires_in": seconds, "token_type": "Bearer"}
        return {"status": 0, "body": body}

    def measures(self, token: str) -> bytes:
        """Answer `getmeas`."""
        if self.asking.get(token, self.clock()) <= self.clock():
            return b'{"status": 401, "body": {}, "error": "invalid_token"}'
        self.renewing.pop(self.former.pop(token, ""), None)
        return MEASURES


@contextmanager
def served(withings: Withings, folder: Path) -> Iterator[Outbound]:
    """Serve it; give the way to it, which is the product's own but for where the name leads."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(withings)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        trusted = ssl.create_default_context(cafile=str(_certificate(folder)))
        try:
            yield Outbound(
                frozenset({HOST}),
                lambda _: ["127.0.0.1"],
                lambda _: True,
                trusted,
                server.server_port,
            )
        finally:
            server.shutdown()


def _handler(withings: Withings) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            sent = parse_qs(self.rfile.read(length).decode(), strict_parsing=True)
            said = {"path": self.path} | {name: cells[0] for name, cells in sent.items()}
            said["token"] = self.headers.get("Authorization", "").removeprefix("Bearer ")
            withings.asked.append(said)
            if self.path == "/v2/oauth2":
                body = json.dumps(withings.renew(said)).encode()
            else:
                body = withings.measures(said["token"])
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _certificate(folder: Path) -> Path:
    """Make a key and a certificate of the vendor's name, signed by itself."""
    path = folder / "withings.pem"
    if path.exists():
        return path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
