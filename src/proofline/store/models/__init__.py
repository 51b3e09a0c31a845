"""The tables of the book. A model has columns and constraints; what is done with rows is elsewhere.

people      tenants, persons, in which role they work for which tenant, and whom they looked at
evidence    one table for each table of the evidence contract, made from it
machines    keys of other systems, and what they are told
messages    what machines sent, as it came
feeds       by which address machines send, and by which tokens vendors are asked
decisions   what was decided, and the jobs that decide
outlooks    what the forecast said last
standings   where lines, amendments and overpayments stand, worked out from their logs
tallied     which decisions hold, what was refused, and how many lines are alike
work        what runs or waits: timers, thresholds, alerts
"""

from __future__ import annotations

from proofline.store.models.decisions import Decision, Job, Line, Turning
from proofline.store.models.evidence import EVIDENCE, EvidenceRow
from proofline.store.models.feeds import Feed, Grant
from proofline.store.models.machines import (
    Assertion,
    Delivery,
    Event,
    Machine,
    Subscription,
    Token,
)
from proofline.store.models.messages import Answer, Message
from proofline.store.models.outlooks import Foreseen, Learned, Placed
from proofline.store.models.people import BreakGlass, Look, Membership, Person, Tenant
from proofline.store.models.standings import (
    AmendmentRow,
    CaseRow,
    LineStanding,
    LineStep,
    Watched,
)
from proofline.store.models.tallied import LastDecision, Refusal, Tally, WaitingAnswer
from proofline.store.models.work import Alert, Threshold, Timer

__all__ = [
    "EVIDENCE",
    "Alert",
    "AmendmentRow",
    "Answer",
    "Assertion",
    "BreakGlass",
    "CaseRow",
    "Decision",
    "Delivery",
    "Event",
    "EvidenceRow",
    "Feed",
    "Foreseen",
    "Grant",
    "Job",
    "LastDecision",
    "Learned",
    "Line",
    "LineStanding",
    "LineStep",
    "Look",
    "Machine",
    "Membership",
    "Message",
    "Person",
    "Placed",
    "Refusal",
    "Subscription",
    "Tally",
    "Tenant",
    "Threshold",
    "Timer",
    "Token",
    "Turning",
    "WaitingAnswer",
    "Watched",
]
