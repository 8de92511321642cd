"""Errors that a person can act on: each carries one sentence that names what failed and what to do."""

from __future__ import annotations


class MtcheckError(Exception):
    """Base of all errors that mtcheck raises on purpose; ``str(error)`` is a sentence for people."""


class InputError(MtcheckError):
    """A file, folder or stream that cannot be read as text."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        """Come back whole from another process."""
        return type(self), (self.path, self.message)


class UnreadFormat(InputError):
    """A file in a format that is not read, or only with options that were not given; folders hold such files."""


class ModelError(MtcheckError):
    """The base model or the adapter is missing, damaged or of the wrong kind."""


class UsageError(MtcheckError):
    """Options or a configuration that ask for what cannot be done."""


class ConfigurationError(UsageError):
    """A configuration file that cannot be read or says what it must not; the sentence has its line where known."""
