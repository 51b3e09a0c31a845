"""Django made ready for a command, and the tables brought up to date."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from proofline.cli.trouble import note
from proofline.errors import WrongUse


def set_up() -> None:
    """Make Django ready, and reach the database.

    Errors: as of `load_service`; StoreError where the database does not answer.
    """
    load_service()
    _reach_the_database()


def load_service() -> None:
    """Make Django ready, for what asks nothing of the database.

    Errors: WrongUse where the extra for the service is not installed, or a setting is wrong.
    """
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


def _reach_the_database() -> None:
    from django.db import Error, OperationalError, connection

    from proofline.store.opening import is_there
    from proofline.store.trouble import StoreError

    if not is_there():
        return  # to look would make the file
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":  # which reads nothing of its file until it is asked
            connection.introspection.table_names()
    except Error as error:
        # Of the driver: where it asked, and why it failed. What else it refuses repeats a setting.
        said = isinstance(error, OperationalError) or connection.vendor == "sqlite"
        told = " ".join(str(error).split()) if said else "an option of its address is not right"
        raise StoreError(
            "store.no_database",
            f"The database cannot be opened: {told}",
            "Look at PROOFLINE_DATABASE and PROOFLINE_HOME, and whether the database runs. A file"
            " that is damaged is put aside, and its newest backup put back.",
        ) from error


def bring_up_to_date() -> None:
    """Make the tables, or bring them up to date; what is kept stays as it is.

    What lists and sums stand on is made anew where its layout changed.

    Errors: StoreError where a later version served the book before, or the role of the database is
    none that the service may have.
    """
    from django.core.management import call_command

    from proofline.store.counting import anew
    from proofline.store.opening import refuse_a_later_version
    from proofline.store.safekeeping.floors import refuse_the_role

    refuse_the_role()
    refuse_a_later_version()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    anew.bring_up_to_date(datetime.now(UTC), note)


def name_what_was_kept_before() -> None:
    """Name in the ledger the files that an earlier version kept without a word of them there.

    It adds to the ledger, so what is signed for has to be looked at before it.
    """
    from proofline.store.auditing import belated

    belated.name_what_was_kept_before(datetime.now(UTC), note)
