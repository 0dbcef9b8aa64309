"""Dutch and English: sentences from a room's `texts/`, numbers and days as each language writes them."""

from __future__ import annotations

import locale
import os
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from topofheart.kernel.errors import InvalidInput

LANGUAGES = ("en", "nl")


def language_of_reader() -> str:
    """The language of the reader's own settings; English where it is neither."""
    settings = (
        os.environ.get(name) for name in ("TOPOFHEART_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    )
    spoken = next((value for value in settings if value), None) or locale.getlocale()[0] or "en"
    return "nl" if spoken.lower().startswith(("nl", "dutch")) else "en"


class Words:
    """The sentences of one room in one language: `words("verdict.rose", change="+4")`."""

    def __init__(self, room: str, language: str) -> None:
        if language not in LANGUAGES:
            raise InvalidInput(
                f"Language '{language}' is not known.", hint=f"Choose from: {', '.join(LANGUAGES)}."
            )
        self.language = language
        self._sentences = _catalogue(room, language)

    def __call__(self, key: str, **values: object) -> str:
        return self._sentences[key].format(**values)

    def count(self, key: str, n: float, **values: object) -> str:
        """A sentence that depends on a count: `key.one` or `key.many`, with `{n}` filled in."""
        return self(f"{key}.one" if n == 1 else f"{key}.many", n=self.number(n), **values)

    def number(self, value: float, *, decimals: int = 0, signed: bool = False) -> str:
        """`1,234.5` in English, `1.234,5` in Dutch; a true minus sign in both."""
        text = f"{abs(value):,.{decimals}f}"
        zero = not text.strip("0,.")
        sign = "" if zero else "−" if value < 0 else "+" if signed else ""
        if self.language == "nl":
            text = text.translate(str.maketrans(",.", ".,"))
        return sign + text

    def day(self, day: date) -> str:
        """`4 March 2026`, `4 maart 2026`."""
        return f"{day.day} {self.month(day)}"

    def month(self, day: date) -> str:
        """`March 2026`, `maart 2026`."""
        return f"{self._sentences[f'month.{day.month}']} {day.year}"


@cache
def _catalogue(room: str, language: str) -> dict[str, str]:
    shared = _read("kernel", language)
    return shared if room == "kernel" else shared | _read(room, language)


def _read(room: str, language: str) -> dict[str, str]:
    text = (files("topofheart") / room / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text), ""))


def _flat(tree: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            pairs.append((prefix + name, str(value)))
    return pairs
