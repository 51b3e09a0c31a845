"""Signed notes and checkpoints, against Go's published example and against forgery."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from proofline.ledger import checkpoint
from proofline.ledger.checkpoint import Checkpoint
from proofline.ledger.note import Algorithm, BadNote, Note, SigningKey, note_from, public_key_from

# The example in the documentation of Go's package golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_MADE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
GO_NOTE = f"""\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann {GO_MADE}
"""

AT = datetime(2026, 11, 22, 8, 30, 5, 999, UTC)
LOG = SigningKey("ledger.example/made-up", bytes(range(32)))
WITNESS = SigningKey("witness.example/w1", bytes(range(1, 33)))
LOG_KEY = LOG.public(Algorithm.ED25519)
WITNESS_KEY = WITNESS.public(Algorithm.COSIGNATURE)
HEAD = Checkpoint("ledger.example/made-up", 7, sha256(b"seven").digest())


def test_a_note_signed_by_go_is_read_checked_and_written_alike() -> None:
    key = public_key_from(GO_KEY)
    note = note_from(GO_NOTE)
    assert [one.key for one in note.signed_by((key,))] == [key]
    assert str(note) == GO_NOTE
    ours = SigningKey("PeterNeumann", GO_SEED)
    assert str(ours.public(Algorithm.ED25519)) == GO_KEY
    assert str(Note(note.text, (ours.sign(note.text),))) == GO_NOTE


def test_a_checkpoint_is_three_lines_and_signatures() -> None:
    note = checkpoint.cosign(checkpoint.sign(HEAD, LOG, AT), WITNESS, AT)
    lines = str(note).split("\n")
    assert lines[:4] == [HEAD.origin, "7", base64.b64encode(HEAD.root).decode(), ""]
    assert [line.rpartition(" ")[0] for line in lines[4:-1]] == [
        "\u2014 ledger.example/made-up",
        "\u2014 ledger.example/made-up",
        "\u2014 witness.example/w1",
    ]
    found = checkpoint.open_checkpoint(str(note), LOG_KEY, WITNESS_KEY)
    assert found.checkpoint == HEAD
    assert found.at == AT.replace(microsecond=0)
    assert [one.key.name for one in found.signed] == [LOG.name, LOG.name, WITNESS.name]


def test_the_time_of_a_cosignature_is_signed() -> None:
    text = HEAD.text
    line = WITNESS.cosign(text, AT)
    seconds = int.from_bytes(line.made[:8], "big")
    assert seconds == 1795336205  # date -u -d '2026-11-22 08:30:05' +%s
    later = line.made[:7] + bytes([line.made[7] + 1]) + line.made[8:]
    forged = Note(text, (type(line)(line.name, line.key_id, later),))
    with pytest.raises(BadNote, match="does not hold"):
        forged.signed_by((WITNESS_KEY,))


@pytest.mark.slow
def test_every_flipped_bit_of_a_signed_checkpoint_is_refused() -> None:
    written = str(checkpoint.cosign(checkpoint.sign(HEAD, LOG, AT), WITNESS, AT)).encode()
    survived = []
    for bit in range(len(written) * 8):
        forged = bytearray(written)
        forged[bit // 8] ^= 1 << bit % 8
        try:
            text = forged.decode()
            found = checkpoint.open_checkpoint(text, LOG_KEY, WITNESS_KEY)
        except (BadNote, UnicodeDecodeError):
            continue
        # What can survive is a signature nobody knows the key of: then it counts for nothing.
        assert found.checkpoint == HEAD
        if len(found.signed) == 3:
            survived.append(bit)
    # Base64 leaves bits unused at its end: four in the last digit of 76 bytes.
    assert len(survived) <= 4 * 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"a b\n1\n{base64.b64encode(HEAD.root).decode()}\n",
        f"a\n01\n{base64.b64encode(HEAD.root).decode()}\n",
        f"a\n-1\n{base64.b64encode(HEAD.root).decode()}\n",
        f"a\n{1 << 63}\n{base64.b64encode(HEAD.root).decode()}\n",
        f"a\n1\n{base64.b64encode(HEAD.root[:-1]).decode()}\n",
        f"a\n1\n{base64.b64encode(HEAD.root).decode()}",
        f"a\n1\n{base64.b64encode(HEAD.root).decode()}\nmore\n",
        f"a\n1\n{base64.b64encode(HEAD.root).decode()[:-2]}9=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        checkpoint.checkpoint_from(text)


def test_a_checkpoint_needs_the_signature_of_its_own_log() -> None:
    other = Checkpoint("ledger.example/other", 7, HEAD.root)
    with pytest.raises(BadNote, match=r"is of ledger\.example/other"):
        checkpoint.open_checkpoint(str(checkpoint.sign(other, LOG, AT)), LOG_KEY)
    stranger = SigningKey(LOG.name, bytes(32))
    with pytest.raises(BadNote, match="no signature of"):
        checkpoint.open_checkpoint(str(checkpoint.sign(HEAD, stranger, AT)), LOG_KEY)
    only_witness = Note(HEAD.text, (WITNESS.cosign(HEAD.text, AT),))
    with pytest.raises(BadNote, match="no signature of"):
        checkpoint.open_checkpoint(str(only_witness), LOG_KEY, WITNESS_KEY)


def test_a_signature_of_one_algorithm_does_not_pass_for_the_other() -> None:
    plain = LOG.sign(HEAD.text)
    timed = LOG.public(Algorithm.COSIGNATURE)
    renamed = Note(HEAD.text, (type(plain)(plain.name, timed.id, plain.made),))
    with pytest.raises(BadNote, match="does not hold"):
        renamed.signed_by((timed,))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNewmann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_public_key_is_refused(written: str) -> None:
    with pytest.raises(BadNote):
        public_key_from(written)


def test_a_secret_key_does_not_show_itself() -> None:
    assert repr(LOG) == "SigningKey('ledger.example/made-up')"
