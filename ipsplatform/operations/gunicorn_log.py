"""Gunicorn's own lines, written as all others are: without content."""

from typing import Any

from gunicorn.glogging import Logger

from ipsplatform.common.log_lines import WithoutContent, line_formatter


class GunicornLog(Logger):
    """What `--logger-class` names."""

    def setup(self, cfg: Any) -> None:
        """Gunicorn repeats the line that a stranger sent, in "Invalid request"; our filter does not."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(line_formatter())
            handler.addFilter(WithoutContent())

    def access(self, *_request: object) -> None:
        """Nothing, whatever the options say: request_lines writes these lines, without the query."""
