"""HL7 messages over MLLP into the book, by the feed that was opened for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from proofline.errors import WrongUse
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.hl7v2.wire.answers import Outcome

if TYPE_CHECKING:
    from proofline.desk.arriving.messages import Outcome as Taken
    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload


def into_book(feed_id: str) -> Callable[[list[Payload], Options], dict[str, Outcome]]:
    """Take messages into the book, by a feed. Errors: WrongUse if there is none open for MLLP."""
    from proofline.cli.running.setting_up import set_up  # noqa: PLC0415

    set_up()
    from proofline.desk.arriving.feeds import of_wire  # noqa: PLC0415
    from proofline.desk.arriving.messages import Sent, id_of  # noqa: PLC0415 - after set_up
    from proofline.desk.arriving.together import take_together  # noqa: PLC0415
    from proofline.store.opening import refuse_other_tables  # noqa: PLC0415
    from proofline.store.safekeeping.floors import (  # noqa: PLC0415
        refuse_a_clock_behind,
        refuse_to_run,
    )

    refuse_other_tables()
    refuse_to_run()
    refuse_a_clock_behind(datetime.now(UTC))

    def take(sent: list[Payload], options: Options) -> dict[str, Outcome]:
        """Take messages by that feed, if it is open still."""
        del options
        now = datetime.now(UTC)
        feed = of_wire(feed_id)
        if feed is None:
            raise _no_feed(feed_id)
        ready = [
            (
                feed,
                Sent(feed.source, id_of(one.data), one.data, "undated", now, feed_id=feed_id),
            )
            for one in sent
        ]
        found = take_together(ready, now)
        return {
            one.name: _told(said) if said else Outcome(kept=False)
            for one, said in zip(sent, found, strict=True)
        }

    if of_wire(feed_id) is None:
        raise _no_feed(feed_id)
    return take


def _told(said: Taken) -> Outcome:
    troubles = [
        Trouble(Place("", one.place), one.kind, one.code, one.path, one.reason, one.cure)  # type: ignore[arg-type]
        for one in said.told
    ]
    return Outcome(kept=True, readings=said.rows, troubles=troubles)


def _no_feed(feed_id: str) -> WrongUse:
    return WrongUse(
        "intake.listen_feed",
        f"There is no open feed {feed_id} for MLLP.",
        "Open one with `proofline feeds add --source hl7v2`.",
    )
