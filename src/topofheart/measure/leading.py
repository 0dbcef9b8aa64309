"""The score that an organisation's answers lead with: of one kind, on one scale, never pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from topofheart.measure.cells import Cells
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader

LEADING = ("nps", "grade", "csat", "ces")
STORED = {"kind": "kind", "scale": "satisfaction_scale"}
Apart = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Leading:
    """The cells of that score, and the question narrowed to its kind and scale."""

    cells: Cells
    question: Question
    kind: str | None = None
    scale: str | None = None


def leading_score(
    reader: Reader, question: Question, metrics: Sequence[str] = LEADING, *, kind: str | None = None
) -> Leading | None:
    """The first of `metrics` that was answered, in the part of `kind`, else with the most answers.

    Split by a dimension, answers that have none of its values do not count. None: nothing was answered.
    """
    for name in metrics:
        cells, asked = reader.cells(replace(question, metric=name))
        n: dict[Apart, float] = {}
        for place, key in enumerate(cells.keys):
            if not key.group or any(value is not None for _, value in key.group):
                n[key.apart] = n.get(key.apart, 0) + float(cells.n[place])
        if not n:
            continue
        best = max(n, key=lambda part: (dict(part).get("kind") == kind, n[part]))
        apart = dict(best)
        narrowed = {
            STORED[part]: (value,)
            for part, value in best
            if value is not None and (len(n) > 1 or part == "scale")
        }
        same = [place for place, key in enumerate(cells.keys) if key.apart == best]
        asked = replace(asked, where=tuple((dict(asked.where) | narrowed).items()))
        scale = apart.get("scale") or cells.metric.scale or None
        return Leading(cells.only(same), asked, apart.get("kind"), scale)
    return None
