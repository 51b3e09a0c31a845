"""The service's own settings, for a server that answers the bench's addresses too."""

from __future__ import annotations

from proofline.site.settings import *  # noqa: F403

ROOT_URLCONF = "ingest_addresses"
