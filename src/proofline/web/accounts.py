"""Signing in: nobody signs themselves up, and a lock really locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm

if TYPE_CHECKING:
    from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's shape
        """Nobody signs themselves up."""
        return False


class LogIn(LoginForm):  # type: ignore[misc]  # allauth has no types
    """The form, with the name of the account where axes looks for it.

    Without it axes counts failures but lets the right password in from a locked address, because
    allauth passes `username` while axes reads `login`.
    """

    def user_credentials(self) -> dict[str, Any]:
        """Give what is checked, the account under both names."""
        credentials: dict[str, Any] = super().user_credentials()
        credentials["login"] = self.cleaned_data["login"]
        return credentials
