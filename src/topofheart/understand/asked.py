"""Which of the questions that customers ask everywhere this one is, in either language.

The catalogue (`questions.npz`) is data trained by `models/asked.py`. It knows what only sounds like one of
them too; a question that is none stays unnamed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from topofheart.kernel.errors import UnknownName
from topofheart.understand.forms import FORMS, OTHER
from topofheart.understand.labels import TOPICS
from topofheart.understand.sums import Floats, Sums, restored
from topofheart.understand.telling import Telling

SURE = 0.35
OWN = "own"  # `own.accu`: questions with a word that is this organisation's
BATCH = 1024


@dataclass(frozen=True)
class Asked:
    """One type of question: where in the journey it is asked, what is feared behind it, its two names."""

    id: str
    topic: str
    worry: str | None
    nl: str
    en: str


class Catalogue:
    """The types of question, and how to tell them apart. One may be used by one thread at a time."""

    def __init__(self, file: Any) -> None:
        self._sums = Sums(restored(file))
        self._right = np.asarray(file["right"], dtype=np.float32)
        self._bias = np.asarray(file["bias"], dtype=np.float32)
        self._of_hits = np.asarray(file["of_hits"], dtype=np.float32)
        told = json.loads(bytes(file["about"]).decode())
        self.types = tuple(
            Asked(one["id"], one["topic"], _named(one["worry"]), one["nl"], one["en"])
            for one in told["kinds"]
        )
        entries = [(int(kind), entry) for kind, entry in told["entries"]]
        self._telling = Telling(entries, len(self.types))
        self.stability: dict[str, float] = told["stability"]
        self.usual: dict[str, tuple[int, dict[str, int]]] = {
            language: (n, counts) for language, (n, counts) in told["usual"].items()
        }

    def places(self, questions: Sequence[str]) -> Floats:
        """Where each question stands among the learned dimensions."""
        sums, lengths = self._sums.of(questions, [[(0, len(one))] for one in questions])
        return sums / np.sqrt(np.maximum(lengths, 1)).astype(np.float32)[:, None]

    def types_of(self, questions: Sequence[str]) -> list[str | None]:
        """The type of each question, or none where no type is sure enough."""
        found: list[str | None] = []
        for first in range(0, len(questions), BATCH):
            likely = self.likely(questions[first : first + BATCH])
            best = likely.argmax(axis=1)
            told = (likely.max(axis=1) >= SURE) & (best < len(self.types))
            found += [
                self.types[one].id if known else None
                for one, known in zip(best.tolist(), told.tolist(), strict=True)
            ]
        return found

    def likely(self, questions: Sequence[str]) -> Floats:
        """The probability of each type for each question; the last is that no type asks it."""
        scores = self.places(questions) @ self._right + self._bias
        scores += self._telling.hits(questions) @ self._of_hits
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        return np.asarray(chances / chances.sum(axis=1, keepdims=True), dtype=np.float32)


def known_group(id: str, own: Sequence[str] = ()) -> None:
    """Raises UnknownName unless this is a type, `topic.form`, or one of the organisation's own."""
    topic, _, form = id.partition(".")
    combined = topic == OWN or (topic in TOPICS and form in (*FORMS, OTHER))
    types = [one.id for one in catalogue().types]
    if id not in own and id not in types and not combined:
        near = ", ".join(get_close_matches(id, types, 4, 0.4)) or "see: topofheart words questions"
        raise UnknownName(f"There is no group '{id}'.", hint=f"Near: {near}.")


def _named(worry: str) -> str | None:
    return None if worry == "none" else worry


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with the package."""
    with (
        as_file(files("topofheart") / "understand" / "questions.npz") as path,
        np.load(path, allow_pickle=False) as file,
    ):
        return Catalogue({name: file[name] for name in file.files})
