"""Who may sign in and for whom they work, the glass they broke, and whom they looked at."""

from __future__ import annotations

from proofline.store.models import Person
from proofline.store.people.accounts import ROLES, join, make_account, open_tenant

__all__ = ["ROLES", "Person", "join", "make_account", "open_tenant"]
