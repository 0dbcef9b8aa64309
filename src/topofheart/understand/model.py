"""The arithmetic of a reader: a text's score on every label is the sum of its words' weights.

Linear, so that a word costs one look-up: the weights of its letters are added up once and
remembered. A second, small step weighs the whole text against its most telling segments and
makes the scores probabilities. The weights are data (`weights.npz`, no pickle), trained by
`models/train.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from topofheart.understand.labels import COLUMNS, OF_A_SEGMENT, OF_A_TEXT
from topofheart.understand.reader import Floats, Scores, Spans
from topofheart.understand.words import (
    ENDS_NEGATION,
    SCOPE,
    SHOUT,
    WORD,
    negates,
    pieces,
    plain,
    segments,
    shouted,
    stem_of,
)

PIECE_BUCKETS = 1 << 16
PIECE_SCALE = 0.7
MOST_REMEMBERED = 300_000
PAIR = 1 << 32
CUT = 0.5


@dataclass(frozen=True)
class Weights:
    """What was learned: one row of weights per word, piece and pair, one column per label."""

    words: tuple[str, ...]
    of_words: Floats
    of_negated: Floats
    of_pieces: Floats
    stems: dict[str, int]
    of_stems: Floats
    pairs: npt.NDArray[np.int64]
    of_pairs: Floats
    bias: Floats
    told: Floats
    told_bias: Floats
    about: dict[str, Any]


class Model:
    """Our own reader. One model may be used by one thread at a time."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._known = {word: place for place, word in enumerate(weights.words)}
        self._forget()

    @property
    def name(self) -> str:
        """Which model this is: readings are stored under it."""
        return str(self.weights.about["name"])

    @property
    def thresholds(self) -> dict[str, float]:
        """From which probability a label is taken to hold, where that is not 0.5."""
        return dict(self.weights.about["thresholds"])

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._rows = np.zeros((2 * 4096, len(COLUMNS)), dtype=np.float32)
        self._plain = np.full(4096, -1, dtype=np.int64)
        self._negates = np.zeros(4096, dtype=np.bool_)
        self._ends = np.zeros(4096, dtype=np.bool_)

    def scores(self, texts: Sequence[str]) -> Scores:
        """The probabilities of every label for each text, and where its questions and worries stand."""
        if not texts:
            return Scores(np.zeros((0, len(OF_A_TEXT)), np.float32), [], [])
        if len(self._places) > MOST_REMEMBERED:
            self._forget()
        spans, words, lengths, counts = self._taken_apart(texts)
        sums = self._sums(np.array(words, dtype=np.int64), np.array(lengths, dtype=np.int64))
        return self._told(sums, np.array(lengths), np.array(counts), spans)

    def _taken_apart(
        self, texts: Sequence[str]
    ) -> tuple[list[Spans], list[int], list[int], list[int]]:
        """The segments of each text, the place of every word, and how many words and segments."""
        places, find = self._places, WORD.findall
        spans: list[Spans] = []
        words: list[int] = []
        lengths: list[int] = []
        counts: list[int] = []
        for text in texts:
            own = segments(text) or [(0, 0)]
            spans.append(own)
            counts.append(len(own))
            for start, end in own:
                found = find(text, start, end)
                lengths.append(len(found))
                for word in found:
                    place = places.get(word)
                    words.append(self._learned(word) if place is None else place)
        return spans, words, lengths, counts

    def _learned(self, word: str) -> int:
        """The place of a word that was not met before: its weights are added up here, once."""
        place = self._places[word] = len(self._places)
        if place == len(self._plain):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._plain = np.concatenate([self._plain, np.full_like(self._plain, -1)])
            self._negates = np.concatenate([self._negates, np.zeros_like(self._negates)])
            self._ends = np.concatenate([self._ends, np.zeros_like(self._ends)])
        low, weights = plain(word), self.weights
        known = self._known.get(low, -1)
        self._plain[place] = known
        self._negates[place] = negates(low)
        self._ends[place] = low in ENDS_NEGATION
        if known >= 0:
            self._rows[2 * place] = weights.of_words[known]
            self._rows[2 * place + 1] = weights.of_negated[known]
        else:
            buckets = piece_buckets(low)
            self._rows[2 * place] = weights.of_pieces[buckets].sum(axis=0) * piece_scale(buckets)
            stem = stem_of(low, weights.stems)
            if stem:
                self._rows[2 * place] += weights.of_stems[weights.stems[stem]]
        if shouted(word):
            self._rows[2 * place] += weights.of_words[self._known[SHOUT]]
        return place

    def _sums(self, words: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Floats:
        """The summed weights of each segment: of its words, what is negated, and known pairs."""
        from scipy.sparse import csr_array

        ends = np.cumsum(lengths)
        segment = np.repeat(np.arange(len(lengths)), lengths)
        turned = negated(words, segment, self._negates, self._ends)
        shape = (len(lengths), 2 * len(self._plain))
        rows = np.concatenate([[0], ends])
        every = csr_array((np.ones(len(words), np.float32), 2 * words, rows), shape=shape)
        sums = every @ self._rows
        if turned.any():
            places, of = 2 * words[turned] + 1, segment[turned]
            bounds = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(lengths)))])
            sums += csr_array((np.ones(len(places), np.float32), places, bounds), shape) @ self._rows
        self._add_pairs(sums, words, segment)
        return np.asarray(sums)

    def _add_pairs(
        self, sums: Floats, words: npt.NDArray[np.int64], segment: npt.NDArray[np.int64]
    ) -> None:
        from scipy.sparse import csr_array

        pairs = self.weights.pairs
        if len(words) < 2 or not len(pairs):
            return
        known = self._plain[words]
        codes = known[:-1] * PAIR + known[1:]
        place = np.minimum(np.searchsorted(pairs, codes), len(pairs) - 1)
        hit = (pairs[place] == codes) & (segment[:-1] == segment[1:])
        hit &= (known[:-1] >= 0) & (known[1:] >= 0)
        of = segment[:-1][hit]
        bounds = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(sums)))])
        ones = np.ones(len(of), np.float32)
        sums += csr_array((ones, place[hit], bounds), (len(sums), len(pairs))) @ self.weights.of_pairs

    def _told(
        self, sums: Floats, lengths: npt.NDArray[Any], counts: npt.NDArray[Any], spans: list[Spans]
    ) -> Scores:
        """From sums to probabilities: the whole text, and its most and least telling segment."""
        weights, first = self.weights, np.concatenate([[0], np.cumsum(counts)[:-1]])
        whole = np.add.reduceat(sums, first) if len(first) else sums[:0]
        words = np.add.reduceat(lengths, first) if len(first) else lengths[:0]
        texts = whole / _root(words) + weights.bias
        single = sums / _root(lengths) + weights.bias
        inputs = [texts, np.maximum.reduceat(single, first), np.minimum.reduceat(single, first)]
        features = np.concatenate([*inputs, sizes(words, counts)], axis=1)
        telling = sigmoid(single[:, len(OF_A_TEXT) :])
        asked, worried = (
            [
                _chosen(own, telling[start : start + len(own), place])
                for own, start in zip(spans, first.tolist(), strict=True)
            ]
            for place in range(len(OF_A_SEGMENT))
        )
        return Scores(sigmoid(features @ weights.told + weights.told_bias), asked, worried)


