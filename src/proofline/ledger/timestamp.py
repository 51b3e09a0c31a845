"""A time stamp of somebody else under a head (RFC 3161): it was there then, by their clock.

Nothing goes out on the network here. The request is bytes that an operator sends to a time stamping
authority; its answer is checked offline against the authority's root certificate, years later too.
What is stamped is the text of the checkpoint, so that cosignatures may still be added to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from proofline.ledger.kept.log import LedgerTrouble
from proofline.ledger.note import BadNote, Note


def request_for(note: Note) -> bytes:
    """Give the request for a time stamp of a checkpoint: its SHA-256, asking for certificates.

    It carries no nonce: the same checkpoint makes the same request, and a stamp replayed from an
    earlier request for it only says that it was there even earlier.
    """
    library = _library()
    builder = library.TimestampRequestBuilder().data(note.text.encode())
    builder = builder.hash_algorithm(library.HashAlgorithm.SHA256).nonce(nonce=False)
    asked: bytes = builder.cert_request(cert_request=True).build().as_bytes()
    return asked


def stamped_at(note: Note, answer: bytes, roots: bytes) -> datetime:
    """Check the answer of a time stamping authority; give the instant that it vouches for.

    `roots` are certificates (PEM) that you trust. Raises BadNote where the answer is no sound stamp
    of this checkpoint under one of them.
    """
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    library = _library()
    try:
        builder = library.VerifierBuilder()
        for root in load_pem_x509_certificates(roots):
            builder = builder.add_root_certificate(root)
        response = library.decode_timestamp_response(answer)
        builder.build().verify_message(response, note.text.encode())
        found: datetime = response.tst_info.gen_time
    except (library.VerificationError, ValueError) as problem:
        raise BadNote(f"the time stamp does not hold: {problem}") from problem
    return found


def _library() -> Any:  # noqa: ANN401 - the module of an extra
    """Give rfc3161-client. Raises LedgerTrouble where it is not installed."""
    try:
        import rfc3161_client  # noqa: PLC0415
    except ImportError as problem:
        message = "A time stamp needs rfc3161-client, which is not installed."
        remedy = 'pip install "proofline[timestamp]"'
        raise LedgerTrouble("ledger.timestamp_extra", message, remedy) from problem
    return rfc3161_client
