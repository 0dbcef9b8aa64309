"""The peers: what anybody can install for the judgement of a text, used as its makers use it.

VADER and TextBlob for English. For Dutch Pattern's lexicon, by Pattern's own algorithm, which TextBlob
holds; its settings for Dutch are those of `pattern.nl`. Each gives a number from −1 to 1 per text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from sources import DATA

VOWELS = "aeiouy"


@dataclass(frozen=True)
class Peer:
    """A way to score texts, and from which score its makers call a text positive or negative."""

    name: str
    scores: Callable[[list[str]], Any]
    low: float
    high: float


def vader(texts: list[str]) -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    score = SentimentIntensityAnalyzer().polarity_scores
    return np.array([score(text)["compound"] for text in texts])


def textblob(texts: list[str]) -> Any:
    from textblob import TextBlob

    return np.array([TextBlob(text).sentiment.polarity for text in texts])


def pattern_nl(texts: list[str]) -> Any:
    score = _dutch()
    return np.array([score(text)[0] for text in texts])


ABOVE = float(np.nextafter(0, 1))
PEERS = {
    "en": (Peer("VADER", vader, -0.05, 0.05), Peer("TextBlob", textblob, -ABOVE, ABOVE)),
    "nl": (Peer("Pattern", pattern_nl, -0.1, 0.1),),
}


@cache
def _dutch() -> Any:
    from textblob._text import Sentiment, find_tokens

    class Dutch(Sentiment):  # type: ignore[misc]
        def load(self, path: str | None = None) -> None:
            """Every sense averaged per part of speech, those averaged; then the forms in -e."""
            senses: dict[str, dict[str, list[Any]]] = {}
            for row in pq.read_table(DATA / "pattern_lexicon_nl/nl_sentiment.parquet").to_pylist():
                values = [row["polarity"], row["subjectivity"], row["intensity"]]
                senses.setdefault(row["form"], {}).setdefault(row["pos"], []).append(values)
            for word, kinds in senses.items():
                entry: dict[str | None, Any] = {
                    kind: tuple(np.mean(values, axis=0).tolist()) for kind, values in kinds.items()
                }
                entry[None] = tuple(np.mean(list(entry.values()), axis=0).tolist())
                dict.__setitem__(self, word, entry)
            for word, entry in list(dict.items(self)):
                if "JJ" in entry:
                    self.annotate(with_e(word), "JJ", *entry["JJ"])

    found = Dutch(
        negations=("geen", "gene", "ni", "niet", "nooit"),
        modifiers=("JJ", "RB"),
        modifier=lambda word: word.endswith(("ig", "isch", "lijk")),
        tokenizer=partial(find_tokens, replace={"'n": " 'n"}),
    )
    found.load()
    return found


def with_e(word: str) -> str:
    """The form of a Dutch adjective before its noun: goed → goede, grof → grove, dik → dikke, boos → boze."""
    if word.endswith("e") or len(word) < 3 or not word.isalpha():
        return word if word.endswith("e") else f"{word}e"
    before, vowel, last = word[-3], word[-2], word[-1]
    if (
        last in VOWELS
        or vowel not in VOWELS
        or (word.endswith(("ig", "er", "el", "en")) and len(word) > 4)
    ):
        return f"{word}e"
    long = before in VOWELS
    end = {"f": "v", "s": "z"}.get(last, last) if long else last * 2
    return f"{word[:-2] if before == vowel else word[:-1]}{end}e"
