"""What the commands for machines' messages ask of whoever gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.desk.arriving.proof.sealing import Seal

ACCOUNT = click.option(
    "--as", "account", required=True, help="Your account; its roles decide, and it is on record."
)
PRACTICE = click.option("--practice", default="", help="The practice (tnt_…), if not the only one.")


def home() -> Path:
    """The folder of the book; Django has to be set up."""
    from django.conf import settings  # noqa: PLC0415 - after set_up

    found: Path = settings.HOME
    return found


def seal() -> Seal:
    """The key of the feeds' secrets."""
    from proofline.desk.arriving.proof.sealing import seal_of  # noqa: PLC0415 - after set_up

    return seal_of(home())
