"""The worker's round: take what is due, do it, strike it off together with its effects.

Killed anywhere, it loses nothing: before the effects are committed the lease runs out and another
takes the job; after that the job is struck off already, because both are one transaction. One that
lost its lease meanwhile keeps nothing, so nothing is done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from proofline.desk import days
from proofline.desk.arriving import silence
from proofline.desk.arriving.fetching import granting, pulling
from proofline.desk.arriving.fetching.outbound import NotFetched, Outbound
from proofline.desk.arriving.fetching.pulling import Notice
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.billing import closing as billing
from proofline.desk.billing.papers import BILL
from proofline.desk.care import aging, alerts, limits
from proofline.desk.deciding import Turn, decided_today, keep_turn
from proofline.desk.telling.events import TELL, tell_decisions
from proofline.desk.telling.reaching import Reach
from proofline.desk.telling.sending import send
from proofline.desk.trouble import DeskError
from proofline.errors import ProoflineError, is_full
from proofline.store import jobs
from proofline.store.book import at_one_instant, by_ourselves
from proofline.store.jobs import Leased
from proofline.store.people import accounts
from proofline.store.safekeeping.heads import NoKeyYet
from proofline.store.safekeeping.room import refuse_without_room

HOUR = timedelta(hours=1)
TOGETHER = 50
"""Patients decided at once: the engine's plans cost the same for one and for many."""

LOG = logging.getLogger("proofline.worker")

UNSIGNED = "no head of the ledger is signed: its key is not made yet, which proofline serve does"
"""What a worker without a key says in the log, where nothing that is put into words is kept."""


def _nothing(_step: str) -> None:
    """Let a step pass; tests put something here that does not."""


def _no_seal() -> Seal:
    raise DeskError(
        "desk.no_seal", "This worker has no key for the feeds.", "Name its home folder."
    )


