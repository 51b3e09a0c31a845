"""Public keys of machines as JWKs (RFC 7517): which can be used, and whether one of them signed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

_LEAST_BITS, _HALF = 2048, 48


def usable(jwk: Mapping[str, str]) -> bool:
    """Whether assertions can be checked by a key: a public one with an id, of a kind we know."""
    try:
        if jwk.get("kty") == "RSA":
            known = _rsa(jwk).key_size >= _LEAST_BITS
        else:
            known = jwk.get("kty") == "EC" and jwk.get("crv") == "P-384" and bool(_ec(jwk))
    except (ValueError, KeyError, binascii.Error):
        return False
    return known and bool(jwk.get("kid")) and "d" not in jwk


def signed_by(jwk: Mapping[str, str], alg: str, message: bytes, signature: bytes) -> bool:
    """Whether a key made a signature over a message, by the algorithm it names (RFC 7518)."""
    try:
        if alg == "RS384" and jwk.get("kty") == "RSA":
            _check_rsa(jwk, message, signature)
        elif alg == "ES384" and jwk.get("kty") == "EC" and jwk.get("crv") == "P-384":
            _check_ec(jwk, message, signature)
        else:
            return False
    except (InvalidSignature, ValueError, KeyError, binascii.Error):
        return False
    return True


def _check_rsa(jwk: Mapping[str, str], message: bytes, signature: bytes) -> None:
    key = _rsa(jwk)
    if key.key_size < _LEAST_BITS:
        raise InvalidSignature
    key.verify(signature, message, padding.PKCS1v15(), SHA384())


def _check_ec(jwk: Mapping[str, str], message: bytes, signature: bytes) -> None:
    if len(signature) != 2 * _HALF:
        raise InvalidSignature
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    _ec(jwk).verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA384()))


def _rsa(jwk: Mapping[str, str]) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()


def _ec(jwk: Mapping[str, str]) -> ec.EllipticCurvePublicKey:
    said = (_number(jwk["x"]), _number(jwk["y"]))
    return ec.EllipticCurvePublicNumbers(*said, ec.SECP384R1()).public_key()


def _number(text: str) -> int:
    return int.from_bytes(unbase64(text), "big")


def unbase64(text: str) -> bytes:
    """Read base64 as JWT writes it: for addresses, without padding."""
    filled: Any = text + "=" * (-len(text) % 4)
    return base64.b64decode(filled, altchars=b"-_", validate=True)
