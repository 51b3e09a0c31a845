"""Messages that have arrived, into evidence: written durably first, answered then.

All that waits when a write begins is written together, so that many senders cost one write. If it
fails, none of them is told that it was received.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from proofline.errors import ProoflineError
from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload, payload
from proofline.intake.sources.hl7v2.wire.answers import Outcome, answer
from proofline.intake.taking_in import take_in_payloads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proofline.intake.report import FileReport

_TOGETHER = 256  # messages of one write
_SHOWN_DIGITS = 16


Take: TypeAlias = "Callable[[list[Payload], Options], dict[str, Outcome]]"
"""Takes payloads in durably; gives what became of each by its name. Errors: ProoflineError."""


class _Waiting(Struct):
    """A message and who waits for its answer."""

    message: bytes
    answer: asyncio.Future[bytes | None]


def into_folder(into: Path) -> Take:
    """Take messages into an evidence folder."""

    def take(sent: list[Payload], options: Options) -> dict[str, Outcome]:
        """Take messages into that folder."""
        report = take_in_payloads("hl7v2", sent, into, options=options)
        return {one.name: _outcome(report.of(one.name)) for one in sent}

    return take


class Keeper:
    """Takes messages in, in the order in which they arrived."""

    def __init__(self, take: Take, tell: Callable[[str], None]) -> None:
        """Keep by `take`; `tell` is given a line on each write."""
        self._take = take
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
            found = self._take(list(sent.values()), options)
        except ProoflineError as error:
            self._tell(f"{len(sent)} messages not kept: {error.message} ({error.code})")
            return [answer(message, Outcome(kept=False), at) for message in messages]
        self._tell(f"{len(sent)} messages kept")
        return [answer(message, found[sent[message].name], at) for message in messages]


def _payload(message: bytes, options: Options) -> Payload:
    sent = payload("", message, options.received_at, options.authenticity)
    name = f"mllp-{sent.sha256[:_SHOWN_DIGITS]}.hl7"
    return Payload(name, message, sent.sha256, sent.received_at, sent.authenticity)


def _outcome(one: FileReport) -> Outcome:
    readings = one.added["readings"] + one.already["readings"]
    return Outcome(kept=True, readings=readings, troubles=one.troubles)
