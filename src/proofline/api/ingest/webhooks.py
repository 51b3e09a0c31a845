"""POST /ingest/{source}/{token}: a vendor's message, proved, on the disk, and then answered."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse  # noqa: TC002 - as in the other doors
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from proofline.api.ingest import answers
from proofline.api.ingest.doors import DOORS
from proofline.api.ingest.limits import Buckets, TooMuch, body_of
from proofline.api.ingest.writer import WRITER
from proofline.desk.arriving.decoding import read_ahead
from proofline.desk.arriving.feeds import Feed
from proofline.desk.arriving.messages import LONGEST_ID, Sent, id_in
from proofline.desk.arriving.proof.proving import prove
from proofline.errors import ProoflineError, WrongUse

TYPES = frozenset(
    {
        *("application/json", "application/x-ndjson", "application/x-www-form-urlencoded"),
        *("text/plain", "text/csv", "application/hl7-v2", "x-application/hl7-v2+er7"),
        "application/fhir+json",
    }
)
BUCKETS = Buckets()
_NOT_BY_HTTP = frozenset({"mllp", "drop", "bearer"})


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, source: str, token: str) -> HttpResponse:
    """Take one message of a vendor."""
    try:
        feed = DOORS.feed(token)
        if feed is None or feed.source != source or feed.proofs.scheme in _NOT_BY_HTTP:
            return answers.nowhere()
        BUCKETS.take(feed.feed_id)
        said = WRITER.put(feed, _sent(request, feed, body_of(request, TYPES)))
    except (ProoflineError, TooMuch) as error:
        return answers.refused(error)
    if said is None:
        DOORS.forget(token)
        return answers.nowhere()
    return answers.outcome(said)


def _sent(request: HttpRequest, feed: Feed, body: bytes) -> Sent:
    now = datetime.now(UTC)
    by = feed.proofs
    message_id = prove(by, lambda name: request.headers.get(name, ""), body, int(now.timestamp()))
    sent = Sent(
        feed.source,
        id_in(feed.feed_id, feed.mapping, message_id),
        body,
        by.authenticity,
        now,
        feed_id=feed.feed_id,
        key=key_of(request, feed),
        mapping=feed.mapping,
    )
    return read_ahead(feed.tenant_id, sent)


def key_of(request: HttpRequest, feed: Feed) -> str:
    """Give the idempotency key of a request within its feed, blank if it has none.

    Errors: WrongUse for one that is no key.
    """
    told = request.headers.get("Idempotency-Key", "")
    if len(told) > LONGEST_ID or not (told.isascii() and told.isprintable()):
        raise WrongUse(
            "ingest.bad_key",
            "The Idempotency-Key is none.",
            f"Send printable ASCII, at most {LONGEST_ID} characters.",
        )
    return f"{feed.feed_id} {told}" if told else ""
