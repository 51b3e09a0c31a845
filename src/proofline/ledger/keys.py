"""Secret keys in files, as C2SP's signers write them."""

from __future__ import annotations

import base64
import binascii
import re

from proofline.ledger.note import KEY_BYTES, Algorithm, BadNote, SigningKey, is_name

PREFIX = "PRIVATE+KEY"


def written(key: SigningKey) -> str:
    """Write a secret key: one line that names whose it is."""
    coded = base64.b64encode(bytes([Algorithm.ED25519]) + key.seed).decode()
    return f"{PREFIX}+{key.name}+{key.public(Algorithm.ED25519).id.hex()}+{coded}\n"


def secret_key_from(text: str) -> SigningKey:
    """Read a secret key. Raises BadNote where it is none; the message never holds any of it."""
    match = re.fullmatch(r"PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?", text)
    try:
        data = base64.b64decode(match[3], validate=True) if match else b""
    except binascii.Error:
        data = b""
    if match is None or len(data) != KEY_BYTES + 1 or data[0] != Algorithm.ED25519:
        raise BadNote("a secret key is PRIVATE+KEY+NAME+ID+KEY")
    key = SigningKey(match[1], data[1:])
    if not is_name(key.name) or key.public(Algorithm.ED25519).id.hex() != match[2]:
        raise BadNote("name, id and key of a secret key do not belong together")
    return key
