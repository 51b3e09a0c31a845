"""Files that are put into the folder of a feed: taken in, then moved to done/ or held/.

A file counts as put there when it was left alone for a moment; its name begins with neither a dot
nor an underscore. Its bytes are the message, so the same file again adds nothing. Only after the
act is on the disk the file moves; killed in between, it is taken again and told the same. One that
cannot be read or moved stays where it is and is tried again; it stops no other.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from proofline.desk.arriving.messages import Outcome, Sent, id_in, id_of
from proofline.desk.arriving.taking import take
from proofline.intake.durable import settle
from proofline.store.book import by_ourselves
from proofline.store.feeding import feeds
from proofline.store.feeding.feeds import KeptFeed

LARGEST = 64 << 20
QUIET_SECONDS = 2.0
_DONE, _HELD = "done", "held"
_LONGEST_NAME = 255  # bytes, on the file systems of Linux
_LOG = logging.getLogger("proofline.worker")
_STUCK: set[Path] = set()
"""What was told of already: it is tried in every round, and told of once."""


def take_dropped(home: Path, at: datetime) -> int:
    """Take in the files that lie below `home`/drop; give how many were. Errors: DatabaseError."""
    count = 0
    for feed in feeds.of_scheme("drop"):
        folder = home / "drop" / feed.feed_id
        count += sum(_taken(feed, path, at) for path in _files(feed, folder, at))
    return count


def _taken(feed: KeptFeed, path: Path, at: datetime) -> bool:
    try:
        _take(feed, path, at)
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 - whatever a stranger's file does, the service goes on
        _tell_once(feed, path)
        return False
    _STUCK.discard(path)
    return True


def _tell_once(feed: KeptFeed, path: Path) -> None:
    """Tell that something of a feed is stuck; its name may hold a patient's, so it stays out."""
    if path not in _STUCK:
        _STUCK.add(path)
        _LOG.exception("a dropped file is stuck", extra={"feed": feed.feed_id})


def _files(feed: KeptFeed, folder: Path, at: datetime) -> Iterator[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)  # so that there is somewhere to put files
        found = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError:
        _tell_once(feed, folder)
        return
    for one in found:
        if one.is_file(follow_symlinks=False) and one.name[:1] not in {".", "_"}:
            path = folder / one.name
            if at.timestamp() - _changed(path) >= QUIET_SECONDS:
                yield path


def _changed(path: Path) -> float:
    """When a file was last written; never, if whoever put it there took it away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _take(feed: KeptFeed, path: Path, at: datetime) -> None:
    if path.stat().st_size > LARGEST:
        _move(path, _HELD, f"It is larger than {LARGEST >> 20} MiB; use `proofline intake`.")
        return
    body = path.read_bytes()
    feed_id, mapping = feed.feed_id, feed.mapping
    name = id_in(feed_id, mapping, id_of(body))
    sent = Sent(feed.source, name, body, "file", at, feed_id=feed_id, mapping=mapping)
    with by_ourselves(feed.tenant_id) as book:
        (outcome,) = take(book, [sent], at)
    _move(path, _DONE if outcome.state == "taken" else _HELD, _words(outcome))


def _words(outcome: Outcome) -> str:
    return "\n".join(
        f"{one.kind} {one.code} {one.place}: {one.reason} {one.cure}" for one in outcome.told
    )


def _move(path: Path, where: str, words: str) -> None:
    """Move a file; beside one that is held stands why."""
    to = path.parent / where
    to.mkdir(exist_ok=True)
    target, number = to / path.name, 1
    while target.exists():
        ending = f"-{number}{path.suffix}"
        target, number = to / _fitting(path.stem, ending), number + 1
    if where == _HELD:
        (to / _fitting(target.name, ".why.txt")).write_text(words + "\n", "utf-8")
    path.rename(target)
    settle(to)
    settle(path.parent)


def _fitting(name: str, ending: str) -> str:
    """Put an ending to a name, which is cut where both are longer than a name may be."""
    room = _LONGEST_NAME - len(os.fsencode(ending))
    return os.fsencode(name)[:room].decode("utf-8", "ignore") + ending
