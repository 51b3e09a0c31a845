"""Signatures of webhooks as Standard Webhooks has them: Ed25519 (`v1a`) and HMAC-SHA256 (`v1`).

The keys of a subscription are derived from the service's secret, the subscription's id and its
generation. Nothing of them is in the database, so whoever copies that can sign nothing.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.crypto import salted_hmac


@dataclass(frozen=True, slots=True)
class Keys:
    """How a subscriber checks messages: by the public key or by the shared secret."""

    public_key: str
    secret: str


def keys_of(subscription_id: str, generation: int) -> Keys:
    """Give the keys of a subscription in the forms that Standard Webhooks' libraries read."""
    public = _private(subscription_id, generation).public_key().public_bytes_raw()
    shared = _derived("hmac", subscription_id, generation)
    return Keys(f"whpk_{_text(public)}", f"whsec_{_text(shared)}")


def headers(keys: tuple[str, int], event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Give the headers of a message; `keys` are of a subscription's id and generation."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    ed25519 = _private(*keys).sign(signed)
    shared = hmac.digest(_derived("hmac", *keys), signed, "sha256")
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1a,{_text(ed25519)} v1,{_text(shared)}",
        "content-type": "application/json",
        "user-agent": "Proofline",
    }


def _private(subscription_id: str, generation: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived("ed25519", subscription_id, generation))


def _derived(use: str, subscription_id: str, generation: int) -> bytes:
    salt = f"proofline.desk.telling.{use}"
    return salted_hmac(salt, f"{subscription_id} {generation}", algorithm="sha256").digest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
