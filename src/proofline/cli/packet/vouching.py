"""The ledger that vouches for packets, where one is named."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proofline.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proofline.packet.entered import Entered
    from proofline.packet.packet import Packet

    Vouching = Callable[[Packet], Entered | None]


@contextmanager
def vouching(ledger: str | None, log_key: Path | None) -> Iterator[Vouching]:
    """Open a ledger, if there is one, and give what proves a packet by it.

    Raises WrongUse where of ledger and key one is missing.
    """
    if ledger is None and log_key is None:
        yield lambda _: None
        return
    if ledger is None or log_key is None:
        raise WrongUse("use.packet_ledger", "--ledger and --log-key go together.", "Give both.")
    from proofline.cli.ledger.heads import public  # noqa: PLC0415
    from proofline.cli.ledger.opening import opened  # noqa: PLC0415
    from proofline.ledger.kept.log import Log  # noqa: PLC0415
    from proofline.packet.entering import entered  # noqa: PLC0415

    trusted = public(log_key)
    with opened(ledger) as database:
        log = Log(database.connection, database.dialect, os.urandom)
        yield lambda packet: entered(packet, log, trusted)
