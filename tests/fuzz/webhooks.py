"""Mutated webhooks: only the message that was signed is ever let in, and nothing else is raised.

    python tests/fuzz/webhooks.py [--cases 1000000] [--seed 1]

Every case changes id, time, signature or body of a message that is properly signed, by HMAC or by
Ed25519, or sends parts of one with parts of another. A case that is let in counts as false unless
it is what was signed, to the byte. `--sabotage` uses a verifier that forgets the body, and has to
fail.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import random
import sys
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from proofline.desk.arriving.proof.standard_webhooks import (
    Headers,
    Key,
    NotProven,
    key_from,
    verify,
)

NOW = 1_795_277_651
SECRET = b"made-up secret of 32 bytes......"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Case = tuple[str, str, str, bytes]
Verify = Callable[[Headers, bytes, tuple[Key, ...], int], str]

_ODD = (
    "",
    " ",
    ".",
    ",",
    "\x00",
    "\n",
    "é",
    "\ud800",
    "\u0661",
    "=",
    "==",
    "v1,",
    "v1a,",
    "_",
    "+",
    "-1",
    "1e9",
)


def keys() -> tuple[Key, ...]:
    """A secret and a public key."""
    raw = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return (
        key_from("whsec_" + base64.b64encode(SECRET).decode()),
        key_from("whpk_" + base64.b64encode(raw).decode()),
    )


def signed(message_id: str, at: int, body: bytes) -> list[Case]:
    """A message, signed in each way."""
    told = f"{message_id}.{at}.".encode() + body
    by_secret = base64.b64encode(hmac.digest(SECRET, told, hashlib.sha256)).decode()
    by_key = base64.b64encode(PRIVATE.sign(told)).decode()
    offered = (f"v1,{by_secret}", f"v1a,{by_key}", f"v1,AAAA v1a,{by_key} v2,x")
    return [(message_id, str(at), one, body) for one in offered]


def mutated(chance: random.Random, case: Case, other: Case) -> Case:
    """Change a case in one to three places."""
    parts: list[str | bytes] = list(case)
    for _ in range(chance.randint(1, 3)):
        which = chance.randrange(4)
        if chance.random() < 0.2:
            parts[which] = other[which]
        elif isinstance(part := parts[which], bytes):
            parts[which] = _other_bytes(chance, part)
        else:
            parts[which] = _other_text(chance, part)
    message_id, at, offered, body = parts
    assert isinstance(message_id, str)
    assert isinstance(at, str)
    assert isinstance(offered, str)
    assert isinstance(body, bytes)
    return message_id, at, offered, body


def _other_text(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text) + 1)
    way = chance.randrange(5)
    if way == 0:
        return text[:place] + chance.choice(_ODD) + text[place:]
    if way == 1:
        return text[:place] + text[place + 1 :]
    if way == 2:
        return text[:place] + chr(chance.randrange(0x250)) + text[place + 1 :]
    if way == 3:
        return text[:place]
    return text.swapcase() if chance.random() < 0.5 else text + " " + text


def _other_bytes(chance: random.Random, body: bytes) -> bytes:
    place = chance.randrange(len(body) + 1)
    made = chance.choice([bytes([chance.randrange(256)]), b"", b".", b"\r\n", bytes(40)])
    return body[:place] + made + body[place + chance.randrange(2) :]


def _told(one: Case) -> tuple[str, str, bytes]:
    return one[0], one[1], one[3]


def run(cases: int, seed: int, by: Verify = verify) -> tuple[int, int]:
    """Give how many of the cases were let in although nobody signed them, and how many raised."""
    chance, ours, false, uncaught = random.Random(seed), keys(), 0, 0  # noqa: S311 - the same again
    known = [
        *signed("msg_1", NOW, b'{"value": 128}'),
        *signed("m", NOW - 299, b"7.{}"),
        *signed("msg-2", NOW + 300, b""),
    ]
    was_signed = {_told(one) for one in known}
    for _ in range(cases):
        case = mutated(chance, chance.choice(known), chance.choice(known))
        message_id, at, offered, body = case
        try:
            by(Headers(message_id, at, offered), body, ours, NOW)
        except NotProven:
            continue
        except Exception:  # noqa: BLE001 - it is what is counted
            uncaught += 1
            continue
        false += _told(case) not in was_signed
    return false, uncaught


def forgetful(headers: Headers, body: bytes, ours: tuple[Key, ...], now: int) -> str:
    """A verifier that lets any body in: the probe has to notice."""
    for known in (b'{"value": 128}', b"7.{}", b"", body):
        try:
            return verify(headers, known, ours, now)
        except NotProven:
            continue
    raise NotProven("ingest.not_proven", "", "")


def main() -> None:
    """Run, print, and fail if anything was found."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--cases", type=int, default=1_000_000)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--sabotage", action="store_true")
    asked = said.parse_args()
    began = time.process_time()
    false, uncaught = run(asked.cases, asked.seed, forgetful if asked.sabotage else verify)
    rate = asked.cases / (time.process_time() - began)
    print(f"{asked.cases} cases, {false} let in falsely, {uncaught} uncaught, {rate:.0f}/s")  # noqa: T201
    sys.exit(bool(false or uncaught))


if __name__ == "__main__":
    main()
