"""Errors that a person can act on: a stable code, a sentence, and a hint that carries the remedy."""


class TopOfHeartError(Exception):
    """An error meant to be read by a person.

    `code` is stable and may be tested against; `hint` says what to do next.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class InvalidInput(TopOfHeartError, ValueError):
    """A value that the caller gave cannot be used."""

    code = "invalid_input"


class UnknownName(InvalidInput):
    """A column, table, metric or dimension that does not exist; the hint lists those that do."""

    code = "unknown_name"


class UnreadableFile(TopOfHeartError):
    """A file that cannot be read as the table that it should hold."""

    code = "unreadable_file"


class LakeError(TopOfHeartError):
    """The stored tables are not in a state in which the request can be answered."""

    code = "lake"


class MissingEngine(TopOfHeartError):
    """An optional engine or library that is not installed or does not answer."""

    code = "missing_engine"
