"""Sessions in the database, that go on where a disk is full: reading needs no room."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from proofline.errors import is_full


class SessionStore(db.SessionStore):
    """Django's, but what was last noted of a session stands where nothing more can be noted.

    Lost is when it was last used, so that it ends the sooner, and a second factor shown meanwhile:
    neither opens anything.
    """

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's shape
        """Keep what is noted of a session. Errors: UpdateError if it is there no more."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if not is_full(error.__context__):
                raise
