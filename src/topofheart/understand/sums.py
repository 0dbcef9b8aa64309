"""The sum of the weights of the words in each segment: one look-up per word, whatever the number of labels.

The weights of a word's letters are added up when it is first met, and remembered.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from topofheart.understand.words import (
    ENDS_NEGATION,
    SCOPE,
    SHOUT,
    Chunks,
    negates,
    pieces,
    plain,
    shouted,
    stem_of,
)

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Spans = list[tuple[int, int]]
PIECE_SCALE = 0.7
MOST_REMEMBERED = 300_000
PAIR = 1 << 32
ROOM = 4096


@dataclass(frozen=True)
class Weights:
    """What was learned: a row of weights for each word, negated word, piece, stem and pair of words."""

    words: tuple[str, ...]
    of_words: Floats
    of_negated: Floats
    of_pieces: Floats
    stems: dict[str, int]
    of_stems: Floats
    pairs: Places
    of_pairs: Floats


class Sums:
    """Adds up weights. One may be used by one thread at a time."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._known = {word: place for place, word in enumerate(weights.words)}
        self._forget()

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._chunks = Chunks(lambda words: [self._place(word) for word in words])
        self._rows = np.zeros((2 * ROOM, self.weights.of_words.shape[1]), dtype=np.float32)
        self._plain = np.full(ROOM, -1, dtype=np.int64)
        self._negates = np.zeros(ROOM, dtype=np.bool_)
        self._ends = np.zeros(ROOM, dtype=np.bool_)

    def of(self, texts: Sequence[str], spans: Sequence[Spans]) -> tuple[Floats, Places]:
        """For each span of each text, in order: the sum of its weights, and how many words it has."""
        if max(len(self._places), len(self._chunks)) > MOST_REMEMBERED:
            self._forget()
        words: list[int] = []
        ends = [0]
        for text, own in zip(texts, spans, strict=True):
            for start, end in own:
                words += self._chunks.of(text[start:end])
                ends.append(len(words))
        bounds = np.array(ends, dtype=np.int64)
        counts = bounds[1:] - bounds[:-1]
        return self._added(np.array(words, dtype=np.int64), counts), counts

    def _place(self, word: str) -> int:
        known = self._places.get(word)
        return self._learned(word) if known is None else known

    def _learned(self, word: str) -> int:
        """The place of a word that was not met before: its weights are added up here, once."""
        place = self._places[word] = len(self._places)
        if place == len(self._plain):
            self._widen()
        low, weights = plain(word), self.weights
        known = self._known.get(low, -1)
        self._plain[place] = known
        self._negates[place] = negates(low)
        self._ends[place] = low in ENDS_NEGATION
        if known >= 0:
            self._rows[2 * place] = weights.of_words[known]
            self._rows[2 * place + 1] = weights.of_negated[known]
        else:
            buckets = piece_buckets(low, len(weights.of_pieces))
            self._rows[2 * place] = weights.of_pieces[buckets].sum(axis=0) * piece_scale(buckets)
            stem = stem_of(low, weights.stems)
            if stem:
                self._rows[2 * place] += weights.of_stems[weights.stems[stem]]
        if shouted(word):
            self._rows[2 * place] += weights.of_words[self._known[SHOUT]]
        return place

    def _widen(self) -> None:
        self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._plain = np.concatenate([self._plain, np.full_like(self._plain, -1)])
        self._negates = np.concatenate([self._negates, np.zeros_like(self._negates)])
        self._ends = np.concatenate([self._ends, np.zeros_like(self._ends)])

    def _added(self, words: Places, lengths: Places) -> Floats:
        """The weights of the words of each segment, of what is negated in it, and of known pairs."""
        segment = np.repeat(np.arange(len(lengths)), lengths)
        sums = _gathered(2 * words, segment, len(lengths), self._rows)
        turned = negated(words, segment, self._negates, self._ends)
        if turned.any():
            sums += _gathered(2 * words[turned] + 1, segment[turned], len(lengths), self._rows)
        pairs = self.weights.pairs
        if len(words) > 1 and len(pairs):
            known = self._plain[words]
            codes = known[:-1] * PAIR + known[1:]
            place = np.minimum(np.searchsorted(pairs, codes), len(pairs) - 1)
            hit = (pairs[place] == codes) & (segment[:-1] == segment[1:])
            hit &= (known[:-1] >= 0) & (known[1:] >= 0)
            sums += _gathered(place[hit], segment[:-1][hit], len(lengths), self.weights.of_pairs)
        return sums


def _gathered(places: Places, segment: Places, count: int, rows: Floats) -> Floats:
    """The sum of these rows for each segment; segments in order."""
    from scipy.sparse import csr_array

    bounds = np.concatenate([[0], np.cumsum(np.bincount(segment, minlength=count))])
    ones = np.ones(len(places), np.float32)
    return np.asarray(csr_array((ones, places, bounds), (count, len(rows))) @ rows)


def negated(
    words: Places, segment: Places, negates: npt.NDArray[np.bool_], ends: npt.NDArray[np.bool_]
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


def piece_buckets(word: str, buckets: int) -> list[int]:
    """Which rows of `of_pieces` the parts of a word share."""
    return [crc32(piece.encode()) % buckets for piece in pieces(word)]


def piece_scale(buckets: list[int]) -> float:
    """So that a long word does not outweigh a short one."""
    return PIECE_SCALE / math.sqrt(len(buckets))


def stored(weights: dict[str, Any]) -> dict[str, Any]:
    """Weights as plain arrays for a file; `of_negated` only where it holds something."""
    shown = np.flatnonzero(np.abs(weights["of_negated"]).max(axis=1) > 1e-4)
    small = np.float16
    return {
        "words": _text(weights["words"]),
        "stems": _text(weights["stems"]),
        "pairs": weights["pairs"].astype(np.int64),
        "negated": shown.astype(np.int32),
        "of_negated": weights["of_negated"][shown].astype(small),
        **{
            name: weights[name].astype(small)
            for name in ("of_words", "of_pieces", "of_stems", "of_pairs")
        },
    }


def restored(file: Any) -> Weights:
    """Weights from the arrays of their file."""
    numbers = {
        name: np.asarray(file[name], dtype=np.float32)
        for name in ("of_words", "of_pieces", "of_stems", "of_pairs")
    }
    turned = np.zeros_like(numbers["of_words"])
    turned[file["negated"]] = file["of_negated"]
    stems = {stem: place for place, stem in enumerate(lines(file["stems"])) if stem}
    words = tuple(lines(file["words"]))
    return Weights(words=words, of_negated=turned, stems=stems, pairs=file["pairs"], **numbers)


def _text(names: Sequence[str]) -> Any:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def lines(array: Any) -> list[str]:
    return bytes(array).decode().split("\n")
