"""Answers to machines: one shape of error, and the same bytes for the same message."""

from __future__ import annotations

import msgspec
from django.http import HttpResponse

from proofline.api.ingest.limits import TooMuch
from proofline.desk.arriving.messages import Outcome, written
from proofline.desk.arriving.proof.standard_webhooks import NotProven
from proofline.desk.arriving.together import Full, NotKept
from proofline.errors import ProoflineError

JSON = "application/json"
_LATER = frozenset({"store.read_only", "desk.feed_sealed"})
"""Not the sender's to mend: the same message is good once somebody here has done it."""
_ENCODE = msgspec.json.Encoder(order="sorted").encode


def outcome(said: Outcome) -> HttpResponse:
    """Answer what became of a message."""
    return HttpResponse(written(said), content_type=JSON, status=said.status)


def trouble(status: int, code: str, message: str, remedy: str = "") -> HttpResponse:
    """Answer with an error."""
    told = {"code": code, "message": message, "remedy": remedy}
    return HttpResponse(_ENCODE(told), content_type=JSON, status=status)


def status_of(error: ProoflineError) -> int:
    """Give the status of an error: 401 not proven, 507 no room, 503 unknown, else 400."""
    if isinstance(error, NotProven):
        return 401
    if isinstance(error, Full):
        return 507
    return 503 if isinstance(error, NotKept) or error.code in _LATER else 400


def for_senders(error: ProoflineError) -> ProoflineError:
    """Give what a sender is told: of what is ours to mend only that it is not their message."""
    if error.code not in _LATER:
        return error
    return ProoflineError(error.code, "Nothing is taken in for now.", "Send it again later.")


def refused(error: ProoflineError | TooMuch) -> HttpResponse:
    """Answer with what was refused, and when to come again."""
    if isinstance(error, TooMuch):
        answer = trouble(error.status, error.code, error.message)
        after = error.retry_after
    else:
        error = for_senders(error)
        answer = trouble(status_of(error), error.code, error.message, error.remedy)
        after = 5 if status_of(error) in {503, 507} else 0
    if after:
        answer["Retry-After"] = str(after)
    return answer


def nowhere() -> HttpResponse:
    """Answer for an address that is nobody's, or not any more: always the same."""
    return trouble(404, "ingest.no_feed", "There is no feed at this address.")
