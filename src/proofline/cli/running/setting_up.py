"""Django made ready for a command, and the tables brought up to date."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from proofline.cli.trouble import note
from proofline.errors import WrongUse


def set_up() -> None:
    """Make Django ready. Errors: WrongUse where the extra for the service is not installed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofline.site.settings")
    try:
        import django
    except ImportError as error:
        raise WrongUse(
            "serve.not_installed",
            "The service needs packages that are not installed.",
            "Install proofline[serve], or from a clone run ./dev serve.",
        ) from error
    django.setup()


def bring_up_to_date() -> None:
    """Make the tables, or bring them up to date; what is kept stays as it is.

    What lists and sums stand on is made anew where its layout changed.
    """
    from django.core.management import call_command

    from proofline.store.counting import anew

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    anew.bring_up_to_date(datetime.now(UTC), note)
