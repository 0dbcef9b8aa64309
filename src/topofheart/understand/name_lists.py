"""Our own lists of names, and of the words that stand around them, from the data files of this room."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# The surer first: a word in two of these groups counts as the first of them.
CUES = {
    "titles": "title", "called": "called", "people": "people", "closings": "closing",
    "thanks": "thanks", "greetings": "greeting", "with": "with", "near": "near",
}  # fmt: skip
BLOCKED = (
    "no_name",
    "titles",
    "people",
    "greetings",
    "closings",
    "thanks",
    "departments",
)


@dataclass(frozen=True)
class Lists:
    """What the comments in `names.toml` and `around_names.toml` say of each.

    `cues` holds every word that may stand before a name, with its kind; `blocked` what is never a name,
    `skipped` that and what is none unless a title or initials stand before it.
    """

    first: frozenset[str]
    either: frozenset[str]
    last: frozenset[str]
    never: dict[str, tuple[str, ...]]
    around: dict[str, frozenset[str]]
    cues: dict[str, Any]
    blocked: frozenset[str]
    skipped: frozenset[str]


@cache
def lists() -> Lists:
    names, words = _read("names"), _read("around_names")
    never: dict[str, tuple[str, ...]] = {}
    for phrase in names["never"]:
        word = re.split(r"[^\w'’-]", phrase)[0]
        never[word] = (*never.get(word, ()), phrase)
    around = {kind: frozenset(text.split()) for kind, text in words.items()}
    first, either, last, companies = (
        frozenset(names[kind].split()) for kind in ("first", "either", "last", "companies")
    )
    cues = {word: cue for kind, cue in reversed(CUES.items()) for word in around[kind]}
    blocked = companies.union(*(around[kind] for kind in BLOCKED)) - first - either
    skipped = blocked | (around["ordinary"] - first - either - last)
    return Lists(first, either, last, never, around, cues, blocked, skipped)


def _read(file: str) -> dict[str, Any]:
    text = (files("topofheart") / "understand" / f"{file}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
