"""Texts as counts of words, negated words, pieces, pairs and lexicon values: what the trainer fits.

The same segments, words and negations as the reader takes, so that the fitted weights fold into it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack
from sources import DATA

from topofheart.understand.sums import PAIR, negated, piece_buckets, piece_scale
from topofheart.understand.words import (
    ENDS_NEGATION,
    SHOUT,
    WORD,
    negates,
    plain,
    segments,
    shouted,
    stem_of,
)

LEXICON = Path(__file__).parents[1] / "corpus" / "lexicon.toml"
PIECE_BUCKETS = 1 << 16
LEAST_WORD, LEAST_NEGATED, LEAST_PAIR = 2, 4, 4
WORD_SCALE, NEGATED_SCALE, PAIR_SCALE, LEXICON_SCALE = 1.0, 0.7, 0.7, 0.5


@dataclass
class Taken:
    """Texts taken apart: every word with its segment, every segment with its text and place."""

    words: Any
    segment: Any
    text: Any
    spans: list[tuple[int, int]]
    turned: Any
    vocabulary: dict[str, int]

    @property
    def lengths(self) -> Any:
        return np.bincount(self.segment, minlength=len(self.spans))


def taken(texts: list[str], also: Iterable[str] = ()) -> Taken:
    """The texts taken apart; `also` are words that get a row though no text may hold them."""
    vocabulary: dict[str, int] = {SHOUT: 0}
    surfaces: dict[str, tuple[int, bool]] = {}
    words: list[int] = []
    of_segment: list[int] = []
    of_text: list[int] = []
    spans: list[tuple[int, int]] = []
    shouts: list[tuple[int, int]] = []
    for number, text in enumerate(texts):
        for start, end in segments(text) or [(0, 0)]:
            for surface in WORD.findall(text, start, end):
                known = surfaces.get(surface)
                if known is None:
                    place = vocabulary.setdefault(plain(surface), len(vocabulary))
                    known = surfaces[surface] = (place, shouted(surface))
                words.append(known[0])
                of_segment.append(len(spans))
                if known[1]:
                    shouts.append((0, len(spans)))
            of_text.append(number)
            spans.append((start, end))
    for word in also:
        vocabulary.setdefault(plain(word), len(vocabulary))
    ids, place = np.array(words), np.array(of_segment)
    flags = np.array([negates(word) for word in vocabulary])
    stops = np.array([word in ENDS_NEGATION for word in vocabulary])
    turned = negated(ids, place, flags, stops)
    extra = np.array([of for _, of in shouts], dtype=np.int64)
    found = Taken(ids, place, np.array(of_text), spans, turned, vocabulary)
    found.shouts = extra  # type: ignore[attr-defined]
    return found


@dataclass
class Columns:
    """Which words, negated words and pairs have a column of their own, and where each block begins."""

    words: list[int]
    negated: list[int]
    pairs: Any
    lexicon: Any

    @property
    def blocks(self) -> tuple[int, int, int, int, int]:
        """Where the blocks end: words, negated, pieces, pairs, lexicon (plain and negated)."""
        sizes = (
            len(self.words),
            len(self.negated),
            PIECE_BUCKETS,
            len(self.pairs),
            2 * self.lexicon.shape[1],
        )
        return tuple(np.cumsum(sizes))  # type: ignore[return-value]


def columns(found: Taken) -> Columns:
    size = len(found.vocabulary)
    counts = np.bincount(found.words, minlength=size)
    turned = np.bincount(found.words[found.turned], minlength=size)
    codes = pair_codes(found)[0]
    frequent = [code for code, n in Counter(codes.tolist()).items() if n >= LEAST_PAIR]
    lexicon = lexicon_of(found.vocabulary)
    kept = (counts >= LEAST_WORD) | (np.abs(lexicon).sum(axis=1) > 0)
    kept[0] = True
    return Columns(
        np.flatnonzero(kept).tolist(), np.flatnonzero(turned >= LEAST_NEGATED).tolist(),
        np.array(sorted(frequent), dtype=np.int64), lexicon,
    )  # fmt: skip


def pair_codes(found: Taken) -> tuple[Any, Any]:
    same = found.segment[:-1] == found.segment[1:]
    return (found.words[:-1] * PAIR + found.words[1:])[same], found.segment[:-1][same]


def matrix(found: Taken, chosen: Columns) -> Any:
    """Segments × columns: counts of each block at its scale; not divided by length yet."""
    size, rows = len(found.vocabulary), len(found.spans)

    def counted(places: Any, of: Any, width: int) -> Any:
        return csr_array((np.ones(len(places), np.float32), (of, places)), shape=(rows, width))

    every = counted(found.words, found.segment, size)
    shouts = counted(np.zeros_like(found.shouts), found.shouts, size)
    turned = counted(found.words[found.turned], found.segment[found.turned], size)
    codes, of = pair_codes(found)
    place = np.minimum(np.searchsorted(chosen.pairs, codes), len(chosen.pairs) - 1)
    hit = chosen.pairs[place] == codes
    pairs = counted(place[hit], of[hit], len(chosen.pairs))
    lexicon = csr_array(chosen.lexicon)
    return hstack(
        [
            WORD_SCALE * (every + shouts)[:, chosen.words],
            NEGATED_SCALE * turned[:, chosen.negated],
            every @ pieces_of(found.vocabulary),
            PAIR_SCALE * pairs,
            LEXICON_SCALE * (every @ lexicon),
            LEXICON_SCALE * (turned @ lexicon),
        ],
        format="csr",
        dtype=np.float32,
    )


def pieces_of(vocabulary: dict[str, int]) -> Any:
    """Words × buckets: the pieces of each word, scaled as the reader does."""
    rows, places, values = [], [], []
    for word, number in vocabulary.items():
        if word == SHOUT:
            continue
        buckets = piece_buckets(word, PIECE_BUCKETS)
        rows += [number] * len(buckets)
        places += buckets
        values += [piece_scale(buckets)] * len(buckets)
    shape = (len(vocabulary), PIECE_BUCKETS)
    return csr_array((np.array(values, np.float32), (rows, places)), shape=shape)


def whole(of_segments: Any, found: Taken, count: int) -> Any:
    """Texts × columns from segments × columns, divided by the root of the number of words."""
    adds = csr_array(
        (np.ones(len(found.text), np.float32), (found.text, np.arange(len(found.text)))),
        shape=(count, len(found.text)),
    )
    words = np.bincount(found.text, weights=found.lengths, minlength=count)
    return scaled(adds @ of_segments, words)


def scaled(rows: Any, words: Any) -> Any:
    """Rows divided by the root of their number of words, with the short indices that the solver wants."""
    divided = csr_array(
        rows.multiply((1 / np.sqrt(np.maximum(words, 1))).astype(np.float32)[:, None])
    )
    divided.indices, divided.indptr = (
        divided.indices.astype(np.int32),
        divided.indptr.astype(np.int32),
    )
    return divided


def lexicon_of(vocabulary: dict[str, int]) -> Any:
    """Words × what is known of them beforehand: two open lexicons, and our own words for each label."""
    return np.concatenate([_rated(vocabulary), _pointing(vocabulary)], axis=1)


def _rated(vocabulary: dict[str, int]) -> Any:
    """Words × (good, bad, joy, anger, sadness, fear, disgust): 0 where a lexicon does not know the word."""
    table = np.zeros((len(vocabulary), 7), dtype=np.float32)
    for word, values in rated().items():
        if word in vocabulary:
            table[vocabulary[word]] = values
    return table


@cache
def rated() -> dict[str, Any]:
    """The words of the open lexicons with their values; of a word in both languages the English feelings."""
    import pyarrow.parquet as pq

    table: dict[str, Any] = {}
    polarity: dict[str, list[float]] = {}
    for row in pq.read_table(DATA / "pattern_lexicon_nl/nl_sentiment.parquet").to_pylist():
        polarity.setdefault(row["form"].lower(), []).append(row["polarity"])
    for word, given in polarity.items():
        mean = float(np.mean(given))
        table[word] = np.array([max(mean, 0), max(-mean, 0), 0, 0, 0, 0, 0], dtype=np.float32)
    names = ("Joy", "Anger", "Sadness", "Fear", "Disgust")
    for file in ("en_warriner_be5", "nl_moors_be5"):
        rows = pq.read_table(DATA / f"emomap_moors_nl/{file}.parquet").to_pylist()
        felt = np.array([[row[name] for name in names] for row in rows], dtype=np.float32)
        felt = (felt - felt.mean(axis=0)) / felt.std(axis=0)
        for row, values in zip(rows, felt, strict=True):
            held = table.setdefault(str(row["Word"]).lower(), np.zeros(7, dtype=np.float32))
            if not held[2:].any():
                held[2:] = values / 2
    return table


@cache
def seeds() -> tuple[tuple[str, ...], dict[str, list[int]]]:
    """Our own lexicon: the labels, and for each entry which of them it points to."""
    found = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    flat = {
        f"{kind}.{name}" if name else kind: words
        for kind, inner in found.items()
        for name, words in ({"": inner} if "nl" in inner else inner).items()
    }
    entries: dict[str, list[int]] = {}
    for place, words in enumerate(flat.values()):
        for entry in {*words["nl"].split(), *words["en"].split()}:
            entries.setdefault(entry, []).append(place)
    return tuple(flat), entries


def _pointing(vocabulary: dict[str, int]) -> Any:
    """Words × labels of our own lexicon: 1 where the word, its beginning or its ending points to it."""
    labels, entries = seeds()
    table = np.zeros((len(vocabulary), len(labels)), dtype=np.float32)
    for word, row in vocabulary.items():
        table[row, entries.get(word) or entries.get(stem_of(word, entries) or "", [])] = 1
    return table