@dataclass(slots=True)
class Worker:
    """One worker: its name, its clock, and what signs the ledger's head (None: nothing does).

    `reached` hears of each step of a round before the next one begins. `seal` opens the secrets of
    feeds, and `outbound` is what fetches.
    """

    name: str
    now: Callable[[], datetime]
    sign: Callable[[datetime], object] | None = None
    reached: Callable[[str], None] = _nothing
    reach: Reach = field(default_factory=Reach)
    seal: Callable[[], Seal] = _no_seal
    outbound: Outbound = field(default_factory=lambda: Outbound(pulling.HOSTS))
    _did: str = field(default="", init=False)

    def round(self) -> int:
        """Do one round of jobs; give how many there were. Trouble parks a job after some attempts.

        After a portion of new readings was held against their limits, whatever else waits is next:
        many readings that come at once keep no decision waiting.

        Errors: DatabaseError when the database does not answer or has no room; nothing is lost by
        it, and no attempt counts that no room has ended.
        """
        refuse_without_room()
        after = "watch" if self._did == "watch" else ""
        taken = jobs.lease(self.name, self.now(), TOGETHER, after)
        if not taken:
            return 0
        self._did = taken[0].kind
        self.reached("leased")
        try:
            self._do(taken)
        except DatabaseError as error:
            if is_full(error):
                jobs.untried(taken, self.name, self.now())
            raise
        return len(taken)

    def _do(self, taken: list[Leased]) -> None:
        if trouble := self._tried(taken):
            if len(taken) == 1:
                jobs.failed(taken[0], self.name, self.now(), trouble)
            else:
                self._apart(taken)

    def _apart(self, taken: list[Leased]) -> None:
        """Find out which of several jobs is the bad one by doing each by itself."""
        for one in taken:
            if trouble := self._tried([one]):
                jobs.failed(one, self.name, self.now(), trouble)

    def _tried(self, taken: list[Leased]) -> str:
        """Do jobs; give the kind of what went wrong, which is never its text, or nothing."""
        try:
            _WORK[taken[0].kind](self, taken)
        except DatabaseError:
            raise
        except ProoflineError as error:
            return error.code
        except Exception as error:
            LOG.exception("job failed", extra={"job": taken[0].kind, "count": len(taken)})
            return type(error).__name__
        return ""

    def _decide(self, taken: list[Leased]) -> None:
        tenant_id, at = taken[0].tenant_id, self.now()
        patients = {job.subject for job in taken}
        with at_one_instant(tenant_id) as book:
            turns = decided_today(book, patients, at)
        self.reached("decided")
        with transaction.atomic(), by_ourselves(tenant_id) as book:
            with book.act("decision", self.now()) as act:
                ours = jobs.still_ours(taken, self.name)
                for turn in turns:
                    kept = _of_ours(turn, taken, ours)
                    keep_turn(act, kept)
                    tell_decisions(book, kept.news, act.at)
                    jobs.ask(tenant_id, BILL, billing.to_bill(book, kept), act.at, due=act.at)
                    days.catch_up(book, {one.patient_id: one.as_of for one in kept.holds}, act.at)
                days.watch(book, {job.subject for job in ours}, at)
                self.reached("kept")
            jobs.done(ours, self.name)
            self.reached("done")
        self.reached("committed")

    def _bill(self, taken: list[Leased]) -> None:
        """Draw what became billable, and hold what was sent against today.

        Done twice it adds nothing. Where decisions are being made anew it comes later, so that they
        come first; whoever waits for none is not kept by others. Without the practice's papers it
        ends, and new papers ask for it.
        """
        if not self._billed(taken) and len(taken) > 1:
            for one in taken:
                self._billed([one])
        self.reached("committed")

    def _billed(self, taken: list[Leased]) -> bool:
        at = self.now()
        with by_ourselves(taken[0].tenant_id) as book:
            followed = billing.follow(book, {job.subject for job in taken}, at)
            self.reached("kept")
            if followed:
                jobs.done(taken, self.name)
            elif len(taken) == 1:
                jobs.untried(taken, self.name, at)
            self.reached("done")
        return followed

    def _end_day(self, taken: list[Leased]) -> None:
        at = self.now()
        with transaction.atomic(), by_ourselves(taken[0].tenant_id) as book:
            jobs.done(taken, self.name)
            self.reached("done")
            for job in taken:
                days.end(book, job.subject, at)
        self.reached("committed")

    def _age(self, taken: list[Leased]) -> None:
        """Tell again where outlooks stand if the past teaches something else; the rest is asked."""
        for job in taken:
            with at_one_instant(job.tenant_id) as book:
                anew = aging.told_anew(book, self.now())
            with transaction.atomic(), by_ourselves(job.tenant_id) as book:
                with book.act("decision", self.now()) as act:
                    aging.keep_anew(act, anew)
                jobs.done([job], self.name)
            self.reached("committed")

    def _sign(self, taken: list[Leased]) -> None:
        """Sign the head; where no key is made yet, what asked for it waits for one who has it."""
        try:
            if self.sign is not None:
                self.sign(self.now())
        except NoKeyYet:
            LOG.warning(UNSIGNED)
            jobs.untried(taken, self.name, self.now())
            return
        self.reached("signed")
        with transaction.atomic():
            jobs.done(taken, self.name)

    def _tell(self, taken: list[Leased]) -> None:
        send(taken, self.name, self.now, self.reach)

    def _pull(self, taken: list[Leased]) -> None:
        """Fetch what notices announced, outside of any transaction, and take it in."""
        for one in taken:
            notice = self._with_access(one)
            try:
                found = pulling.fetch(notice, self.outbound)
            except pulling.TokenRefused:
                with by_ourselves(one.tenant_id) as book:
                    granting.distrust(book, notice.access, self.now())
                raise
            self.reached("fetched")
            with transaction.atomic(), by_ourselves(one.tenant_id) as book:
                pulling.keep(book, found, self.now())
                jobs.done([one], self.name)
            self.reached("committed")

    def _with_access(self, one: Leased) -> Notice:
        """Say what a notice announced, with a token that lasts: renewed, and kept, if need be."""
        with by_ourselves(one.tenant_id) as book:
            notice = pulling.announced(book, int(one.subject), self.seal())
            if notice.access.lasts(self.now()):
                return notice
            granting.take_to_renew(book, notice.access, self.now())
        try:
            renewed = granting.renew(notice.access, self.outbound, self.now())
        except NotFetched:
            with by_ourselves(one.tenant_id) as book:
                granting.give_back(book, notice.access)
            raise
        self.reached("renewed")
        with transaction.atomic(), by_ourselves(one.tenant_id) as book:
            granting.keep(book, renewed, self.seal())
        self.reached("committed")
        with by_ourselves(one.tenant_id) as book:
            return pulling.announced(book, int(one.subject), self.seal())

    def _watch(self, taken: list[Leased]) -> None:
        """Hold new readings against their limits; what is left is asked for again."""
        tenant_id, at = taken[0].tenant_id, self.now()
        with transaction.atomic(), by_ourselves(tenant_id) as book:
            if limits.watch_news(book, at):
                jobs.ask(tenant_id, "watch", {job.subject for job in taken}, at, due=at)
            self.reached("kept")
            jobs.done(taken, self.name)
            self.reached("done")
        self.reached("committed")

    def _listen(self, taken: list[Leased]) -> None:
        """Listen for silence of devices and feeds; done, the job comes back in an hour."""
        tenant_id, at = taken[0].tenant_id, self.now()
        with transaction.atomic(), by_ourselves(tenant_id) as book:
            alerts.listen_for_silence(book, at)
            silence.listen_to_feeds(book, at)
            self.reached("kept")
            jobs.done(taken, self.name)
            jobs.stand(tenant_id, "listen", "silence", at, due=at + HOUR)
            self.reached("done")
        self.reached("committed")

    def begin(self, tenants: list[str]) -> None:
        """See that each tenant has the jobs that end its days and listen; done, they come back.

        Sessions that are over are dropped: what lies in one is not to lie there for ever.
        """
        accounts.drop_expired_sessions(self.now())
        for tenant_id in tenants:
            at = self.now()
            with transaction.atomic(), by_ourselves(tenant_id) as book:
                due = at - timedelta(seconds=1)
                days.watch_all(book, at)
                jobs.stand(book.tenant_id, "listen", "silence", at, due=due)


def _of_ours(turn: Turn, taken: list[Leased], ours: list[Leased]) -> Turn:
    lost = {job.subject for job in taken} - {job.subject for job in ours}
    return turn.without(lost) if lost else turn


_WORK: dict[str, Callable[[Worker, list[Leased]], None]] = {
    "decide": Worker._decide,  # noqa: SLF001 - our own
    jobs.NIGHT: Worker._decide,  # noqa: SLF001 - our own
    BILL: Worker._bill,  # noqa: SLF001 - our own
    "watch": Worker._watch,  # noqa: SLF001 - our own
    "listen": Worker._listen,  # noqa: SLF001 - our own
    days.DAY: Worker._end_day,  # noqa: SLF001 - our own
    days.AGE: Worker._age,  # noqa: SLF001 - our own
    "pull": Worker._pull,  # noqa: SLF001 - our own
    "checkpoint": Worker._sign,  # noqa: SLF001 - our own
    TELL: Worker._tell,  # noqa: SLF001 - our own
}
"""What is done for each kind of job."""
