"""Text that a spreadsheet would run as a formula, made harmless on the way out and itself again on the way back."""

from __future__ import annotations

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
QUOTED = r"^'('*[=+\-@\t\r\n])"


def harmless(text: str) -> str:
    """The text with a quote before it where it would be run; numbers stay numbers."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def as_it_was(text: str) -> str:
    """The text that `harmless` was given."""
    return re.sub(QUOTED, r"\1", text)
