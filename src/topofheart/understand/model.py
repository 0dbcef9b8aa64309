"""Our own reader: a text's score on every label is the sum of its words' weights.

Linear, and so fast and open to inspection. A second, small step weighs the whole text against its
most telling segments and makes the scores probabilities. The weights are data (`weights.npz`, no
pickle), trained by `models/train.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from topofheart.understand.labels import OF_A_SEGMENT, OF_A_TEXT, of_kind
from topofheart.understand.reader import Floats, Scores, Spans
from topofheart.understand.sums import Sums, restored
from topofheart.understand.words import segments

TELLS_A_JUDGEMENT = 5.0
CUT = 0.5  # from here a segment is told as a question or a worry
NOWHERE = [(0, 0)]
# Of these kinds one label holds: their probabilities add up to one.
EXCLUSIVE = (of_kind("language"), of_kind("valence"))


class Model:
    """The reader that comes with the package. One may be used by one thread at a time."""

    def __init__(self, file: Any) -> None:
        self._sums = Sums(restored(file))
        self.about: dict[str, Any] = json.loads(bytes(file["about"]).decode())
        self._bias, self._told, self._told_bias = (
            np.asarray(file[name], dtype=np.float32) for name in ("bias", "told", "told_bias")
        )

    @property
    def name(self) -> str:
        """Which model this is: readings are stored under it."""
        return str(self.about["name"])

    @property
    def thresholds(self) -> dict[str, float]:
        """From which probability a label is taken to hold, where that is not 0.5."""
        return dict(self.about["thresholds"])

    def judges(self, word: str) -> bool:
        """Whether a plain word by itself tells a judgement: `prima`, `slecht`, not `accu`."""
        sums, _ = self._sums.of([word], [[(0, len(word))]])
        good, bad = (sums[0, OF_A_TEXT.index(f"valence.{one}")] for one in ("positive", "negative"))
        return bool(abs(good - bad) > TELLS_A_JUDGEMENT)

    def scores(self, texts: Sequence[str]) -> Scores:
        """The probabilities of every label for each text, and where its questions and worries stand."""
        if not texts:
            return Scores(np.zeros((0, len(OF_A_TEXT)), np.float32), [], [])
        spans = [segments(text) or NOWHERE for text in texts]
        sums, lengths = self._sums.of(texts, spans)
        counts = np.array([len(own) for own in spans])
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        words = np.add.reduceat(lengths, first)
        whole = np.add.reduceat(sums, first) / _root(words) + self._bias
        single = sums / _root(lengths) + self._bias
        inputs = [whole, np.maximum.reduceat(single, first), np.minimum.reduceat(single, first)]
        features = np.concatenate([*inputs, sizes(words, counts)], axis=1)
        telling = sigmoid(single[:, len(OF_A_TEXT) :])
        asked, worried = (
            _chosen(spans, counts, first, telling[:, place]) for place in range(len(OF_A_SEGMENT))
        )
        labels = sigmoid(features @ self._told + self._told_bias)
        for block in EXCLUSIVE:
            labels[:, block] /= labels[:, block].sum(axis=1, keepdims=True)
        return Scores(labels, asked, worried)


def _chosen(
    spans: Sequence[Spans], counts: npt.NDArray[Any], first: npt.NDArray[Any], likely: Floats
) -> list[Spans]:
    """Of each text the segments that are likely enough; else the likeliest. None where no words are."""
    least = np.minimum(np.maximum.reduceat(likely, first), CUT)
    kept = (likely >= np.repeat(least, counts)).tolist()
    return [
        list(compress(own, kept[place : place + len(own)])) if own is not NOWHERE else []
        for own, place in zip(spans, first.tolist(), strict=True)
    ]


def sizes(words: npt.NDArray[Any], counts: npt.NDArray[Any]) -> Floats:
    """How long a text is, as two numbers of about the size of a score."""
    told = np.stack([np.log1p(words) / 2, np.log1p(counts)], axis=1)
    return np.asarray(told, dtype=np.float32)


def sigmoid(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def _root(counts: npt.NDArray[Any]) -> Floats:
    return np.asarray(np.sqrt(np.maximum(counts, 1)), dtype=np.float32)[:, None]


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    with as_file(files("topofheart") / "understand" / "weights.npz") as path:
        return loaded(path)


def loaded(path: Any) -> Model:
    """A model from its file: arrays and JSON, nothing that can run."""
    with np.load(path, allow_pickle=False) as file:
        return Model({name: file[name] for name in file.files})
