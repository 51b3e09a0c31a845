"""How the server runs: one process that writes, threads in it, a graceful end."""

from __future__ import annotations

import os

bind = os.environ.get("PROOFLINE_BIND", "127.0.0.1:8000")
workers = 1  # one process takes readings in, so that waiting requests join one transaction
threads = int(os.environ.get("PROOFLINE_THREADS", "16"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
limit_request_line = 8190
limit_request_fields = 60
accesslog = None  # the service writes its own lines, without addresses of patients
