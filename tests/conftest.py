"""What tests of several rooms share by name."""

from __future__ import annotations

from postgres import postgres, postgres_server

__all__ = ["postgres", "postgres_server"]