def _chosen(spans: Spans, likely: Floats) -> Spans:
    """The segments that are likely enough; else the likeliest one. None of a text without words."""
    if len(spans) == 1:
        return spans if spans[0][1] else []
    found = [span for span, one in zip(spans, likely.tolist(), strict=True) if one >= CUT]
    return found or [spans[int(likely.argmax())]]


def negated(
    words: npt.NDArray[np.int64],
    segment: npt.NDArray[np.int64],
    negates: npt.NDArray[np.bool_],
    ends: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Which words stand up to `SCOPE` words behind a negation, in one segment, with no end between."""
    turns, stops = negates[words], ends[words]
    found = np.zeros(len(words), dtype=np.bool_)
    reach = turns.copy()
    for _ in range(SCOPE):
        reach[1:] = reach[:-1] & ~stops[1:] & (segment[1:] == segment[:-1])
        reach[:1] = False
        found |= reach
    return found


def sizes(words: npt.NDArray[Any], counts: npt.NDArray[Any]) -> Floats:
    """How long a text is, as two numbers of about the size of a score."""
    return np.stack([np.log1p(words) / 2, np.log1p(counts)], axis=1).astype(np.float32)


def piece_buckets(word: str) -> list[int]:
    return [crc32(piece.encode()) % PIECE_BUCKETS for piece in pieces(word)]


def piece_scale(buckets: list[int]) -> float:
    """So that a long word does not outweigh a short one."""
    return PIECE_SCALE / float(len(buckets)) ** 0.5


def sigmoid(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def _root(counts: npt.NDArray[Any]) -> Floats:
    return np.sqrt(np.maximum(counts, 1)).astype(np.float32)[:, None]


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    with as_file(files("topofheart") / "understand" / "weights.npz") as path:
        return Model(loaded(path))


def loaded(path: Any) -> Weights:
    """Weights from their file: arrays and JSON, nothing that can run."""
    with np.load(path, allow_pickle=False) as stored:
        about = json.loads(bytes(stored["about"]).decode())
        words = tuple(bytes(stored["words"]).decode().split("\n"))
        stems = bytes(stored["stems"]).decode().split("\n")
        numbers = {
            name: np.asarray(stored[name], dtype=np.float32)
            for name in ("of_words", "of_pieces", "of_stems", "of_pairs", "bias", "told", "told_bias")
        }
        negated = np.zeros_like(numbers["of_words"])
        negated[stored["negated"]] = stored["of_negated"]
        return Weights(
            words=words, stems={stem: place for place, stem in enumerate(stems)},
            of_negated=negated, pairs=stored["pairs"], about=about, **numbers
        )
