"""Words looked for by their beginning, in the engine."""

from __future__ import annotations


def begins_with(text: str) -> str:
    """A pattern for words that begin so, without a backslash, which the engines read differently."""
    plain = "".join(letter if letter.isalnum() or letter == " " else "." for letter in text.lower())
    return f"(^|[^a-zà-öø-ÿ0-9]){plain}"
