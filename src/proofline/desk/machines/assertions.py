"""Signed assertions: a machine proves itself by a key that was registered, and sends no secret.

SMART Backend Services (HL7, SMART App Launch 2, "Client Authentication: Asymmetric") over RFC 7523:
RS384 or ES384, the client as issuer and subject, the token's address as audience, good for at most
five minutes and once. Keys are those given at registration; no address in an assertion is fetched.
"""

from __future__ import annotations

import binascii
from datetime import UTC, datetime, timedelta

import msgspec

from proofline.desk.machines.keys import Granted, bad_key, granted
from proofline.desk.machines.public_keys import signed_by, unbase64
from proofline.store.outside import keys

LONGEST = timedelta(minutes=5)
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_TEXT = 8_192


class _Head(msgspec.Struct, frozen=True):
    alg: str
    kid: str


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str
    exp: int
    jti: str


def grant_for_assertion(assertion: str, audience: str, wanted: str, at: datetime) -> Granted:
    """Give a token for an assertion made for `audience`. Errors: BadKey; DeskError for a scope."""
    try:
        signed, _, mark = assertion[:_LONGEST_TEXT].rpartition(".")
        first, _, second = signed.partition(".")
        head = msgspec.json.decode(unbase64(first), type=_Head)
        said = msgspec.json.decode(unbase64(second), type=_Claims)
        signature = unbase64(mark)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise bad_key() from error
    found = keys.public_keys(said.iss)
    jwks = [one for one in found[1] if one.get("kid") == head.kid] if found else []
    if found is None or len(jwks) != 1:
        raise bad_key()
    if not signed_by(jwks[0], head.alg, signed.encode(), signature):
        raise bad_key()
    if said.sub != said.iss or said.aud != audience or not _in_time(said.exp, at):
        raise bad_key()
    if not said.jti or not keys.use_assertion(said.iss, said.jti, _instant(said.exp), at):
        raise bad_key()
    return granted(found[0], wanted, at)


def _in_time(exp: int, at: datetime) -> bool:
    return at.timestamp() < exp <= (at + LONGEST).timestamp()


def _instant(exp: int) -> datetime:
    return datetime.fromtimestamp(exp, UTC)
