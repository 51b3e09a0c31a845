"""The door for webhooks: whose a message is, what is refused unread, one answer for ever."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import runpy
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from made_up_messages import pressure
from made_up_practices import START, Practice
from proofline.api.ingest import doors, limits, webhooks, writer
from proofline.api.ingest.limits import Buckets, TooMuch
from proofline.desk.arriving import feeds
from proofline.desk.arriving.feeds import Made, Wanted
from proofline.desk.arriving.proof.sealing import Seal, seal_of
from proofline.desk.arriving.proof.standard_webhooks import Headers, NotProven, key_from, verify
from proofline.desk.arriving.together import take_together
from proofline.desk.trouble import DeskError
from proofline.errors import WrongUse
from proofline.store.models import Feed

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SECRET = "whsec_" + base64.b64encode(b"made-up secret of 32 bytes......").decode()
NOW = 1_795_277_651


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign as the specification says, by hand."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


# The verifier by itself


def test_the_example_of_the_specification_holds() -> None:
    # The example that the specification's own libraries test with.
    key = key_from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = Headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    )
    body = b'{"test": 2432232314}'
    assert verify(headers, body, [key], 1614265330) == headers.message_id


@pytest.mark.parametrize("away", [-301, -300, 0, 300, 301])
def test_the_time_of_sending_is_near(away: int) -> None:
    headers = Headers("m-1", str(NOW + away), signature(SECRET, "m-1", NOW + away, b"{}"))
    if abs(away) <= 300:
        assert verify(headers, b"{}", [key_from(SECRET)], NOW) == "m-1"
    else:
        with pytest.raises(NotProven, match="five minutes"):
            verify(headers, b"{}", [key_from(SECRET)], NOW)


@pytest.mark.parametrize(
    "told", [" 1795277651", "1_795_277_651", "1795277651.9", "+1795277651", "01795277651", "١٧٩٥"]
)
def test_a_time_is_digits_and_nothing_else(told: str) -> None:
    headers = Headers("m-1", told, signature(SECRET, "m-1", NOW, b"{}"))
    with pytest.raises(NotProven):
        verify(headers, b"{}", [key_from(SECRET)], NOW)


def test_one_of_several_signatures_and_keys_is_enough() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    public = "whpk_" + base64.b64encode(raw).decode()
    made = private.sign(f"m-1.{NOW}.".encode() + b"{}")
    asymmetric = "v1a," + base64.b64encode(made).decode()
    other = signature(SECRET, "m-2", NOW, b"{}")
    new = "whsec_" + base64.b64encode(b"another made-up secret of bytes!").decode()
    for offered in (f"{other} {asymmetric}", f"v9,abc {signature(SECRET, 'm-1', NOW, b'{}')}"):
        keys = [key_from(new), key_from(SECRET), key_from(public)]
        assert verify(Headers("m-1", str(NOW), offered), b"{}", keys, NOW) == "m-1"
    with pytest.raises(NotProven):  # what is signed by one kind of key is not tried by the other
        verify(Headers("m-1", str(NOW), "v1," + asymmetric[4:]), b"{}", [key_from(public)], NOW)


def test_another_split_of_the_signed_bytes_is_refused() -> None:
    made = signature(SECRET, "m", NOW, b"7.{}")
    with pytest.raises(NotProven):
        verify(Headers(f"m.{NOW}", "7", made), b"{}", [key_from(SECRET)], 7)


@pytest.mark.parametrize(
    "told", ["", "whsec_", "whsec_AAAA", "whpk_" + "A" * 43, "secret", "whsec_é"]
)
def test_what_is_no_key_is_refused(told: str) -> None:
    with pytest.raises(WrongUse):
        key_from(told)


@pytest.mark.slow
def test_a_few_mutated_messages_and_a_verifier_that_forgets() -> None:
    place = Path(__file__).parents[1] / "fuzz" / "webhooks.py"
    probe = runpy.run_path(str(place))
    assert probe["run"](5_000, 2) == (0, 0)
    assert probe["run"](2_000, 2, probe["forgetful"])[0] > 0


# The door


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No feed of another test at hand, and no writer's thread: it would not see the test's rows."""
    monkeypatch.setattr(doors, "DOORS", doors.Doors())
    monkeypatch.setattr(webhooks, "DOORS", doors.DOORS)
    monkeypatch.setattr(webhooks, "BUCKETS", Buckets())
    monkeypatch.setattr(
        writer.WRITER, "put", lambda *one: take_together([one], datetime.now(UTC))[0]
    )


