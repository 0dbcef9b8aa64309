"""Words looked for by their beginning, in the engine."""

from __future__ import annotations

LETTERS = "a-zà-öø-ÿ0-9"


def begins_with(text: str) -> str:
    """A pattern for words that begin so, without a backslash, which the engines read differently."""
    plain = "".join(letter if letter.isalnum() or letter == " " else "." for letter in text.lower())
    return f"(^|[^{LETTERS}]){plain}"


def is_word(text: str) -> str:
    """A pattern for this word and no longer one."""
    return f"{begins_with(text)}([^{LETTERS}]|$)"
