"""Scales whose answers are words or stars: `Zeer tevreden` is 5 of 5. The words are data (`worded_scales.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

FEWEST_ANSWERS = 2


@dataclass(frozen=True)
class WordedScale:
    """What each word of a column means. `sure` when no other scale knows all its words otherwise."""

    scale: str
    meaning: dict[str, str]
    sure: bool


@cache
def _known() -> tuple[tuple[str, dict[str, str]], ...]:
    text = resources.files("topofheart.listen").joinpath("worded_scales.toml").read_text("utf-8")
    return tuple(
        (
            one["scale"],
            {word: str(place + 1) for place, words in enumerate(one["words"]) for word in words},
        )
        for one in tomllib.loads(text)["scale"]
    )


def worded_scale(answers: Iterable[str]) -> WordedScale | None:
    """The scale on which all these answers are, by their words; None when they are on none."""
    said = {answer.strip().lower() for answer in answers}
    if len(said) < FEWEST_ANSWERS:
        return None
    found = [(scale, words) for scale, words in _known() if said <= words.keys()]
    if not found:
        return None
    meanings = {(scale, *(words[one] for one in sorted(said))) for scale, words in found}
    scale, words = found[0]
    return WordedScale(scale, {one: words[one] for one in sorted(said)}, sure=len(meanings) == 1)