def opened(practice: Practice, **said: object) -> Made:
    wanted = Wanted(
        **{  # type: ignore[arg-type]
            "source": "tenovi",
            "scheme": "standard",
            "secrets": (SECRET,),
        }
        | said
    )
    return feeds.add(practice.opened("integrator"), wanted, doors.seal(), START)


def post(made: Made, body: bytes, message_id: str = "m-1", **headers: str) -> Answer:
    now = int(time.time())
    told = {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(SECRET, message_id, now, body),
    }
    kind = headers.pop("content_type", "application/json")
    return Client().post(made.path, body, kind, headers=told | headers)


def test_a_signed_message_is_taken_once(practice: Practice) -> None:
    made = opened(practice)
    first = post(made, pressure())
    assert first.status_code == 200
    assert json.loads(first.content) == {"message_id": "m-1", "rows": 3, "state": "taken"}
    again = post(made, pressure())
    assert (again.status_code, again.content) == (200, first.content)
    other = post(made, pressure(value_1="1"))
    assert other.status_code == 409
    book = practice.opened("integrator")
    (row,) = book.shelf.rows("readings")
    assert (row["value"], row["authenticity"]) == ("128", "signed")


def test_what_proves_nothing_is_not_kept(practice: Practice) -> None:
    made = opened(practice)
    for headers in ({"webhook-signature": "v1,AAAA"}, {"webhook-id": "m-2"}, {"webhook-id": ""}):
        answer = post(made, pressure(), **headers)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (
            401,
            "ingest.not_proven",
        )
    assert practice.opened("integrator").shelf.rows("readings") == []


def test_unreadable_is_kept_and_waits(practice: Practice) -> None:
    made = opened(practice)
    assert post(made, b'{"a": 1, "a": 2}').status_code == 202
    (health,) = feeds.health(practice.opened("integrator"), datetime.now(UTC))
    assert (health.state, health.heard.held, health.heard.last_good) == ("open", 1, None)


@pytest.mark.parametrize(
    ("scheme", "secret", "header", "told"),
    [
        ("token", "made-up token 16", "X-Api-Key", "made-up token 16"),
        ("basic", "a:made-up pass word", "Authorization", "Basic YTptYWRlLXVwIHBhc3Mgd29yZA=="),
        ("body_hmac", "made-up of sixteen", "X-Signature", ""),
    ],
)
def test_the_vendors_own_schemes(
    practice: Practice, scheme: str, secret: str, header: str, told: str
) -> None:
    made = opened(practice, scheme=scheme, secrets=(secret,), id_header="X-Message-Id")
    told = told or hmac.new(secret.encode(), pressure(), hashlib.sha256).hexdigest()
    client = Client()
    for offered, status in (("", 401), (told + "x", 401), (told, 200)):
        answer = client.post(
            *(made.path, pressure(), "application/json"),
            headers={header: offered, "X-Message-Id": "vendor-7"},
        )
        assert answer.status_code == status
    (row,) = practice.opened("integrator").shelf.rows("readings")
    assert row["authenticity"] == "undated"


@pytest.mark.parametrize(
    ("source", "scheme", "secret"),
    [
        *(("tenovi", "bearer", ""), ("tenovi", "mllp", ""), ("bodytrace", "basic", "no colon")),
        *(("tenovi", "token", "x"), ("tenovi", "body_hmac", "fifteen letters")),
        *(
            ("bodytrace", "basic", "a long name of somebody:x"),
            ("tenovi", "standard", "whsec_YQ=="),
        ),
    ],
)
def test_a_feed_that_nothing_could_come_by_is_not_opened(
    practice: Practice, source: str, scheme: str, secret: str
) -> None:
    wanted = Wanted(source, scheme, (secret,) if secret else ())
    with pytest.raises(WrongUse):
        feeds.add(practice.opened("integrator"), wanted, doors.seal(), START)


