"""Secrets of feeds, sealed under a key that lies in the home folder and never in the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from proofline.desk.trouble import DeskError
from proofline.store.safekeeping.sealed.keys import make_once

KEY_FILE = "feeds.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """The key under which secrets are sealed (AES-256-GCM), each for its own feed."""

    key: bytes

    def close(self, feed_id: str, secret: bytes) -> bytes:
        """Seal a secret of a feed."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, secret, feed_id.encode())

    def open(self, feed_id: str, sealed: bytes) -> bytes:
        """Open a secret of a feed. Errors: DeskError if it was sealed otherwise or was changed."""
        try:
            return AESGCM(self.key).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], feed_id.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise DeskError(
                "desk.feed_sealed",
                f"The secrets of the feed {feed_id} do not open with the key {KEY_FILE}.",
                "Look at PROOFLINE_HOME, and put back the key of this book; docs/runbook.md says"
                " under Restore what to do where it is lost.",
            ) from error

    def opens(self, feed_id: str, sealed: bytes) -> bool:
        """Whether a secret was sealed under this key, for this feed."""
        try:
            self.open(feed_id, sealed)
        except DeskError:
            return False
        return True


def seal_there(home: Path) -> Seal:
    """Give the key in the home folder, and where there is none one that opens nothing."""
    path = home / KEY_FILE
    return Seal(path.read_bytes() if path.exists() else b"")


def seal_of(home: Path) -> Seal:
    """Give the key in the home folder; one is made where there is none."""
    home.mkdir(parents=True, exist_ok=True)
    return Seal(make_once(home / KEY_FILE, secrets.token_bytes(_KEY_BYTES)))
