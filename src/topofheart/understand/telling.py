"""Words that together give a question away: `wanneer+bezorg*/lever*` points to one type of question.

An entry holds for a question when each of its parts does; a part holds when one of its words does,
written whole, by its beginning (`bezorg*`) or by its ending (`*factuur`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from topofheart.understand.sums import Floats
from topofheart.understand.words import SHORTEST_STEM, Chunks, plain

MOST_HITS = 3
MOST_REMEMBERED = 100_000


class Telling:
    """Counts, for each question and type, how many of the type's entries hold."""

    def __init__(self, entries: Sequence[tuple[int, str]], types: int) -> None:
        from scipy.sparse import csr_array

        parts: dict[str, int] = {}
        places, of = [], []
        for number, (_, entry) in enumerate(entries):
            for part in dict.fromkeys(entry.split("+")):
                places.append(parts.setdefault(part, len(parts)))
                of.append(number)
        self._parts = len(parts)
        shape = (len(parts), len(entries))
        self._needs = csr_array((np.ones(len(of), np.float32), (places, of)), shape=shape)
        self._all = np.bincount(np.array(of, dtype=np.int64), minlength=len(entries))
        kinds = [kind for kind, _ in entries]
        ones = np.ones(len(entries), np.float32)
        self._points = csr_array((ones, (range(len(entries)), kinds)), shape=(len(entries), types))
        self._by_word: dict[str, list[int]] = {}
        for part, place in parts.items():
            for word in part.split("/"):
                self._by_word.setdefault(word, []).append(place)
        self._chunks = Chunks(
            lambda words: array("i", [place for word in words for place in self._parts_of(word)])
        )

    def hits(self, questions: Sequence[str]) -> Floats:
        """Questions × types: how many entries hold, at most three, as a logarithm."""
        from scipy.sparse import csr_array

        if len(self._chunks) > MOST_REMEMBERED:
            self._chunks.clear()
        places = array("i")
        bounds = array("i", [0])
        for question in questions:
            for chunk in question.split():
                places.extend(self._chunks[chunk])
            bounds.append(len(places))
        ones = np.ones(len(places), np.float32)
        columns, rows = np.array(places, np.int32), np.array(bounds, np.int32)
        parts = csr_array((ones, columns, rows), shape=(len(questions), self._parts))
        parts.sum_duplicates()
        parts.data[:] = 1
        held = parts @ self._needs
        held.data = (held.data >= self._all[held.indices]).astype(np.float32)
        hits: Any = held @ self._points
        counted = np.log1p(np.minimum(hits.toarray(), MOST_HITS))
        return np.asarray(counted, dtype=np.float32)

    def _parts_of(self, surface: str) -> list[int]:
        """The parts that this word makes hold."""
        word = plain(surface)
        patterns = [word]
        patterns += [f"{word[:end]}*" for end in range(SHORTEST_STEM - 1, len(word) + 1)]
        patterns += [f"*{word[start:]}" for start in range(len(word) - SHORTEST_STEM + 2)]
        return [place for pattern in patterns for place in self._by_word.get(pattern, ())]
