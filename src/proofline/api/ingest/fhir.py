"""POST /fhir and /fhir/{kind}: resources of machine clients that hold the token of a feed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse  # noqa: TC002 - as in the other doors
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Raw, Struct

from proofline.api.ingest.answers import for_senders, status_of
from proofline.api.ingest.capability import FHIR_JSON, TAKEN
from proofline.api.ingest.doors import DOORS
from proofline.api.ingest.fhir_answers import of_bundle, of_resource, refusal
from proofline.api.ingest.limits import TooMuch, body_of
from proofline.api.ingest.webhooks import BUCKETS, key_of
from proofline.api.ingest.writer import WRITER
from proofline.desk.arriving.feeds import Feed, bearer
from proofline.desk.arriving.messages import Outcome, Sent, id_of
from proofline.errors import ProoflineError

TYPES = frozenset({FHIR_JSON, "application/json"})
BUNDLES = frozenset({"transaction", "batch"})
MOST_ENTRIES = 5_000
_FAR = re.compile(rb'"reference"\s*:\s*"(https?:[^"]*)"', re.IGNORECASE)
_HERE = re.compile(rb'"fullUrl"\s*:\s*"([^"]*)"')
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_ISSUE = {
    400: "invalid",
    401: "security",
    404: "not-found",
    413: "too-long",
    429: "throttled",
    507: "no-store",
}


class _Head(Struct, rename="camel"):
    """What a body says it is. Of a Bundle `type` is a word; of a Device it is a coded concept."""

    resource_type: str = ""
    type: object = ""
    entry: list[Raw] = []


_HEAD = msgspec.json.Decoder(_Head)


class _Refused(Exception):
    """A request that is answered with one issue."""


@csrf_exempt
@login_not_required
@require_POST
def post_resource(request: HttpRequest, kind: str) -> HttpResponse:
    """Take one resource of a kind."""
    if kind not in TAKEN:
        return refusal(404, "not-supported", f"Taken are {', '.join(TAKEN)}, and Bundles.")
    return _post(request, frozenset({kind}))


@csrf_exempt
@login_not_required
def no_such_way(request: HttpRequest, **_names: str) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer for reading, changing and deleting by id, in the words of FHIR."""
    words = "This door only takes in: POST to /fhir/Observation or a Bundle to /fhir."
    answer = refusal(405, "not-supported", words)
    answer["Allow"] = "POST"
    return answer


@csrf_exempt
@login_not_required
@require_POST
def post_bundle(request: HttpRequest) -> HttpResponse:
    """Take a Bundle: a transaction whole or not at all, a batch entry by entry."""
    return _post(request, frozenset({"Bundle"}))


def _post(request: HttpRequest, kinds: frozenset[str]) -> HttpResponse:
    token = bearer(request.headers.get("Authorization", ""))
    try:
        feed = DOORS.feed(token)
        if feed is None or feed.proofs.scheme != "bearer":
            return refusal(401, "security", "Send the bearer token of a feed that is open.")
        BUCKETS.take(feed.feed_id)
        body = body_of(request, TYPES)
        head = _head(body, kinds)
        said = WRITER.put(feed, _sent(request, feed, body, whole=head.type == "transaction"))
    except _Refused as error:
        return refusal(422, "invalid", str(error))
    except TooMuch as error:
        answer = refusal(error.status, _ISSUE.get(error.status, "invalid"), error.message)
        answer["Retry-After"] = str(error.retry_after or 1)
        return answer
    except ProoflineError as error:
        status = status_of(error)
        return refusal(status, _ISSUE.get(status, "transient"), str(for_senders(error)))
    return _answer(said, head, token)


def _answer(said: Outcome | None, head: _Head, token: str) -> HttpResponse:
    if said is None:
        DOORS.forget(token)
        return refusal(401, "security", "The feed was closed.")
    if head.resource_type == "Bundle":
        return of_bundle(said, str(head.type), len(head.entry))
    return of_resource(said)


def _head(body: bytes, kinds: frozenset[str]) -> _Head:
    """Look at what a body says it is; what is in it is the reader's to say."""
    try:
        head = _HEAD.decode(body)
    except _UNREADABLE as error:
        raise _Refused("It is not JSON of a FHIR resource.") from error
    if head.resource_type not in kinds:
        raise _Refused(f"This address takes {' or '.join(sorted(kinds))}.")
    if head.resource_type == "Bundle" and head.type not in BUNDLES:
        raise _Refused("Bundles are taken as transaction or batch.")
    if len(head.entry) > MOST_ENTRIES:
        raise _Refused(f"A Bundle has at most {MOST_ENTRIES} entries.")
    if set(_FAR.findall(body)) - set(_HERE.findall(body)):
        raise _Refused("A reference leads out of here; send Type/id, or what it leads to as well.")
    return head


def _sent(request: HttpRequest, feed: Feed, body: bytes, *, whole: bool) -> Sent:
    return Sent(
        feed.source,
        id_of(body),
        body,
        feed.proofs.authenticity,
        datetime.now(UTC),
        feed_id=feed.feed_id,
        whole=whole,
        key=key_of(request, feed),
    )
