"""The MLLP listener over real sockets: kept before it is acknowledged, patient but not for ever.

The clients are `hl7` (its MLLP streams) and plain sockets, for what a well-behaved client never
does.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import hl7
import pytest
from hl7.mllp import open_hl7_connection

from made_up_hl7 import FIXTURES, HEAD, message, weight
from proofline.intake.sources.hl7v2.wire.framing import framed
from proofline.intake.tables.appending import EvidenceFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
WAIT = 30.0


@contextmanager
def listening(into: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Start `proofline intake listen` on a free port, and end it if it has not ended."""
    command = [sys.executable, "-c", "from proofline.cli import main; main()"]
    listener = subprocess.Popen(
        [*command, "intake", "listen", "--port", "0", "--into", str(into), *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert listener.stderr is not None
    try:
        ready = listener.stderr.readline()
        yield int(ready.rpartition(":")[2]), listener
    finally:
        listener.terminate()
        listener.communicate(timeout=WAIT)


def ask(wire: socket.socket, sent: bytes) -> bytes:
    """Send bytes and read until a frame has ended or the wire is closed."""
    wire.settimeout(WAIT)
    wire.sendall(sent)
    return hear(wire)


def hear(wire: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"\x1c\r"):
        try:
            data = wire.recv(4096)
        except ConnectionResetError:
            break
        if not data:
            break
        heard += data
    return heard


def verdict(heard: bytes) -> str:
    found = re.search(rb"\rMSA\|(..)", heard)
    return found[1].decode() if found else ""


def lines(folder: Path, table: str) -> int:
    path = folder / f"{table}.ndjson"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def of_day(day: int) -> bytes:
    head = HEAD.replace("M-1", f"M-{day}").replace("20260701080000", f"202607{day:02}080000")
    sent = message(weight("82.4"), head=head)
    return sent.replace("20260701075500", f"202607{day:02}075500").encode()


@pytest.mark.slow
def test_a_message_is_evidence_when_its_acknowledgement_comes(tmp_path: Path) -> None:
    sent = hl7.parse((FIXTURES / "pcd01.hl7").read_text("utf-8"))

    async def talk(port: int) -> list[str]:
        reader, writer = await open_hl7_connection(HOST, port)
        heard = []
        for _ in range(2):
            writer.writemessage(sent)
            await writer.drain()
            heard.append(str((await reader.readmessage()).segment("MSA")))
            heard.append(str(lines(tmp_path / "E", "readings")))
        writer.close()
        await writer.wait_closed()
        return heard

    with listening(tmp_path / "E") as (port, _):
        heard = asyncio.run(asyncio.wait_for(talk(port), WAIT))
    assert heard == ["MSA|AA|MADEUP-0001", "2", "MSA|AA|MADEUP-0001", "2"]
    assert lines(tmp_path / "E", "provenance") == 2


@pytest.mark.slow
def test_the_same_bytes_at_another_time_add_nothing(tmp_path: Path) -> None:
    """MSH-7 has no offset, so the time of receipt is that of arrival, and differs."""
    sent = framed(message(weight("82.4"), head=HEAD.replace("+0000", "")).encode())
    with listening(tmp_path / "E") as (port, _), socket.create_connection((HOST, port)) as wire:
        assert verdict(ask(wire, sent)) == "AA"
        time.sleep(1.1)
        assert verdict(ask(wire, sent)) == "AA"
    assert (lines(tmp_path / "E", "readings"), lines(tmp_path / "E", "provenance")) == (1, 1)
    assert '"received_at"' in (tmp_path / "E" / "readings.ndjson").read_text()


@pytest.mark.slow
def test_many_senders_at_once_lose_nothing(tmp_path: Path) -> None:
    async def talk(port: int, day: int) -> str:
        reader, writer = await asyncio.open_connection(HOST, port)
        for byte in framed(of_day(day)):
            writer.write(bytes([byte]))
            if byte == ord("\r"):
                await writer.drain()
        heard = await reader.readuntil(b"\x1c\r")
        writer.close()
        return verdict(heard)

    async def all_talk(port: int) -> list[str]:
        return await asyncio.gather(*(talk(port, day) for day in range(1, 29)))

    with listening(tmp_path / "E") as (port, _):
        assert set(asyncio.run(asyncio.wait_for(all_talk(port), WAIT))) == {"AA"}
    assert lines(tmp_path / "E", "readings") == 28


@pytest.mark.slow
def test_what_cannot_be_written_is_ae_and_the_same_message_is_taken_later(tmp_path: Path) -> None:
    folder, sent = tmp_path / "E", framed(of_day(1))
    with listening(folder) as (port, _), socket.create_connection((HOST, port)) as wire:
        with EvidenceFolder.held(folder):
            heard = ask(wire, sent)
            assert verdict(heard) == "AE"
            assert b"207^Application internal error" in heard
        assert lines(folder, "readings") == 0
        assert verdict(ask(wire, sent)) == "AA"
    assert lines(folder, "readings") == 1


@pytest.mark.slow
def test_what_is_not_ours_is_ar_and_the_wire_stays_open(tmp_path: Path) -> None:
    other = of_day(1).replace(b"ORU^R01", b"OUL^R22")
    with listening(tmp_path / "E") as (port, _), socket.create_connection((HOST, port)) as wire:
        assert verdict(ask(wire, framed(other))) == "AR"
        assert verdict(ask(wire, framed(b"MSH|^~\\&|A\x1cB"))) == "AR"
        assert verdict(ask(wire, framed(of_day(1)))) == "AA"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"\x0b" + b"x" * (5 << 20)])
