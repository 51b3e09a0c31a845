"""Files that are put into the folder of a feed: taken in, then moved to done/ or held/.

A file counts as put there when it was left alone for a moment; its name begins with neither a dot
nor an underscore. Its bytes are the message, so the same file again adds nothing. Only after the
act is on the disk the file moves; killed in between, it is taken again and told the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from proofline.desk.arriving.messages import Outcome, Sent, id_of
from proofline.desk.arriving.taking import take
from proofline.intake.durable import settle
from proofline.store.book import by_ourselves
from proofline.store.feeding import feeds
from proofline.store.feeding.feeds import KeptFeed

LARGEST = 64 << 20
QUIET_SECONDS = 2.0
_DONE, _HELD = "done", "held"


def take_dropped(home: Path, at: datetime) -> int:
    """Take in the files that lie below `home`/drop; give how many there were."""
    count = 0
    place = home / "drop"
    for feed in feeds.of_scheme("drop") if place.is_dir() else ():
        folder = place / feed.feed_id
        for path in _files(folder, at):
            _take(feed, path, at)
            count += 1
    return count


def _files(folder: Path, at: datetime) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for found in sorted(os.scandir(folder), key=lambda one: one.name):
        plain = found.is_file(follow_symlinks=False) and found.name[:1] not in {".", "_"}
        if plain and at.timestamp() - found.stat(follow_symlinks=False).st_mtime >= QUIET_SECONDS:
            yield folder / found.name


def _take(feed: KeptFeed, path: Path, at: datetime) -> None:
    if path.stat().st_size > LARGEST:
        _move(path, _HELD, f"It is larger than {LARGEST >> 20} MiB; use `proofline intake`.")
        return
    body = path.read_bytes()
    sent = Sent(feed.source, id_of(body), body, "file", at, feed_id=feed.feed_id)
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
        target, number = to / f"{path.stem}-{number}{path.suffix}", number + 1
    if where == _HELD:
        target.with_name(f"{target.name}.why.txt").write_text(words + "\n", "utf-8")
    path.rename(target)
    settle(to)
    settle(path.parent)
