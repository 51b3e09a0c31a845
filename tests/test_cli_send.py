"""Claim files are delivered whole and once, to a folder and to a real OpenSSH server."""

from __future__ import annotations

import base64
import multiprocessing
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from msgspec import structs

import made_up_back as made
import made_up_payer as payer
from at_the_terminal import typed
from made_up_claims import ACT as BOOK_ACT
from made_up_claims import drawn, sent
from proofline.claims.answers.acknowledged import Sent, acknowledge
from proofline.claims.book import Book
from proofline.claims.claim import Claim
from proofline.claims.out.professional import professional
from proofline.claims.x12.envelope import Envelope, Party
from proofline.cli.claims.delivering import receipts as log
from proofline.cli.claims.delivering.places import Folder
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from click.testing import Result

ACT = ("Made-up Biller", "2026-05-04T09:00:00+00:00")


def file_of(one: Claim, usage: Literal["T", "P"], receiver: str) -> bytes:
    us = Party("MADEUPPRACTICE", "Made-up Practice", contact="Made-up Biller", phone="2175550199")
    moment = datetime(2026, 5, 4, 9, tzinfo=UTC)
    return professional([one], Envelope(us, Party(receiver, "Made-up Payer"), usage, moment, 1, 1))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    _, one = sent(tmp_path / "book")
    path = tmp_path / "one.x12"
    path.write_bytes(file_of(one, "P", "MADEUPPAYER"))
    (tmp_path / "drop").mkdir()
    return path


