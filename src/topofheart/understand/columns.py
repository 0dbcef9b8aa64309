"""Readings as the columns in which they are kept and exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from topofheart.understand.asked import catalogue
from topofheart.understand.forms import form_of
from topofheart.understand.labels import EMOTIONS, VALENCES
from topofheart.understand.reader import Reader
from topofheart.understand.reading import PLACE, Reading, readings

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS = {
    **{f"p_{name}": f"valence.{name}" for name in VALENCES},
    **{f"p_{name}": f"emotion.{name}" for name in EMOTIONS},
    "p_asks": "asks",
}
BETWEEN = "\n"  # no question goes over a line
AT_ONCE = 4096


def columns(found: Sequence[Reading]) -> dict[str, Any]:
    """One column per thing understood; probabilities to the percent, empty where nothing is understood."""
    import numpy as np
    import pyarrow as pa

    likely = np.stack([one.likely for one in found]) if found else np.zeros((0, len(PLACE)))
    told = [one.valence is not None for one in found]
    silent = ~np.array(told, dtype=np.bool_)
    table: dict[str, Any] = {
        "language": [one.language for one in found],
        "valence": [one.valence for one in found],
        "emotions": [listed(one.emotions) for one in found],
        "asks": [one.asks if known else None for one, known in zip(found, told, strict=True)],
        "question": [BETWEEN.join(one.questions) or None for one in found],
        "worry": [one.worry if known else None for one, known in zip(found, told, strict=True)],
        "worry_said": [BETWEEN.join(one.worried) or None for one in found],
        "worry_about": [one.worries[0] if one.worries else None for one in found],
        "worries": [listed(one.worries) for one in found],
        "topic": [one.topics[0] if one.topics else None for one in found],
        "topics": [listed(one.topics) for one in found],
        "acts": [listed(one.acts) for one in found],
    }
    for column, label in NUMBERS.items():
        values = likely[:, PLACE[label]].astype(np.float64).round(2)
        table[column] = pa.array(values, mask=silent)
    table["question_types"] = _types(found)
    return table


def _types(found: Sequence[Reading]) -> list[str | None]:
    """The type of each question of a text: a known one, else what it is about and wants to know."""
    every = [question for one in found for question in one.questions]
    known = iter(catalogue().types_of(every))
    return [
        listed(
            tuple(
                next(known) or f"{one.likeliest_topic}.{form_of(question)}"
                for question in one.questions
            )
        )
        for one in found
    ]


def understood(
    texts: Sequence[str | None], reader: Reader | None = None, *, replies: bool = False
) -> pa.Table:
    """What is understood of each text, as columns; part by part, so that memory is bounded."""
    import pyarrow as pa

    parts = [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)] or [texts]
    return pa.concat_tables(
        [arrow(list(readings(part, reader, replies=replies))) for part in parts]
    )


def listed(names: Sequence[str]) -> str | None:
    """Names with a blank on either side, so that each can be looked for whole; empty for none."""
    return f" {' '.join(names)} " if names else None


def arrow(found: Sequence[Reading]) -> pa.Table:
    """The columns as an Arrow table, one row per text."""
    import pyarrow as pa

    kinds = {"asks": pa.bool_(), "worry": pa.bool_()}
    made = columns(found)
    fields = {
        name: values
        if isinstance(values, pa.Array)
        else pa.array(values, kinds.get(name, pa.string()))
        for name, values in made.items()
    }
    return pa.table(fields)