def test_a_secret_without_a_colon_that_is_kept_proves_nothing_and_is_replaced(
    practice: Practice,
) -> None:
    """Such feeds could be opened once; a sender shows a name and a password, with a colon."""
    made = opened(
        practice, source="bodytrace", scheme="basic", secrets=("made-up:words of sixteen",)
    )
    book, seal = practice.opened("integrator"), doors.seal()
    sealed = seal.close(made.feed_id, b'{"secrets":["made-up"],"header":"","id_header":""}')
    Feed.objects.filter(feed_id=made.feed_id).update(sealed=sealed, version=2)
    doors.DOORS.forget(made.path.rsplit("/", 1)[-1])
    shown = base64.b64encode(b"made-up:").decode()
    kind, headers = "application/json", {"Authorization": f"Basic {shown}"}
    assert Client().post(made.path, b"{}", kind, headers=headers).status_code == 401
    with pytest.raises(WrongUse, match="NAME:PASSWORD"):
        feeds.rotate(book, made.feed_id, START, seal=seal, change=feeds.Change("word"))
    again = feeds.rotate(
        book, made.feed_id, START, seal=seal, change=feeds.Change("new:words of sixteen")
    )
    assert again.secret.startswith("new:")


def test_who_opens_a_feed_is_told_what_its_messages_show(practice: Practice) -> None:
    assert opened(practice, scheme="token").header == "X-Api-Key"
    assert opened(practice, scheme="body_hmac").header == "X-Signature"


def test_a_key_that_is_none_is_no_question_of_proof(practice: Practice) -> None:
    made = opened(practice)
    answer = post(made, pressure(), **{"Idempotency-Key": "x" * 500})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "ingest.bad_key")


def test_a_notice_is_kept_without_credentials(practice: Practice) -> None:
    made = opened(practice, source="withings", scheme="", secrets=())
    body = b"userid=1&appli=4&startdate=1&enddate=2"
    answer = Client().post(made.path, body, "application/x-www-form-urlencoded")
    assert answer.status_code == 200


def test_what_is_refused_before_it_is_read(practice: Practice) -> None:
    made = opened(practice)
    assert post(made, pressure(), content_type="image/png").status_code == 415
    assert post(made, b'{"a":"' + b"x" * limits.SINGLE + b'"}').status_code == 413
    assert post(made, b"[" + b" " * limits.BATCH + b"]").status_code == 413
    packed = Client().post(
        made.path,
        gzip.compress(pressure()),
        "application/json",
        headers={"Content-Encoding": "gzip"},
    )
    assert (packed.status_code, json.loads(packed.content)["code"]) == (415, "ingest.encoding")
    assert Client().get(made.path).status_code == 405
    assert Client().post("/ingest/tenovi/nobody", b"", "application/json").status_code == 404
    assert Client().post(made.path.replace("tenovi", "telli"), b"", "text/plain").status_code == 404


def test_a_feed_that_sends_too_fast_is_told_when_to_come_again() -> None:
    now = [0.0]
    buckets = Buckets(rate=0.5, burst=2, clock=lambda: now[0])
    for _ in range(2):
        buckets.take("fed_1")
    with pytest.raises(TooMuch) as refused:
        buckets.take("fed_1")
    assert (refused.value.status, refused.value.retry_after) == (429, 2)
    buckets.take("fed_2")
    now[0] = 2.0
    buckets.take("fed_1")


