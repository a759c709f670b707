"""Structured logs, one JSON object a line, with the request's id; every value passes the redaction first."""

from typing import Any

import structlog

from common.redaction import redact
from config.environment import Environment


def logging_configuration(environment: Environment) -> dict[str, Any]:
    """Python's logging configuration; also configures structlog, so that both end in the same format."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer()
    if environment.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": environment.log_level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "daft_io": {"level": "WARNING"},
            # Daft's spans: twenty lines for each bucket of a release.
            "tracing": {"level": "WARNING"},
            # Its lines would repeat every address that a client of ours calls, with its query.
            "httpx": {"level": "WARNING"},
            # It would name each credential.
            "fido2": {"level": "WARNING"},
        },
    }
