"""Wires on which MLLP comes in: how many, how long one waits for them, and how they are ended.

A wire is read only while nothing of it is being kept, so a sender who does not wait for answers is
slowed down and never held in memory. Who begins a message must end it in time; who sends nothing
for long is hung up on; who frames wrongly is, at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.errors import ProoflineError
from proofline.intake.sources.hl7v2.wire.framing import BrokenFraming, Frames, framed

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from proofline.cli.intake.listening.keeper import Keeper

_READ = 64 * 1024
_HANDSHAKE = 10.0  # seconds
_GOODBYE = 2.0


class CannotListen(ProoflineError):
    """The address cannot be listened on: it is in use, or not one of this machine."""


class Limits(Struct, frozen=True):
    """`clients` at once; seconds of `patience` for one message to end, and of `idle` silence."""

    clients: int = 64
    patience: float = 30.0
    idle: float = 900.0


class Server:
    """Listens on one address until it is told to stop."""

    def __init__(self, keeper: Keeper, limits: Limits, tell: Callable[[str], None]) -> None:
        """Hand messages to the `keeper`; `tell` is given a line on each wire that is hung up."""
        self._keeper = keeper
        self._limits = limits
        self._tell = tell
        self._stop = asyncio.Event()
        self._wires: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """End: no wire more is taken; what has arrived whole is kept and answered."""
        self._stop.set()

    async def run(
        self,
        address: tuple[str, int],
        tls: ssl.SSLContext | None,
        ready: Callable[[int], None],
    ) -> None:
        """Listen until `stop`; `ready` is told the port.

        Errors: CannotListen.
        """
        try:
            listening = await asyncio.start_server(
                self._accept,
                *address,
                ssl=tls,
                limit=_READ,
                ssl_handshake_timeout=_HANDSHAKE if tls else None,
            )
        except OSError as error:
            raise CannotListen(
                "intake.listen_address",
                f"{address[0]}:{address[1]} cannot be listened on ({error.strerror}).",
                "Choose another --port, or end what uses it.",
            ) from error
        keeping = asyncio.create_task(self._keeper.run())
        try:
            ready(listening.sockets[0].getsockname()[1])
            stopped = asyncio.create_task(self._stop.wait())
            await asyncio.wait({stopped, keeping}, return_when=asyncio.FIRST_COMPLETED)
            listening.close()
            self._stop.set()
            if self._wires:
                await asyncio.wait(self._wires, timeout=self._limits.patience)
            if keeping.done():
                keeping.result()
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = asyncio.current_task()
        assert wire is not None
        if len(self._wires) >= self._limits.clients:
            self._tell("a wire was hung up: too many at once")
            await _close(writer)
            return
        self._wires.add(wire)
        try:
            await self._serve(reader, writer)
        except (BrokenFraming, TimeoutError, OSError) as error:
            self._tell(f"a wire was hung up: {_reason(error)}")
        finally:
            self._wires.discard(wire)
            await _close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames, limits, now = Frames(), self._limits, asyncio.get_running_loop().time
        until = now() + limits.idle
        while data := await self._read(reader, until - now()):
            begun, messages = frames.begun, frames.feed(data)
            for message in messages:
                told = await self._keeper.keep(message)
                if told is not None:
                    writer.write(framed(told))
                    await asyncio.wait_for(writer.drain(), limits.patience)
            if frames.begun and (messages or not begun):
                until = now() + limits.patience
            elif messages:
                until = now() + limits.idle
        if frames.begun:
            self._tell("a wire ended inside a message, of which nothing is kept")

    async def _read(self, reader: asyncio.StreamReader, seconds: float) -> bytes:
        """Read what comes next; nothing at the end of the wire or when told to stop.

        Errors: TimeoutError if nothing comes in time.
        """
        reading = asyncio.ensure_future(reader.read(_READ))
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            both = {reading, stopping}
            done, _ = await asyncio.wait(
                both, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED
            )
            if reading in done:
                return reading.result()
            if stopping in done:
                return b""
            raise TimeoutError
        finally:
            for one in (reading, stopping):
                one.cancel()


def _reason(error: Exception) -> str:
    if isinstance(error, BrokenFraming):
        return str(error)
    return "it took too long" if isinstance(error, TimeoutError) else "it broke"


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), _GOODBYE)
