"""A mark that stands for what is about a patient, and where to look whether it got out."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest

from proofline.site.logging import Lines
from proofline.store.models import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponseBase
    from django.test import Client

CANARY = "Zanzibar-Quill-1931"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that is logged, as it is written in the field."""
    written = io.StringIO()
    to = logging.StreamHandler(written)
    to.setFormatter(Lines())
    logging.getLogger().addHandler(to)
    yield written
    logging.getLogger().removeHandler(to)


def leaks(answer: HttpResponseBase, *, refusals_only: bool = False) -> list[str]:
    """Say where in an answer the mark stands, and whether we were at fault."""
    body = getattr(answer, "content", b"").decode("utf-8", "replace")
    read = refusals_only and answer.status_code < 400
    found = ["body"] if CANARY in body and not read else []
    found += ["headers"] if CANARY in json.dumps(dict(answer.headers)) else []
    found += ["our fault"] if answer.status_code >= 500 else []
    return [f"{one} {answer.status_code}" for one in found]


def got_out(client: Client, written: io.StringIO) -> list[str]:
    """Say in which of logs, figures and arguments of jobs the mark is; there are some of all."""
    figures = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    jobs = [repr(one) for one in Job.objects.values()]
    assert figures.status_code == 200
    assert written.getvalue()
    assert jobs
    told = {
        "logs": written.getvalue(),
        "figures": figures.content.decode(),
        "jobs": "\n".join(jobs),
    }
    return [name for name, text in told.items() if CANARY in text]