def test_who_frames_wrongly_is_hung_up(tmp_path: Path, sent: bytes) -> None:
    with listening(tmp_path / "E") as (port, _), socket.create_connection((HOST, port)) as wire:
        with suppress(BrokenPipeError, ConnectionResetError):
            assert ask(wire, sent) == b""
        with socket.create_connection((HOST, port)) as another:
            assert verdict(ask(another, framed(of_day(1)))) == "AA"


@contextmanager
def wire_to(into: Path, *options: str) -> Iterator[tuple[socket.socket, int]]:
    """Start a listener and connect to it."""
    with listening(into, *options) as (port, _), socket.create_connection((HOST, port)) as wire:
        wire.settimeout(WAIT)
        yield wire, port


@pytest.mark.slow
def test_a_wire_that_ends_inside_a_message_leaves_a_line(tmp_path: Path) -> None:
    with listening(tmp_path / "E") as (port, listener):
        with socket.create_connection((HOST, port)) as wire:
            assert verdict(ask(wire, framed(of_day(1)))) == "AA"
            wire.sendall(b"\x0bMSH|^~\\&|MADE-UP")
        assert listener.stderr is not None
        assert "1 messages kept" in listener.stderr.readline()
        told = listener.stderr.readline()
        assert "ended inside a message" in told
        assert "MADE-UP" not in told
        with socket.create_connection((HOST, port)) as wire:  # after a whole one there is no line
            assert verdict(ask(wire, framed(of_day(2)))) == "AA"
        listener.send_signal(signal.SIGTERM)
        assert "ended inside" not in listener.stderr.read()


@pytest.mark.slow
def test_who_never_ends_a_message_is_hung_up_in_time(tmp_path: Path) -> None:
    with wire_to(tmp_path / "E", "--patience", "0.5") as (wire, _):
        began = time.monotonic()
        wire.sendall(b"\x0bMSH")
        with suppress(OSError):
            for _ in range(200):
                time.sleep(0.05)
                wire.sendall(b"|")
        assert hear(wire) == b""
        assert time.monotonic() - began < 8


@pytest.mark.slow
def test_who_is_silent_is_hung_up_in_time(tmp_path: Path) -> None:
    with wire_to(tmp_path / "E", "--idle", "0.3") as (wire, _):
        assert hear(wire) == b""


