"""The log: a line of JSON for each event, on standard error.

`time` (UTC), `level`, `event`, and `request`, the id of the request that was being answered; then
what belongs to the event. Japanese stands as it is. Whatever a text holds, it stays in its line and
cannot steer a terminal: control characters and those that turn the writing direction are escaped.
"""

from __future__ import annotations

import io
import json
import logging.config
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from keikaku.errors import KeikakuError
from keikaku.web.operation.trace import current

if TYPE_CHECKING:
    from keikaku.settings import Settings

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LEFT_OUT = "[…]"


class JsonFormatter(logging.Formatter):
    """Writes a record as a line of JSON; `fields` of the record stand beside the event."""

    def __init__(self, *, queries: bool = False) -> None:
        """Leave out the text of the request's query wherever it comes up, unless `queries`."""
        super().__init__()
        self._queries = queries

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        trace = current()
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if trace is not None:
            said["request"] = trace.id
        fields = getattr(record, "fields", None)
        if fields is not None:
            return one_line(said | fields)
        said["logger"] = record.name
        said |= self._error(record)
        if trace is not None and trace.query and not self._queries:
            said = {name: _without(trace.query, value) for name, value in said.items()}
        return one_line(said)

    def _error(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return the error of a record: those of ours need no traceback."""
        if not record.exc_info or record.exc_info[1] is None:
            return {}
        error = record.exc_info[1]
        name = {"error": type(error).__name__}
        if isinstance(error, KeikakuError):
            return name
        return name | {"traceback": self.formatException(record.exc_info)}


def one_line(said: dict[str, Any]) -> str:
    """Return `said` as JSON in one line without any character that cannot be seen."""
    line = _encode(said)
    if line.isascii() and "\x7f" not in line:
        return line
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _without(query: str, value: Any) -> Any:
    return value.replace(query, _LEFT_OUT) if isinstance(value, str) else value


def configure(settings: Settings) -> None:
    """Let everything that is logged in this process go to standard error as lines of JSON."""
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8")
    # What no line of ours says need not be found out for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonFormatter, "queries": settings.log_queries}},
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stderr",
                    "formatter": "json",
                }
            },
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {"keikaku": {"level": "INFO"}},
        }
    )
