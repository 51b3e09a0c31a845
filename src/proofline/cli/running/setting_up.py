"""Django made ready for a command, and the tables brought up to date."""

from __future__ import annotations

import os

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
    """Make the tables, or bring them up to date; what is kept stays as it is."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
