"""What every reader of texts gives, whether it is ours, a transformer or a service: probabilities and spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from topofheart.kernel.errors import InvalidInput
from topofheart.understand.labels import OF_A_TEXT

Floats = npt.NDArray[np.float32]
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Scores:
    """What a reader says of n texts.

    `labels` is n × `OF_A_TEXT`, each a probability that the label holds; `asked` and `worried` say
    for each text where its questions and worries stand, as places in the text, in order.
    """

    labels: Floats
    asked: list[Spans]
    worried: list[Spans]


class Reader(Protocol):
    """Anything that can score texts.

    `name` says which reader and version it is: readings are stored under it. Texts come in without
    personal data, in any language, of any length. `thresholds` may set, per label, from which
    probability it is taken to hold; 0.5 where it does not.
    """

    @property
    def name(self) -> str: ...

    @property
    def thresholds(self) -> dict[str, float]: ...

    def scores(self, texts: Sequence[str]) -> Scores: ...


def checked(scores: Scores, texts: Sequence[str], reader: Reader) -> Scores:
    """The scores as they are; raises InvalidInput where a reader did not keep to what is asked of it."""
    labels = scores.labels
    if labels.shape != (len(texts), len(OF_A_TEXT)):
        raise _broken(
            reader, f"gave an array of {labels.shape}, not {(len(texts), len(OF_A_TEXT))}"
        )
    if len(texts) and not (np.isfinite(labels).all() and labels.min() >= 0 and labels.max() <= 1):
        raise _broken(reader, "gave something that is no probability")
    for spans in (scores.asked, scores.worried):
        if len(spans) != len(texts):
            raise _broken(reader, f"gave spans of {len(spans)} texts, not {len(texts)}")
        for text, own in zip(texts, spans, strict=True):
            for start, end in own:
                if not 0 <= start < end <= len(text):
                    raise _broken(reader, "gave a span that lies outside its text")
    return scores


def _broken(reader: Reader, what: str) -> InvalidInput:
    return InvalidInput(
        f"The reader '{reader.name}' {what}.",
        code="bad_reader",
        hint="See `topofheart.understand.reader.Scores` for what a reader gives.",
    )
