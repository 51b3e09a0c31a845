"""Signed assertions: a machine proves itself by a key that was registered, and sends no secret.

SMART Backend Services (HL7, SMART App Launch 2, "Client Authentication: Asymmetric") over RFC 7523:
RS384 or ES384, the client as issuer and subject, the token's address as audience, good for at most
five minutes and once. Keys are those given at registration; no address in an assertion is fetched.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from proofline.desk.machines.keys import Granted, bad_key, granted
from proofline.store.outside import keys

LONGEST = timedelta(minutes=5)
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LEAST_BITS, _HALF = 2048, 48
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
        head = msgspec.json.decode(_bytes(first), type=_Head)
        said = msgspec.json.decode(_bytes(second), type=_Claims)
        signature = _bytes(mark)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise bad_key() from error
    found = keys.public_keys(said.iss)
    jwks = [one for one in found[1] if one.get("kid") == head.kid] if found else []
    if found is None or len(jwks) != 1 or not _signed(head, jwks[0], signed.encode(), signature):
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


def _signed(head: _Head, jwk: Mapping[str, str], message: bytes, signature: bytes) -> bool:
    try:
        if head.alg == "RS384" and jwk.get("kty") == "RSA":
            _check_rsa(jwk, message, signature)
        elif head.alg == "ES384" and jwk.get("kty") == "EC" and jwk.get("crv") == "P-384":
            _check_ec(jwk, message, signature)
        else:
            return False
    except (InvalidSignature, ValueError, KeyError, binascii.Error):
        return False
    return True


def _check_rsa(jwk: Mapping[str, str], message: bytes, signature: bytes) -> None:
    key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
    if key.key_size < _LEAST_BITS:
        raise InvalidSignature
    key.verify(signature, message, padding.PKCS1v15(), SHA384())


def _check_ec(jwk: Mapping[str, str], message: bytes, signature: bytes) -> None:
    point = ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), ec.SECP384R1())
    if len(signature) != 2 * _HALF:
        raise InvalidSignature
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    point.public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA384()))


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    """Read base64 as JWT writes it: for addresses, without padding."""
    filled: Any = text + "=" * (-len(text) % 4)
    return base64.b64decode(filled, altchars=b"-_", validate=True)
