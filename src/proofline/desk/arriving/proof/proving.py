"""Whose a message is, by the scheme of its feed; `schemes.toml` tells which vendor uses which."""

from __future__ import annotations

import base64
import hashlib
import hmac
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from proofline.desk.arriving.messages import LONGEST_ID, id_of
from proofline.desk.arriving.proof.standard_webhooks import (
    Headers,
    Key,
    NotProven,
    key_from,
    verify,
)
from proofline.errors import WrongUse
from proofline.intake.payloads.payload import Authenticity
from proofline.intake.sources.mapped_csv.mapping import mapping as mapping_in

Header = Callable[[str], str]
"""Gives a header of a request by its name, blank where it has none."""

NEEDS_SECRET = frozenset({"standard", "body_hmac", "token", "basic"})


SHORTEST = 16
"""Characters of a new secret, of a password where it is one. Policy of ours: whoever guesses has
the address of the feed first, and may try 500 times a second."""


class Scheme(msgspec.Struct, frozen=True):
    """One way to prove whose a message is, and what that is worth."""

    title: str
    authenticity: Authenticity
    header: str = ""


class _Schemes(msgspec.Struct, frozen=True):
    scheme: dict[str, Scheme]
    sources: dict[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Proofs:
    """How the messages of one feed prove whose they are: the scheme, its secrets, its headers.

    `id_header` names the header with the sender's id of the message, where there is one.
    """

    scheme: str
    secrets: tuple[str, ...]
    header: str = ""
    id_header: str = ""
    keys: tuple[Key, ...] = ()

    @property
    def authenticity(self) -> Authenticity:
        """What a message that proves itself this way is worth."""
        return schemes()[self.scheme].authenticity


@cache
def _read() -> _Schemes:
    text = (Path(__file__).parent / "schemes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Schemes)


def schemes() -> dict[str, Scheme]:
    """Give the schemes by name."""
    return _read().scheme


def scheme_of(source: str) -> str:
    """Name the scheme that a vendor is known to use; Standard Webhooks where nobody says."""
    return _read().sources.get(source, "standard")


NEEDS_MAPPING = "mapped-csv"
"""The source whose files say nothing without a mapping, which its feed is opened with."""


def fitting(source: str, scheme: str, mapping: str) -> None:
    """Refuse a way to prove itself that a source cannot go, and a mapping that does not fit it.

    Errors: WrongUse, with the place in the mapping that cannot be used.
    """
    if source == NEEDS_MAPPING:
        mapping_in(mapping)
    elif mapping.strip():
        raise WrongUse(
            "feeds.no_mapping",
            "Messages of this source are read without a mapping of columns.",
            "Leave the mapping out, or open a feed of CSV files of any sender.",
        )
    only = {"bearer": "fhir", "mllp": "hl7v2"}.get(scheme, source)
    if only != source:
        raise WrongUse(
            "feeds.scheme",
            f"Messages of this source do not come by {scheme}; those of {only} do.",
            "Leave the scheme out for the vendor's own, or name another.",
        )


def usable(scheme: str, secrets: Sequence[str]) -> None:
    """Refuse new secrets that no sender could show, or that anybody guesses. Errors: WrongUse.

    What is kept is not asked: a feed goes on by the secret that it has, until it is given another.
    """
    if scheme == "basic" and not all(":" in one for one in secrets):
        raise WrongUse(
            "feeds.secret", "A secret of this feed is NAME:PASSWORD.", "Give both, with a colon."
        )
    said = [one.partition(":")[2] if scheme == "basic" else one for one in secrets]
    if scheme in NEEDS_SECRET - {"standard"} and any(len(one) < SHORTEST for one in said):
        raise WrongUse(
            "feeds.short_secret",
            f"The secret is shorter than {SHORTEST} characters, and could be guessed.",
            "Leave it out, and one is made; or have the vendor give a longer one.",
        )


def proofs(scheme: str, secrets: Sequence[str], header: str = "", id_header: str = "") -> Proofs:
    """Put together how a feed's messages prove themselves. Errors: WrongUse."""
    if scheme not in schemes():
        known = ", ".join(schemes())
        raise WrongUse("feeds.scheme", "There is no such scheme.", f"Known are: {known}.")
    if scheme in NEEDS_SECRET and not all(secrets):
        raise WrongUse("feeds.secret", "A secret is blank.", "Give the secret, or let one be made.")
    keys = tuple(map(key_from, secrets)) if scheme == "standard" else ()
    return Proofs(scheme, tuple(secrets), header or schemes()[scheme].header, id_header, keys)


def prove(by: Proofs, header: Header, body: bytes, now: int) -> str:
    """Give the sender's id of a message, or its digest where it has none. Errors: NotProven."""
    if by.scheme == "standard":
        said = Headers(
            header("webhook-id"), header("webhook-timestamp"), header("webhook-signature")
        )
        return verify(said, body, by.keys, now)
    if by.scheme in NEEDS_SECRET and not _is_known(by, header(by.header), body):
        raise NotProven(
            "ingest.not_proven",
            f"The message does not prove that it is its sender's ({by.header}).",
            "Send what was agreed for this feed.",
        )
    told = header(by.id_header) if by.id_header else ""
    if not told:
        return id_of(body)
    if len(told) > LONGEST_ID or not (told.isascii() and told.isprintable()):
        raise NotProven("ingest.bad_id", "The id of the message is no id.", "Send a shorter one.")
    return told


def _is_known(by: Proofs, offered: str, body: bytes) -> bool:
    """Compare with every secret, in a time that does not tell how much of it was right."""
    found = False
    for secret in by.secrets:
        found |= hmac.compare_digest(
            _expected(by.scheme, secret, body), _offered(by.scheme, offered)
        )
    return found


def _expected(scheme: str, secret: str, body: bytes) -> bytes:
    if scheme == "body_hmac":
        return hmac.digest(secret.encode(), body, hashlib.sha256).hex().encode()
    if scheme == "basic":
        return b"Basic " + base64.b64encode(secret.encode())
    return secret.encode()


def _offered(scheme: str, offered: str) -> bytes:
    told = offered.removeprefix("sha256=") if scheme == "body_hmac" else offered
    return told.encode("utf-8", "surrogatepass")
