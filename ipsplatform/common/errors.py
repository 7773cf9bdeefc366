"""What a service says when it refuses."""


class RuleError(Exception):
    """A rule of the domain refuses this change.

    The message is written for the person who asked: what is refused, why, and what can be done.
    `field` names the form field that it belongs to, when there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class CountedRefusalError(RuleError):
    """A refusal whose service has undone its own writes already; that it was tried is written, and stays."""
