"""A word looked for in Dutch or English, and the words of the other language that tell of the same."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

SHORTEST_BEGINNING = 4
WHOLE = "."  # behind a word that is meant whole
Side = dict[str, tuple[str, ...]]


def also(text: str) -> tuple[str, ...]:
    """What the other language calls it, by the longest entry that the word is or begins with.

    Beginnings of words, `train.` where only the whole word is meant. Empty where no entry fits: what comes
    behind its beginning may be no longer than that, so that a stamp (postzegel) is no mail.
    """
    asked = " ".join(text.lower().split())
    fits = {
        entry: others for side in _sides() for entry, others in side.items() if _fits(asked, entry)
    }
    longest = max((len(entry.rstrip(WHOLE)) for entry in fits), default=0)
    found = [
        other
        for side in _sides()
        for entry in fits
        if len(entry.rstrip(WHOLE)) == longest
        for other in side.get(entry, ())
        if not other.startswith(asked)
    ]
    return tuple(dict.fromkeys(found))


def whole(word: str) -> bool:
    """Whether a word of these is meant whole, and not as the beginning of longer ones."""
    return word.endswith(WHOLE) or len(word) < SHORTEST_BEGINNING


def _fits(asked: str, entry: str) -> bool:
    plain = entry.rstrip(WHOLE)
    if asked == plain:
        return True
    rest = asked.removeprefix(plain)
    return not whole(entry) and rest != asked and rest.isalpha() and len(rest) <= len(plain)


@cache
def _sides() -> tuple[Side, Side]:
    """Dutch to English, and English to Dutch."""
    dutch: Side = {}
    english: Side = {}
    for left, right in entries():
        for one in left:
            dutch[one] = tuple(dict.fromkeys((*dutch.get(one, ()), *right)))
        for one in right:
            english[one] = tuple(dict.fromkeys((*english.get(one, ()), *left)))
    return dutch, english


@cache
def entries() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """The lines of `pairs.toml`: the Dutch words, and the English ones."""
    text = (files("topofheart") / "understand" / "pairs.toml").read_text(encoding="utf-8")
    lines = (line for part in tomllib.loads(text).values() for line in part.strip().splitlines())
    return tuple(
        (_words(left), _words(right)) for left, right in (one.split(" = ") for one in lines)
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))
