"""Figures of requests, under labels from closed lists: patterns of addresses, never addresses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram
from prometheus_client import generate_latest as written

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REGISTRY = CollectorRegistry()
_REQUESTS = Histogram(
    "proofline_request_seconds",
    "How long requests took, by the pattern of their address.",
    ("route", "method", "status"),
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
_GAUGES = {
    name: Gauge(f"proofline_{name}", meaning, registry=REGISTRY)
    for name, meaning in {
        "ledger_entries": "Entries of the ledger.",
        "jobs_due": "Jobs that are due.",
        "jobs_parked": "Jobs that failed too often and wait for a person.",
        "jobs_oldest_seconds": "For how long the oldest due job has been due.",
        "worker_silent_seconds": "Since the last round of the worker; -1 if there was none.",
        "disk_free_ratio": "Free share of the disk of the home folder.",
    }.items()
}


class Measured:
    """Time every request."""

    def __init__(self, then: Callable[[HttpRequest], HttpResponse]) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through and note how long it took."""
        began = time.perf_counter()
        answer = self._then(request)
        match = request.resolver_match
        route = match.route if match is not None else "none"
        method = request.method if request.method in METHODS else "other"
        status = f"{answer.status_code // 100}xx"
        _REQUESTS.labels(route, method, status).observe(time.perf_counter() - began)
        return answer


def told(figures: Mapping[str, float]) -> tuple[bytes, str]:
    """Give the page of all figures, and its content type."""
    for name, value in figures.items():
        _GAUGES[name].set(value)
    return written(REGISTRY), CONTENT_TYPE_LATEST