def test_a_short_secret_that_is_kept_goes_on_and_no_shorter_one_takes_its_place(
    practice: Practice,
) -> None:
    """Such feeds could be opened once, and their senders are not cut off."""
    made = opened(practice, scheme="token", secrets=("long enough, 16.",))
    book, seal = practice.opened("integrator"), doors.seal()
    sealed = seal.close(made.feed_id, b'{"secrets":["x"],"header":"X-Api-Key","id_header":""}')
    Feed.objects.filter(feed_id=made.feed_id).update(sealed=sealed, version=2)
    assert post(made, pressure(), **{"X-Api-Key": "x"}).status_code == 200
    with pytest.raises(WrongUse, match="guessed"):
        feeds.rotate(book, made.feed_id, START, seal=seal, change=feeds.Change("y"))
    feeds.rotate(book, made.feed_id, START, seal=seal, change=feeds.Change())
    doors.DOORS.forget(made.path.rpartition("/")[2])
    assert post(made, pressure(), "m-2", **{"X-Api-Key": "x"}).status_code == 200  # beside the new


def test_a_feed_whose_key_is_lost_says_so_and_is_given_a_new_secret(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a restore to another home: feeds.key is in no backup."""
    made, clinical = opened(practice), opened(practice, source="fhir", scheme="bearer", secrets=())
    lost = Seal(bytes(range(32)))
    monkeypatch.setattr(doors, "seal", lambda: lost)
    answer = post(made, pressure())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    said = {"code": "desk.feed_sealed", "message": "Nothing is taken in for now."}
    assert json.loads(answer.content) == {**said, "remedy": "Send it again later."}
    assert "a feed does not open by this feeds.key" in caplog.messages
    client, kind = Client(), "application/fhir+json"
    bearer = {"Authorization": f"Bearer {clinical.secret}"}
    refused = client.post("/fhir/Observation", b"{}", kind, headers=bearer)
    assert (refused.status_code, b"feeds.key" in refused.content) == (503, False)
    assert feeds.sealed_off(lost) == 2
    book = practice.opened("integrator")
    with pytest.raises(DeskError, match="PROOFLINE_HOME"):  # it may be the wrong home folder
        feeds.rotate(book, made.feed_id, START, seal=lost, change=feeds.Change(SECRET))
    anew = feeds.Change(SECRET, key_lost=True)
    new = feeds.rotate(book, made.feed_id, START, seal=lost, change=anew)
    assert (new.secret, feeds.sealed_off(lost)) == (SECRET, 1)
    assert post(made, pressure()).status_code == 200


def test_secrets_change_over_and_a_closed_feed_is_nowhere(practice: Practice) -> None:
    made, book = opened(practice), practice.opened("integrator")
    new = feeds.rotate(book, made.feed_id, START, seal=doors.seal(), change=feeds.Change())
    assert new.secret.startswith("whsec_")
    assert post(made, pressure()).status_code == 200  # the last secret still holds
    feeds.rotate(book, made.feed_id, START, seal=doors.seal(), change=feeds.Change())
    doors.DOORS.forget(made.path.rpartition("/")[2])
    assert post(made, pressure(), "m-2").status_code == 401  # with two newer ones it is gone
    feeds.close(book, made.feed_id, START)
    answer = post(made, pressure(), "m-3")
    assert answer.status_code in {401, 404}
    doors.DOORS.forget(made.path.rpartition("/")[2])
    assert post(made, pressure(), "m-3").status_code == 404
    assert [one.state for one in feeds.health(book, START)] == ["closed"]


def test_closing_holds_at_once_although_the_door_is_at_hand(practice: Practice) -> None:
    made = opened(practice)
    assert post(made, pressure()).status_code == 200
    feeds.close(practice.opened("integrator"), made.feed_id, START)
    assert post(made, pressure(), "m-2").status_code == 404


def test_secrets_are_sealed_under_a_key_beside_the_database(
    practice: Practice, tmp_path: Path
) -> None:
    made = opened(practice)
    sealed = bytes(Feed.objects.get(pk=made.feed_id).sealed)
    assert SECRET.encode() not in sealed
    with pytest.raises(DeskError, match="do not open"):
        feeds.by_id(practice.opened("integrator"), made.feed_id, Seal(bytes(32)))
    seal = seal_of(tmp_path)
    assert seal_of(tmp_path).key == seal.key
    assert (tmp_path / "feeds.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(DeskError):
        seal.open("fed_2", seal.close("fed_1", b"secret"))
