"""What an organisation's customers ask about that others' do not: words far more frequent here than usual.

They name groups of questions that no known type covers: `accu`, `fietsslot`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from topofheart.understand.words import WORD, plain

SHORTEST = 4
FEWEST, LEAST_SHARE = 20, 0.002
TIMES_MORE = 4.0
MOST_SHARE = 0.08  # what nearly everybody mentions is what the organisation does, not a question
COMMON = 0.003  # a word in so many texts everywhere is no organisation's own
MOST = 20
SEED, RESAMPLES = 20261122, 50
# What was done or how, not about what: `tried`, `gebeld`, `finally`.
NO_NAME = re.compile(r".{3,}(?<!e)ed$|.{3,}ly$|ge.{3,}[dt]$")


@dataclass(frozen=True)
class Usual:
    """In how many of `n` texts of all kinds of organisations each word occurs."""

    n: int
    counts: Mapping[str, int]

    def share(self, word: str) -> float:
        return (self.counts.get(word, 0) + 0.5) / (self.n + 1)

    def is_deed(self, word: str) -> bool:
        """Whether the word is a form of a verb that is used more: `using`, not `parking`."""
        stem = word.removesuffix("ing")
        verb = max(self.counts.get(stem, 0), self.counts.get(f"{stem}e", 0))
        return stem != word and verb > self.counts.get(word, 0)


def own_words(questions: Sequence[str], usual: Usual, *, most: int = MOST) -> dict[str, float]:
    """The words by which questions differ from the usual ones, the most telling first, each with how steady it is.

    Telling is the count times the logarithm of how many times more frequent a word is than usual; a word
    whose beginning is already there (`accu`, `accu's`) is left out. Steadiness is the share of resamples of
    the questions (bootstrap) in which the word is chosen again.
    """
    counts = Counter(word for question in questions for word in _content(question))
    chosen = _chosen(_telling(counts, len(questions), usual), most)
    near = {word: n for word, n in counts.items() if n >= FEWEST / 2}
    again = dict.fromkeys(chosen, 0)
    draw = np.random.default_rng(SEED)
    for _ in range(RESAMPLES if chosen else 0):
        drawn = draw.binomial(len(questions), np.array(list(near.values())) / len(questions))
        redrawn = dict(zip(near, drawn.tolist(), strict=True))
        for word in _chosen(_telling(redrawn, len(questions), usual), most):
            if word in again:
                again[word] += 1
    return {word: n / RESAMPLES for word, n in again.items()}


def _telling(counts: Mapping[str, int], of: int, usual: Usual) -> dict[str, float]:
    """How telling each word is that is frequent here, rare elsewhere, and not in everybody's mouth."""
    least, largest = max(FEWEST, LEAST_SHARE * of), MOST_SHARE * of
    telling = {}
    for word, n in counts.items():
        if least <= n <= largest and (share := usual.share(word)) < COMMON:
            ratio = n / of / share
            if ratio >= TIMES_MORE and not usual.is_deed(word):
                telling[word] = n * math.log(ratio)
    return telling


def _chosen(telling: Mapping[str, float], most: int) -> list[str]:
    chosen: list[str] = []
    for word in sorted(telling, key=lambda one: (-telling[one], one)):
        if not any(word.startswith(one) or one.startswith(word) for one in chosen):
            chosen.append(word)
    return chosen[:most]


def _content(question: str) -> set[str]:
    found = {plain(word) for word in WORD.findall(question)}
    return {
        word
        for word in found
        if len(word) >= SHORTEST and word[0].isalpha() and not NO_NAME.fullmatch(word)
    }
