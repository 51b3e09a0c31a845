"""Sessions in the database, that go on where a disk is full, and lose nothing to a slow request."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, router, transaction

from proofline.errors import is_full

_NOTHING = object()


class SessionStore(db.SessionStore):
    """Django's, but a request writes what it changed alone, and a full disk stops no reading.

    What was last noted of a session stands where nothing more can be noted. Lost is when it was
    last used, so that it ends the sooner, and a second factor shown meanwhile: neither opens
    anything.

    Django's writes all that was read: a slow request, that ends after another has kept the secret
    of a second factor, would take that away.
    """

    def __init__(self, session_key: str | None = None) -> None:
        """Take the session of a key, or a new one; nothing is read before it is asked for."""
        super().__init__(session_key)
        self._read: dict[str, Any] = {}
        """What the database held of this session when it was last read or written here."""

    def load(self) -> dict[str, Any]:
        """Read the session, and remember what was read."""
        data: dict[str, Any] = super().load()
        self._read = deepcopy(data)
        return data

    def create(self) -> None:
        """Begin a session under a key of its own, with what is noted of it so far."""
        super().create()
        self._read = deepcopy(dict(self.items()))

    def clear(self) -> None:
        """Take everything away: what the database holds is read for it, to be told apart."""
        self.keys()
        super().clear()

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's shape
        """Keep what is noted of a session. Errors: UpdateError if it is there no more."""
        self.keys()  # which finds whether it is over
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        try:
            self._save_what_changed()
        except (UpdateError, DatabaseError) as error:  # the latter where nothing can be committed
            cause = error.__context__ if isinstance(error, UpdateError) else error
            if not is_full(cause):
                raise UpdateError from cause

    def _save_what_changed(self) -> None:
        with transaction.atomic(router.db_for_write(self.model)):
            kept = self.model.objects.select_for_update().filter(pk=self.session_key).first()
            if kept is not None:
                self._take_over(self.decode(kept.session_data))
            super().save()
        self._read = deepcopy(dict(self.items()))

    def _take_over(self, kept: dict[str, Any]) -> None:
        """Let what another request noted stand wherever this one changed nothing."""
        for name in {*self.keys(), *kept}:
            if self.get(name, _NOTHING) != self._read.get(name, _NOTHING):
                continue
            if name in kept:
                self[name] = kept[name]
            else:
                del self[name]
