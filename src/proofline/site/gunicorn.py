"""How the server runs: one process that writes, threads in it, a graceful end."""

from __future__ import annotations

import os

from proofline.site.environment import Environment

_said = Environment(os.environ)

bind = _said.text("PROOFLINE_BIND")
workers = 1  # one process takes readings in, so that waiting requests join one transaction
threads = _said.number("PROOFLINE_THREADS")
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
limit_request_line = 8190
limit_request_fields = 60
accesslog = None  # the service writes its own lines, without addresses of patients
control_socket_disable = True  # nobody steers the server but by its signals
