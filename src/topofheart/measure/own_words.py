"""What an organisation's customers ask about that others' do not: words far more frequent here than usual.

They name groups of questions that no known type covers: `accu`, `fietsslot`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from topofheart.understand.words import WORD, plain

SHORTEST = 4
FEWEST, LEAST_SHARE = 20, 0.002
TIMES_MORE = 4.0
MOST_SHARE = 0.08  # what nearly everybody mentions is what the organisation does, not a question
COMMON = 0.003  # a word in so many texts everywhere is no organisation's own
MOST = 20
# What was done or how, not about what: `tried`, `gebeld`, `finally`.
NO_NAME = re.compile(r".{3,}(?<!e)ed$|.{3,}ly$|ge.{3,}[dt]$")


@dataclass(frozen=True)
class Usual:
    """In how many of `n` texts of all kinds of organisations each word occurs."""

    n: int
    counts: Mapping[str, int]

    def share(self, word: str) -> float:
        return (self.counts.get(word, 0) + 0.5) / (self.n + 1)


def own_words(questions: Sequence[str], usual: Usual, *, most: int = MOST) -> list[str]:
    """The words by which questions differ from the usual ones, the most telling first.

    Telling is the count times the logarithm of how many times more frequent a word is than usual; a word
    whose beginning is already there (`accu`, `accu's`) is left out.
    """
    counts = Counter(word for question in questions for word in _content(question))
    least, largest = max(FEWEST, LEAST_SHARE * len(questions)), MOST_SHARE * len(questions)
    telling = {}
    for word, n in counts.items():
        ratio = n / len(questions) / usual.share(word)
        if least <= n <= largest and ratio >= TIMES_MORE and usual.share(word) < COMMON:
            telling[word] = n * math.log(ratio)
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
