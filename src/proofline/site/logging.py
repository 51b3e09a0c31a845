"""Log lines as JSON, from a closed list of keys: nothing else that a record carries is written."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

KEYS = ("route", "method", "status", "millis", "tenant", "person", "feed", "job", "code", "count")
"""What a line may tell besides its instant, level, logger and event. Ids and numbers only."""


class Lines(logging.Formatter):
    """One JSON object a line. Arguments and exceptions' texts may hold names, so they stay out."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line: the fixed text of the event, the allowed keys, the kind of error."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        if isinstance(status := getattr(record, "status_code", None), int):
            told["status"] = status
        told.update({key: getattr(record, key) for key in KEYS if hasattr(record, key)})
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
            told["where"] = _deepest(record)
        return json.dumps(told, ensure_ascii=True, default=lambda one: type(one).__name__)


def _event(record: logging.LogRecord) -> str:
    """What happened; of a library only where it logged, since its text may quote a request."""
    if record.name.startswith("proofline"):
        return str(record.msg)
    if record.name == "django.security.DisallowedHost":
        return "a request named a host that PROOFLINE_HOSTS does not name"
    return f"{record.module}:{record.lineno}"


def _deepest(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else ""
