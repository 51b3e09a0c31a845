"""The options of `proofline intake listen`, and where it may listen.

MLLP knows no sender: whoever reaches the port can send readings for anybody. So it listens on this
machine only, or it asks every sender for a certificate.
"""

from __future__ import annotations

import signal
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.trouble import note
from proofline.errors import WrongUse

if TYPE_CHECKING:
    import ssl

    from proofline.cli.intake.listening.keeper import Take
    from proofline.cli.intake.listening.server import Limits

_PEM = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--port", default=2575, show_default=True, type=click.IntRange(0, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The evidence folder; made if it is not there.",
)
@click.option("--feed", default="", help="Or into the book in PROOFLINE_HOME, by this feed.")
@click.option("--tls-cert", type=_PEM, help="Certificate of this listener, with its chain (PEM).")
@click.option("--tls-key", type=_PEM, help="Its private key (PEM).")
@click.option("--client-ca", type=_PEM, help="Who signs the certificates of senders (PEM).")
@click.option("--clients", default=64, show_default=True, help="Most senders at once.")
@click.option("--patience", default=30.0, show_default=True, help="Seconds for one message.")
@click.option("--idle", default=900.0, show_default=True, help="Seconds of silence, then hang up.")
def listen(
    port: int,
    host: str,
    into: Path | None,
    feed: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    client_ca: Path | None,
    clients: int,
    patience: float,
    idle: float,
) -> None:
    """Take in HL7 v2 messages over MLLP until told to stop (Ctrl-C).

    Each is written durably before it is acknowledged: AA it is kept, AE send it again, AR it is
    none of ours. The same message again is AA and adds nothing. On any address but this machine's
    own, senders must show a certificate.
    """
    from proofline.cli.intake.listening.server import Limits  # noqa: PLC0415

    files = [one for one in (tls_cert, tls_key, client_ca) if one]
    if files and len(files) < len(("certificate", "key", "authority")):
        raise WrongUse(
            "intake.listen_tls",
            "One of the three files for TLS is not named.",
            "Give --tls-cert, --tls-key and --client-ca together, or none of them.",
        )
    if not files and not _is_here(host):
        raise WrongUse(
            "intake.listen_open",
            (
                f"{host} is not an address of this machine alone, and MLLP knows no sender: whoever"
                " reaches the port could send readings for anybody."
            ),
            (
                "Listen on 127.0.0.1 behind a tunnel, or give --tls-cert, --tls-key and --client-ca"
                " so that only senders with a certificate get in."
            ),
        )
    context = _context(files[0], files[1], files[2]) if files else None
    _run((host, port), _way(into, feed), Limits(clients, patience, idle), context)


def _way(into: Path | None, feed: str) -> Take:
    """Say where messages go: into a folder, or into the book."""
    from proofline.cli.intake.listening.keeper import into_folder  # noqa: PLC0415

    if (into is None) == (not feed):
        raise WrongUse(
            "intake.listen_where",
            "It has to be said where messages go.",
            "Give --into with a folder, or --feed with a feed of the book.",
        )
    if into is not None:
        return into_folder(into)
    from proofline.cli.arriving.mllp import into_book  # noqa: PLC0415

    return into_book(feed)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _context(certificate: Path, key: Path, authority: Path) -> ssl.SSLContext:
    """Ask every sender for a certificate that the authority signed."""
    import ssl  # noqa: PLC0415

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority)
    except (OSError, ValueError) as error:
        raise WrongUse(
            "intake.listen_tls",
            f"The files for TLS cannot be used ({type(error).__name__}).",
            "Give PEM files: a certificate, the key that belongs to it, the authority of senders.",
        ) from error
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _run(
    address: tuple[str, int], take: Take, limits: Limits, context: ssl.SSLContext | None
) -> None:
    import asyncio  # noqa: PLC0415

    from proofline.cli.intake.listening.keeper import Keeper  # noqa: PLC0415
    from proofline.cli.intake.listening.server import Server  # noqa: PLC0415

    async def serve() -> None:
        """Listen until a signal comes."""
        server, loop = Server(Keeper(take, note), limits, note), asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, server.stop)
        host = address[0]
        await server.run(address, context, lambda port: note(f"listening on {host}:{port}"))
        note("stopped")

    asyncio.run(serve())