def drop(written: Path) -> Result:
    book, folder = written.parent / "book", written.parent / "drop"
    return typed("claims", "send", written, "--book", book, "--folder", folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_dropped_whole_and_never_twice(written: Path) -> None:
    folder = written.parent / "drop"
    assert "delivered to" in drop(written).output
    assert names(folder) == ["one.x12"]
    assert (folder / "one.x12").read_bytes() == written.read_bytes()
    (folder / "one.x12").unlink()  # the clearinghouse took it up
    again = drop(written)
    assert again.exit_code == 0
    assert "not again" in again.output
    assert names(folder) == []
    other = written.rename(written.with_name("renamed.x12"))
    assert "not again" in drop(other).output


def test_the_same_claims_do_not_leave_in_another_file(written: Path) -> None:
    (one,) = Book(written.parent / "book").current("submitted")
    written.write_bytes(file_of(one, "T", "MADEUPPAYER"))
    assert "delivered to" in drop(written).output
    (written.parent / "drop" / "one.x12").unlink()
    written.write_bytes(file_of(one, "P", "MADEUPPAYER"))  # after the test, in earnest
    assert "delivered to" in drop(written).output
    (written.parent / "drop" / "one.x12").unlink()
    written.write_bytes(file_of(one, "P", "ANOTHERPAYER"))
    refused = drop(written)
    assert refused.exit_code == 1
    assert "(claims.send_again)" in refused.stderr
    assert names(written.parent / "drop") == []


def test_what_the_book_does_not_say_is_being_sent_stays_here(tmp_path: Path) -> None:
    book, one = drawn(tmp_path / "book")
    path = tmp_path / "one.x12"
    path.write_bytes(file_of(one, "P", "MADEUPPAYER"))
    (tmp_path / "drop").mkdir()
    for ready in (False, True):
        if ready:
            book.make_ready([one.claim_id], BOOK_ACT)
        refused = drop(path)
        assert refused.exit_code == 1
        assert "(claims.send_not_submitted)" in refused.stderr
    book.submit([one.claim_id], BOOK_ACT)
    acknowledge(book, payer.status([one]), BOOK_ACT, Sent())
    assert "(claims.send_not_submitted)" in drop(path).stderr, "the payer has it already"
    stranger = structs.replace(one, claim_id="PCNOBODY")
    path.write_bytes(file_of(stranger, "P", "MADEUPPAYER"))
    assert "PCNOBODY first" in drop(path).stderr
    assert names(tmp_path / "drop") == []


@pytest.mark.slow
def test_of_two_files_with_the_same_claims_sent_at_once_one_leaves(written: Path) -> None:
    """Three processes send each of two files that carry the same claims, all at one moment."""
    (one,) = Book(written.parent / "book").current("submitted")
    other = written.with_name("two.x12")
    other.write_bytes(file_of(one, "P", "ANOTHERPAYER"))
    words = ["--book", str(written.parent / "book"), "--folder", str(written.parent / "drop")]
    apart = multiprocessing.get_context("fork")
    gate, told = apart.Barrier(6), apart.Queue()

    def race(path: Path) -> None:
        gate.wait(30)
        told.put(typed("claims", "send", path, *words).output)

    racers = [apart.Process(target=race, args=(path,)) for path in (written, other) * 3]
    for racer in racers:
        racer.start()
    said = [told.get(timeout=60) for _ in racers]
    for racer in racers:
        racer.join(30)
    assert len(names(written.parent / "drop")) == 1
    assert sum("delivered to" in each and "not again" not in each for each in said) == 1, said
    assert sum("claims.send_again" in each for each in said) == 3, said
    assert sum("not again" in each for each in said) == 2, said


def test_an_x12_file_without_claims_is_not_sent(written: Path) -> None:
    written.write_bytes(made.claim_status())
    refused = drop(written)
    assert refused.exit_code == 1
    assert "(claims.send_no_claims)" in refused.stderr
    assert names(written.parent / "drop") == []


def test_a_damaged_log_of_deliveries_lets_nothing_leave(written: Path) -> None:
    (written.parent / "book" / log.NAME).write_bytes(b'{"digest":1}\n')
    refused = drop(written)
    assert refused.exit_code == 1
    assert "(claims.receipts_damaged)" in refused.stderr
    assert names(written.parent / "drop") == []


def test_another_file_of_that_name_is_left_alone(written: Path) -> None:
    there = written.parent / "drop" / "one.x12"
    there.write_bytes(b"another")
    assert drop(written).exit_code == 1
    assert there.read_bytes() == b"another"


def test_what_is_no_whole_claim_file_is_not_sent(written: Path) -> None:
    written.write_bytes(written.read_bytes()[:-9])
    assert drop(written).exit_code == 1
    assert names(written.parent / "drop") == []


@pytest.mark.parametrize("step", ["put", "rename"])
def test_a_delivery_that_was_cut_off_is_taken_up_again(
    written: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_: object) -> None:
        raise OSError(5, "made up")

    with monkeypatch.context() as broken:
        broken.setattr(Folder, step, cut)
        assert drop(written).exit_code == 1
    assert "one.x12" not in names(written.parent / "drop")
    assert "delivered to" in drop(written).output
    assert names(written.parent / "drop") == ["one.x12"]


def test_a_delivery_that_may_have_been_taken_up_is_for_a_person(written: Path) -> None:
    book, data = written.parent / "book", written.read_bytes()
    receipts = log.Receipts(book)
    begun = log.Receipt(sha256(data).hexdigest(), "one.x12", "x", "renaming", *ACT)
    receipts.add(begun)
    there = Folder(written.parent / "drop")
    with pytest.raises(ProoflineError, match="cannot be known"):
        log.deliver(receipts, there, ("one.x12", data), ACT, first=lambda: None)
    assert names(written.parent / "drop") == []


SSHD = os.environ.get("PROOFLINE_SSHD") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """Start an OpenSSH server on loopback; gives where it is, its pin, and the key it lets in."""
    pytest.importorskip("paramiko", reason="SFTP needs the extra: pip install proofline[sftp]")
    if SSHD is None:
        pytest.skip("there is no OpenSSH server here (sshd, or $PROOFLINE_SSHD)")
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    home = tmp_path / "server"
    home.mkdir(mode=0o700)
    public = {}
    for name in ("host", "mine"):
        key = Ed25519PrivateKey.generate()
        own = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.OpenSSH, form.NoEncryption())
        (home / name).write_bytes(own)
        (home / name).chmod(0o600)
        half = key.public_key().public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH)
        public[name] = half.decode()
    (home / "allowed").write_text(public["mine"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        *("ListenAddress=127.0.0.1", f"Port={port}", f"HostKey={home / 'host'}"),
        *(f"AuthorizedKeysFile={home / 'allowed'}", "StrictModes=no", "UsePAM=no"),
        *("Subsystem=sftp internal-sftp", f"PidFile={home / 'pid'}", "PermitRootLogin=yes"),
    ]
    words = [SSHD, "-D", "-e", "-f", "/dev/null", *(f"-o{one}" for one in options)]
    told = home / "told"
    with told.open("wb") as out:
        process = subprocess.Popen(words, stderr=out)
    try:
        for _ in range(600):  # a busy machine may take some seconds of the minute
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                pytest.skip(f"sshd does not start here: {told.read_text()[:200]}")
            time.sleep(0.1)
        else:
            pytest.fail("sshd does not listen")
        blob = base64.b64decode(public["host"].split()[1])
        pin = "SHA256:" + base64.b64encode(sha256(blob).digest()).decode().rstrip("=")
        yield f"127.0.0.1:{port}", pin, home / "mine"
    finally:
        process.terminate()
        process.wait(10)


def upload(written: Path, server: tuple[str, str, Path], pin: str = "") -> Result:
    host, own, key = server
    book, folder = written.parent / "book", written.parent / "drop"
    where = ("--sftp", host, "--host-key", pin or own, "--key", key, "--remote", folder)
    return typed("claims", "send", written, "--book", book, *where)


@pytest.mark.slow
def test_sftp_delivers_once_to_the_pinned_server(
    written: Path, server: tuple[str, str, Path]
) -> None:
    folder = written.parent / "drop"
    result = upload(written, server)
    assert result.exit_code == 0, result.output
    assert (folder / "one.x12").read_bytes() == written.read_bytes()
    assert names(folder) == ["one.x12"]
    (folder / "one.x12").unlink()
    assert "not again" in upload(written, server).output
    assert names(folder) == []


def test_sftp_sends_nothing_to_a_server_with_another_key(
    written: Path, server: tuple[str, str, Path]
) -> None:
    result = upload(written, server, "SHA256:" + "A" * 43)
    assert result.exit_code == 1
    assert "not the pinned one" in result.stderr
    assert names(written.parent / "drop") == []


@pytest.mark.parametrize("left", [b"", b"another beginning"])
def test_sftp_goes_on_after_a_break(
    written: Path, server: tuple[str, str, Path], left: bytes
) -> None:
    data = written.read_bytes()
    folder = written.parent / "drop"
    (folder / ".one.x12.part").write_bytes(left or data[:100])
    assert upload(written, server).exit_code == 0
    assert (folder / "one.x12").read_bytes() == data


def test_sftp_that_is_not_there_is_told_and_can_be_sent_later(
    written: Path, server: tuple[str, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofline.cli.claims.delivering.command.WAIT_SECONDS", 0.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = upload(written, (f"127.0.0.1:{port}", *server[1:]))
    assert result.exit_code == 1
    assert "could not be reached" in result.stderr
    assert upload(written, server).exit_code == 0