@pytest.mark.slow
def test_no_more_senders_than_allowed(tmp_path: Path) -> None:
    with wire_to(tmp_path / "E", "--clients", "1") as (wire, port):
        assert verdict(ask(wire, framed(of_day(1)))) == "AA"
        with socket.create_connection((HOST, port)) as another:
            another.settimeout(WAIT)
            assert hear(another) == b""
        assert verdict(ask(wire, framed(of_day(2)))) == "AA"


@pytest.mark.slow
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    for _ in range(2):
        with listening(tmp_path / "E") as (port, listener):
            with socket.create_connection((HOST, port)) as wire:
                assert verdict(ask(wire, framed(of_day(1)))) == "AA"
            listener.kill()
        assert lines(tmp_path / "E", "readings") == 1


@pytest.mark.slow
def test_told_to_stop_it_answers_what_it_has_and_ends(tmp_path: Path) -> None:
    with listening(tmp_path / "E") as (port, listener), socket.create_connection((HOST, port)) as w:
        assert verdict(ask(w, framed(of_day(1)))) == "AA"
        w.sendall(b"\x0bMSH|^~")
        listener.send_signal(signal.SIGTERM)
        assert hear(w) == b""
        assert listener.wait(WAIT) == 0
    assert lines(tmp_path / "E", "readings") == 1


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from proofline.cli import main; main()", "intake", "listen"]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104
def test_it_does_not_stand_open_to_others(tmp_path: Path, host: str) -> None:
    ended = run("--host", host, "--port", "0", "--into", str(tmp_path / "E"))
    assert (ended.returncode, "intake.listen_open" in ended.stderr) == (2, True)


def test_it_wants_all_three_files_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("")
    ended = run("--tls-cert", str(tmp_path / "a.pem"), "--into", str(tmp_path / "E"))
    assert (ended.returncode, "intake.listen_tls" in ended.stderr) == (2, True)


@pytest.mark.slow
def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        ended = run("--port", str(taken.getsockname()[1]), "--into", str(tmp_path / "E"))
    assert (ended.returncode, "intake.listen_address" in ended.stderr) == (1, True)


def certificates(folder: Path) -> None:
    """Make an authority, and certificates for the listener, a sender and a stranger."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "stranger"):
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2"),
        )
    for name in ("listener", "sender"):
        openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", f"{name}.key", "-out", f"{name}.csr"),
        )
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-out", f"{name}.pem", "-days", "2"),
        )


def wrapped(folder: Path, port: int, name: str | None) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.check_hostname = False
    if name:
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context.wrap_socket(socket.create_connection((HOST, port), timeout=WAIT))


def turned_away(folder: Path, port: int, name: str | None) -> bool:
    """Whether nothing but an end or an alert comes back to a sender of this name."""
    try:
        with wrapped(folder, port, name) as wire:
            wire.sendall(framed(of_day(2)))
            return not wire.recv(1)
    except OSError:
        return True


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")
def test_with_certificates_only_senders_who_have_one_get_in(tmp_path: Path) -> None:
    certificates(tmp_path)
    files = ("--tls-cert", "listener.pem", "--tls-key", "listener.key", "--client-ca", "ca.pem")
    options = [one if one.startswith("--") else str(tmp_path / one) for one in files]
    with listening(tmp_path / "E", "--host", "0.0.0.0", *options) as (port, _):  # noqa: S104
        with wrapped(tmp_path, port, "sender") as wire:
            assert verdict(ask(wire, framed(of_day(1)))) == "AA"
        assert turned_away(tmp_path, port, None)
        assert turned_away(tmp_path, port, "stranger")
        with socket.create_connection((HOST, port)) as plain:
            assert verdict(ask(plain, framed(of_day(2)))) == ""
    assert lines(tmp_path / "E", "readings") == 1
