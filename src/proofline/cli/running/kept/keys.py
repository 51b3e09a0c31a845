"""`proofline keys`: the keys of the home folder sealed into a file, put back, and looked after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from proofline.cli.counting import counted
from proofline.cli.running.kept.writing import write_sealed
from proofline.cli.running.setting_up import set_up
from proofline.cli.trouble import note

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SESSIONS = "secret.key"


def names() -> tuple[str, str]:
    """Name the files of keys in a home: of what feeds ask for, of sessions and what we sign."""
    from proofline.desk.arriving.proof.sealing import KEY_FILE  # noqa: PLC0415 - after set_up

    return KEY_FILE, SESSIONS


@click.group()
def keys() -> None:
    """Keep the keys that no backup has: feeds.key, secret.key, and the ledger's."""


@keys.command(name="seal")
@click.option("--into", required=True, type=click.Path(dir_okay=False, path_type=Path), help="New.")
@click.option("--key", required=True, type=FILE, help="Public key, of proofline backup-key.")
def seal_(into: Path, key: Path) -> None:
    """Seal the keys of the home folder into a file that only the holder of the secret key can open.

    Keep it apart from the backups, best sealed to a pair of keys of its own: who opens both can
    sign as every sender.
    """
    set_up()
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.safekeeping.sealed import keys as kept  # noqa: PLC0415
    from proofline.store.safekeeping.sealed.sealing import key_from  # noqa: PLC0415

    public = key_from(key.read_text("ascii", errors="replace"), "public")
    with no_key_by_the_way():
        write_sealed(into, [kept.gathered(settings.HOME, names())], public)
    (settings.HOME / kept.SEALED).touch()
    there = [name for name in names() if (settings.HOME / name).exists()]
    note(f"{' and '.join(there)} of {settings.HOME} in {into}")
    if os.environ.get("PROOFLINE_SECRET_KEY", "").strip():
        note("note: PROOFLINE_SECRET_KEY is a setting; keep it with the other settings")


@keys.command()
@click.argument("source", metavar="FILE", type=FILE)
@click.option("--key", required=True, type=FILE, help="The secret key that opens the file.")
@click.option("--over", is_flag=True, help="Put another key that lies there aside.")
def put_back(source: Path, key: Path, *, over: bool) -> None:
    """Put sealed keys into the home folder, before or after the book, and tell what they open."""
    set_up()
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.safekeeping.sealed import keys as kept  # noqa: PLC0415
    from proofline.store.safekeeping.sealed.sealing import key_from, opened  # noqa: PLC0415

    with no_key_by_the_way():
        secret = key_from(key.read_text("ascii", errors="replace"), "secret")
        with source.open("rb") as sealed:
            data = b"".join(opened(sealed, secret))
        did = kept.put_back(data, settings.HOME, names(), over=over)
    (settings.HOME / kept.SEALED).touch()
    for name in did.placed:
        note(f"{name} is put back")
    for name in did.same:
        note(f"{name} was there already")
    for name in did.aside:
        note(f"the one that lay there is {name} now")
    tell_what_is_missing()
    if did.placed:
        note("start the service again if it runs")


@keys.command()
def replace_ledger_key() -> None:
    """Make a new key of the ledger, where the one that signed for this book is lost for good.

    It is made in the folder of checkpoints. The service refuses to make a second key by itself: a
    machine that does not see the folder of the others would sign beside them. What the lost key
    signed is compared from then on, and `proofline verify` says up to which entry.
    """
    set_up()
    from proofline.cli.running.kept.keeping import keyring  # noqa: PLC0415 - it imports this page
    from proofline.store.opening import refuse_no_book  # noqa: PLC0415 - after set_up

    ring = keyring()
    with no_key_by_the_way():
        refuse_no_book()
        lost = ring.make_in_place_of_a_lost_one(os.urandom(32))
    note(f"a new key is in {ring.folder}; heads that key {lost} signed are compared, not proved")


@contextmanager
def no_key_by_the_way() -> Iterator[None]:
    """Leave no key of sessions behind that setting up made for this command alone.

    The home's own is put back after the book, or before; one made by the way would be in its place.
    """
    from django.conf import settings  # noqa: PLC0415 - after set_up

    _drop_what_was_just_made(settings.HOME / SESSIONS)
    try:
        yield
    finally:
        _drop_what_was_just_made(settings.HOME / SESSIONS)


def _drop_what_was_just_made(path: Path) -> None:
    from django.conf import settings  # noqa: PLC0415 - after set_up

    made = settings.SECRET_KEY.encode()
    if settings.SECRET_KEY_IS_NEW and path.exists() and path.read_bytes() == made:
        path.unlink()


def tell_of_keys_to_seal() -> None:
    """Tell which keys are in no sealed file as they are now: no backup has them."""
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.safekeeping.sealed.keys import changed_since_sealed  # noqa: PLC0415

    if new := changed_since_sealed(settings.HOME, names()):
        note(f"note: {' and '.join(new)} in no backup; proofline keys seal keeps them apart")


def tell_what_is_missing() -> None:
    """Tell which keys the book needs that the home has not, what that stops, and the cure."""
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.desk.telling.events import going_on  # noqa: PLC0415
    from proofline.store.opening import is_there  # noqa: PLC0415

    if not is_there():
        return  # the keys may come before the book
    tell_of_sealed_feeds()
    path = settings.HOME / SESSIONS
    if not os.environ.get("PROOFLINE_SECRET_KEY", "").strip() and not path.exists():
        count = going_on()
        told = f", and {counted(count, 'webhook')} of ours signed by other keys" if count else ""
        note(f"note: {path} is missing; with a new one everybody signs in anew{told}; {_CURE}")


def tell_of_sealed_feeds() -> None:
    """Tell how many feeds let nothing in because their secrets do not open."""
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.desk.arriving.feeds import sealed_off  # noqa: PLC0415
    from proofline.desk.arriving.proof.sealing import KEY_FILE, seal_there  # noqa: PLC0415

    path = settings.HOME / KEY_FILE
    if count := sealed_off(seal_there(settings.HOME)):  # a frozen start writes nothing
        why = "is another" if path.exists() else "is missing"
        which = counted(count, "feed")
        note(f"note: {path} {why}; without it nothing comes in by {which}; {_CURE}")


_CURE = "docs/runbook.md has the cure, under Restore"
