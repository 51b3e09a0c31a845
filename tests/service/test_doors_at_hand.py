"""Feeds at hand: when their moment is over one request looks them up; guesses are not kept."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from proofline.api.ingest import doors
from proofline.api.ingest.doors import Doors
from proofline.desk.arriving.feeds import Feed
from proofline.desk.arriving.proof.proving import proofs

OPEN = Feed("fed-made-up", "tnt-made-up", "tenovi", 1, proofs("mllp", ()))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that were looked up, each of which takes a while; only one is a feed's."""
    found: list[str] = []

    def look_up(told: str, _seal: object) -> Feed | None:
        found.append(told)
        time.sleep(0.05)
        return OPEN if told == "known" else None

    monkeypatch.setattr(doors, "by_token", look_up)
    monkeypatch.setattr(doors, "seal", lambda: None)
    return found


def test_one_request_looks_a_feed_up_when_its_moment_is_over(asked: list[str]) -> None:
    now = [100.0]
    at_hand = Doors(clock=lambda: now[0])
    assert at_hand.feed("known") == at_hand.feed("known") == OPEN
    assert asked == ["known"]
    now[0] += 5
    begin = threading.Barrier(8)

    def ask(_: int) -> Feed | None:
        begin.wait()
        return at_hand.feed("known")

    with ThreadPoolExecutor(8) as many:
        assert [*many.map(ask, range(8))] == [OPEN] * 8
    assert asked == ["known"] * 2


def test_a_guess_is_looked_up_each_time_and_a_forgotten_feed_once(asked: list[str]) -> None:
    at_hand = Doors()
    assert [at_hand.feed("guess"), at_hand.feed("guess"), at_hand.feed("")] == [None] * 3
    at_hand.feed("known")
    at_hand.forget("known")
    at_hand.feed("known")
    assert asked == ["guess", "guess", "known", "known"]
