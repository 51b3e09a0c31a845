"""Time stamps: an authority made here with OpenSSL answers, and forged answers do not hold."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import made_up_ledger as made_up
from at_the_terminal import typed
from proofline.ledger.checkpoint import Checkpoint, sign
from proofline.ledger.note import BadNote
from proofline.ledger.timestamp import request_for, stamped_at

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs OpenSSL")

CONFIG = """\
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
subjectKeyIdentifier=hash
[stamping]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[tsa]
default_tsa=this
[this]
dir=.
serial=./serial
signer_cert=./tsa.pem
signer_key=./tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
ess_cert_id_chain=no
ess_cert_id_alg=sha256
"""

NOTE = sign(Checkpoint(made_up.ORIGIN, 7, bytes(range(32))), made_up.KEY, made_up.AT)
OTHER = sign(Checkpoint(made_up.ORIGIN, 8, bytes(range(32))), made_up.KEY, made_up.AT)


def openssl(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a root, a stamping certificate under it, and a second root that signed nothing."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "c.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    for name in ("root", "stranger"):
        _root(folder, name, new)
    openssl(folder, f"req -new {new} -keyout tsa.key -out tsa.csr -subj /CN=tsa")
    openssl(
        folder,
        "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem -days 30"
        " -extfile c.cnf -extensions stamping",
    )
    return folder


def _root(folder: Path, name: str, new: str) -> None:
    openssl(folder, f"req -new {new} -keyout {name}.key -out {name}.csr -subj /CN={name}")
    openssl(
        folder,
        f"x509 -req -in {name}.csr -signkey {name}.key -out {name}.pem -days 30"
        " -extfile c.cnf -extensions ca",
    )


def answered(folder: Path, request: bytes) -> bytes:
    (folder / "q.tsq").write_bytes(request)
    openssl(folder, "ts -reply -config c.cnf -section this -queryfile q.tsq -out a.tsr")
    return (folder / "a.tsr").read_bytes()


@pytest.mark.slow
def test_a_stamp_is_asked_for_and_checked_offline(authority: Path) -> None:
    assert request_for(NOTE) == request_for(NOTE)
    answer = answered(authority, request_for(NOTE))
    at = stamped_at(NOTE, answer, (authority / "root.pem").read_bytes())
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_stamp_vouches_for_no_other_checkpoint_root_or_bytes(authority: Path) -> None:
    answer = answered(authority, request_for(NOTE))
    root, stranger = ((authority / f"{n}.pem").read_bytes() for n in ("root", "stranger"))
    for note, data, roots in [
        (OTHER, answer, root),
        (NOTE, answer, stranger),
        (NOTE, b"", root),
        (NOTE, answer[:-1], root),
        (NOTE, answer, b"no certificate"),
    ]:
        with pytest.raises(BadNote, match="does not hold"):
            stamped_at(note, data, roots)


def test_the_command_asks_and_checks(authority: Path) -> None:
    (authority / "c").write_text(str(NOTE))
    words = ["ledger", "timestamp", str(authority / "c")]
    asked = typed(*words, "--request", str(authority / "r.tsq"))
    assert asked.exit_code == 0, asked.output
    answered(authority, (authority / "r.tsq").read_bytes())
    told = ["--answer", str(authority / "a.tsr"), "--roots"]
    done = typed(*words, *told, str(authority / "root.pem"))
    assert "says the authority" in done.output
    wrong = typed(*words, *told, str(authority / "stranger.pem"))
    assert (wrong.exit_code, "does not hold" in wrong.output) == (1, True)
    assert typed(*words).exit_code == 2
