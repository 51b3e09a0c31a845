"""Messages that have arrived, into evidence: written durably first, answered then.

All that waits when a write begins is written together, so that many senders cost one write. If it
fails, none of them is told that it was received.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload, payload
from proofline.intake.report import IntakeError
from proofline.intake.sources.hl7v2.wire.answers import Outcome, answer
from proofline.intake.taking_in import take_in_payloads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proofline.intake.report import FileReport

_TOGETHER = 256  # messages of one write
_SHOWN_DIGITS = 16


class _Waiting(Struct):
    """A message and who waits for its answer."""

    message: bytes
    answer: asyncio.Future[bytes | None]


class Keeper:
    """Takes messages into one evidence folder, in the order in which they arrived."""

    def __init__(self, into: Path, tell: Callable[[str], None]) -> None:
        """Keep into the folder `into`; `tell` is given a line on each write."""
        self._into = into
        self._tell = tell
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(_TOGETHER)

    async def keep(self, message: bytes) -> bytes | None:
        """Keep one message and give its acknowledgement, None where the sender wants none."""
        waiting = _Waiting(message, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        return await waiting.answer

    async def run(self) -> None:
        """Write what arrives, until this is cancelled."""
        while True:
            waiting = [await self._queue.get()]
            while len(waiting) < _TOGETHER and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            messages = [one.message for one in waiting]
            try:
                answers = await asyncio.to_thread(self._write, messages)
            except Exception:
                for one in waiting:
                    one.answer.cancel()
                raise
            for one, told in zip(waiting, answers, strict=True):
                if not one.answer.done():
                    one.answer.set_result(told)

    def _write(self, messages: list[bytes]) -> list[bytes | None]:
        """Take messages in with one write and give their acknowledgements in the same order."""
        now = datetime.now(UTC)
        options = Options(received_at=now.isoformat(timespec="seconds"))
        sent = {message: _payload(message, options) for message in messages}
        at = now.strftime("%Y%m%d%H%M%S%z")
        try:
            report = take_in_payloads("hl7v2", list(sent.values()), self._into, options=options)
        except IntakeError as error:
            self._tell(f"{len(sent)} messages not kept: {error.message} ({error.code})")
            return [answer(message, Outcome(kept=False), at) for message in messages]
        outcomes = {message: _outcome(report.of(one.name)) for message, one in sent.items()}
        added = report.added()
        counts = ", ".join(f"{name} {count}" for name, count in sorted(added.items()) if count)
        self._tell(f"{len(sent)} messages kept: {counts or 'nothing new'}")
        return [answer(message, outcomes[message], at) for message in messages]


def _payload(message: bytes, options: Options) -> Payload:
    sent = payload("", message, options.received_at, options.authenticity)
    name = f"mllp-{sent.sha256[:_SHOWN_DIGITS]}.hl7"
    return Payload(name, message, sent.sha256, sent.received_at, sent.authenticity)


def _outcome(one: FileReport) -> Outcome:
    readings = one.added["readings"] + one.already["readings"]
    return Outcome(kept=True, readings=readings, troubles=one.troubles)
