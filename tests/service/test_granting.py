"""What notices of Withings announce is fetched, by tokens that are renewed and never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from made_up_practices import START, Clock, Practice
from made_up_withings import APPLICATION, HOLDS, Withings, served
from proofline.cli import main
from proofline.desk.arriving import feeds
from proofline.desk.arriving.feeds import Wanted
from proofline.desk.arriving.fetching import granting, pulling
from proofline.desk.arriving.fetching.outbound import NotFetched, Outbound
from proofline.desk.arriving.messages import Sent, id_of
from proofline.desk.arriving.proof.sealing import Seal, seal_of
from proofline.desk.arriving.taking import take
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.desk.working import Worker
from proofline.store.book import by_ourselves
from proofline.store.models import Grant, Job

SEAL = Seal(bytes(range(32)))


@dataclass
class Desk:
    """A practice with a feed of Withings, the vendor, the way to it, and a clock for both."""

    practice: Practice
    feed_id: str
    withings: Withings
    outbound: Outbound
    clock: Clock

    def notice(self, number: int, user: str = "17") -> None:
        """Let a notice come; each is of another time."""
        body = f"userid={user}&appli=4&startdate={number}&enddate=200&callbackurl=http://x/"
        told, at = body.encode(), self.clock()
        sent = Sent("withings", id_of(told), told, "undated", at, feed_id=self.feed_id)
        take(self.practice.opened("integrator"), [sent], self.clock())

    def work(self, reached: Callable[[str], None] = lambda _: None) -> None:
        """Let a worker do what is due, pulls alone."""
        Job.objects.exclude(kind="pull").delete()
        way = {"seal": lambda: SEAL, "outbound": self.outbound, "reached": reached}
        Worker("w", self.clock, **way).round()  # type: ignore[arg-type]

    def waits(self) -> list[tuple[int, str]]:
        """The pulls that are not done: attempts, and what was in their way."""
        return [*Job.objects.filter(kind="pull").values_list("attempts", "trouble")]

    @property
    def tokens(self) -> granting.Tokens:
        """What is kept of the person."""
        with by_ourselves(self.practice.tenant_id) as book:
            feed = feeds.by_id(book, self.feed_id, SEAL)
            return granting.access_of(book, feed, "17", SEAL).tokens


@pytest.fixture
def desk(practice: Practice, clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    book, withings = practice.opened("integrator"), Withings(clock)
    made = feeds.add(book, Wanted("withings", secrets=(APPLICATION,)), SEAL, START)
    granting.grant(book, made.feed_id, ("17", withings.connect("first")), START, seal=SEAL)
    with served(withings, tmp_path) as outbound:
        yield Desk(practice, made.feed_id, withings, outbound, clock)


def test_what_a_notice_announces_is_fetched_and_taken_in(desk: Desk) -> None:
    desk.notice(100)
    desk.work()
    renewed, asked = desk.withings.asked
    assert (renewed["path"], renewed["refresh_token"]) == ("/v2/oauth2", "first")
    assert asked == {
        "path": "/measure", "action": "getmeas", "category": "1",
        "startdate": "100", "enddate": "200", "token": "access-1",
    }  # fmt: skip
    book = desk.practice.opened("integrator")
    assert {row["authenticity"] for row in book.shelf.rows("readings")} == {"pulled"}
    assert desk.waits() == []


@pytest.mark.slow
def test_a_token_is_used_until_shortly_before_its_end_and_then_renewed(desk: Desk) -> None:
    ends = desk.clock() + HOLDS
    for number, at in enumerate([
        desk.clock(), ends - granting.MARGIN - timedelta(seconds=1), ends - granting.MARGIN,
    ]):  # fmt: skip
        desk.clock.at = at
        desk.notice(number)
        desk.work()
    assert [one["path"] for one in desk.withings.asked] == [
        "/v2/oauth2", "/measure", "/measure", "/v2/oauth2", "/measure",
    ]  # fmt: skip
    assert [one.get("refresh_token") for one in desk.withings.asked if "refresh_token" in one] == [
        "first", "refresh-1",
    ]  # fmt: skip
    assert desk.tokens == granting.Tokens("refresh-2", "access-2")
    assert desk.waits() == []


class Killed(BaseException):
    """The worker is no more."""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["leased", "renewed", "committed", "fetched"])
def test_a_worker_that_is_killed_anywhere_loses_no_token(desk: Desk, step: str) -> None:
    def kill(reached: str) -> None:
        if reached == step:
            raise Killed

    desk.notice(1)
    with pytest.raises(Killed):
        desk.work(kill)
    desk.clock.at += timedelta(seconds=90)  # the lease and what it had to itself run out
    desk.work()
    assert desk.waits() == []
    kept = desk.tokens
    desk.clock.at += 2 * HOLDS
    desk.notice(2)
    desk.work()
    assert desk.waits() == []
    assert desk.withings.asked[-2]["refresh_token"] == kept.refresh


def test_new_tokens_are_on_the_disk_before_they_are_used(desk: Desk) -> None:
    told: dict[str, str] = {}
    desk.notice(1)

    def look(reached: str) -> None:
        told.setdefault(reached, desk.tokens.access)

    desk.work(look)
    assert (told["renewed"], told["committed"]) == ("", "access-1")
    assert [one["path"] for one in desk.withings.asked] == ["/v2/oauth2", "/measure"]


def test_what_is_kept_of_tokens_is_sealed_for_the_person(desk: Desk) -> None:
    desk.notice(1)
    desk.work()
    with by_ourselves(desk.practice.tenant_id) as book:
        (one,) = Grant.objects.filter(tenant_id=book.tenant_id)
        for secret in (b"first", b"refresh-1", b"access-1"):
            assert secret not in bytes(one.sealed)
        Grant.objects.filter(pk=one.pk).update(holder="18")
        feed = feeds.by_id(book, desk.feed_id, SEAL)
        with pytest.raises(DeskError, match="do not open"):
            granting.access_of(book, feed, "18", SEAL)


def test_one_worker_at_a_time_renews_for_a_person(desk: Desk) -> None:
    with by_ourselves(desk.practice.tenant_id) as book:
        feed = feeds.by_id(book, desk.feed_id, SEAL)
        access = granting.access_of(book, feed, "17", SEAL)
        granting.take_to_renew(book, access, desk.clock())
    desk.notice(1)
    desk.work()
    assert (desk.withings.asked, desk.waits()[0][1]) == ([], "fetch.renewing")
    desk.clock.at += timedelta(seconds=61)
    desk.work()
    assert desk.waits() == []


@pytest.mark.slow
def test_a_token_that_a_person_gave_meanwhile_is_not_written_over(desk: Desk) -> None:
    def given(reached: str) -> None:
        if reached == "renewed":
            said = ("17", desk.withings.connect("second"))
            book = desk.practice.opened("integrator")
            granting.grant(book, desk.feed_id, said, desk.clock(), seal=SEAL)

    desk.notice(1)
    desk.work(given)
    assert (desk.tokens.refresh, desk.waits()[0][1]) == ("second", "fetch.renewing")
    desk.clock.at += timedelta(minutes=1)
    desk.work()
    assert desk.waits() == []


def test_a_token_that_the_vendor_takes_no_more_is_renewed(desk: Desk) -> None:
    desk.notice(1)
    desk.work()
    desk.withings.asking.clear()
    desk.notice(2)
    desk.work()
    assert desk.waits()[0][1] == "fetch.refused"
    desk.clock.at += timedelta(minutes=1)
    desk.work()
    assert desk.waits() == []


def test_a_vendor_that_refuses_to_renew_is_asked_again_with_the_same(desk: Desk) -> None:
    desk.withings.refuses = True
    desk.notice(1)
    desk.work()
    assert (desk.waits(), desk.tokens.refresh) == ([(1, "fetch.not_renewed")], "first")
    desk.withings.refuses = False
    desk.clock.at += timedelta(seconds=30)
    desk.work()
    assert desk.waits() == []


def test_nobody_is_asked_for_who_granted_nothing(desk: Desk) -> None:
    desk.notice(1, "18")
    desk.work()
    assert (desk.withings.asked, desk.waits()) == ([], [(1, "fetch.no_token")])
    with pytest.raises(NotFetched), by_ourselves(desk.practice.tenant_id) as ours:
        pulling.announced(ours, 0, SEAL)


def test_who_may_give_a_token_and_what_is_none(desk: Desk) -> None:
    book, at = desk.practice.opened("integrator"), desk.clock()
    with pytest.raises(NotAllowed):
        granting.grant(desk.practice.opened("biller"), desk.feed_id, ("17", "x"), at, seal=SEAL)
    for said in (("", "x"), ("17", " "), ("17x", "x"), ("1" * 61, "x")):
        with pytest.raises(DeskError):
            granting.grant(book, desk.feed_id, said, at, seal=SEAL)
    other = feeds.add(book, Wanted("tenovi"), SEAL, START)
    with pytest.raises(DeskError, match="Nothing is fetched"):
        granting.grant(book, other.feed_id, ("17", "x"), at, seal=SEAL)


def test_a_feed_without_an_application_says_so(desk: Desk) -> None:
    book, at = desk.practice.opened("integrator"), desk.clock()
    bare = feeds.add(book, Wanted("withings"), SEAL, at)
    granting.grant(book, bare.feed_id, ("17", "x"), at, seal=SEAL)
    with pytest.raises(NotFetched, match="application"):
        granting.access_of(book, feeds.by_id(book, bare.feed_id, SEAL), "17", SEAL)


def test_a_token_is_given_at_the_terminal_and_shown_nowhere(practice: Practice) -> None:
    seal, book = seal_of(settings.HOME), practice.opened("integrator")
    made = feeds.add(book, Wanted("withings", secrets=(APPLICATION,)), seal, START)
    asked = ("feeds", "grant", made.feed_id, "--as", "north-integrator", "--person", "17")
    told = CliRunner().invoke(main, asked, input="made-up-token\n")
    assert told.exit_code == 0, told.output
    assert "made-up-token" not in told.output
    feed = feeds.by_id(book, made.feed_id, seal)
    assert granting.access_of(book, feed, "17", seal).tokens == granting.Tokens("made-up-token")
