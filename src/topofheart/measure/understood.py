"""How many customers' texts show an emotion, hold a worry, are about a topic: shares of the texts.

A label that was checked on enough of the workspace's own texts is corrected by those: a share of all texts by
double sampling, that of a part of them for how often the reader erred (Rogan–Gladen). Any other is counted as it was read, with how far such counts are off elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import language_of_reader
from topofheart.kernel.period import period_of
from topofheart.measure.checks import Errors, checked_texts, errors_here
from topofheart.measure.own_topics import OwnTopic
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sums import split_by
from topofheart.measure.texts import LABELS, TEXT_OF, Label, given, with_readings
from topofheart.stats.misclassified import checked_share, corrected_share, counted_share
from topofheart.stats.shares import wilson_interval
from topofheart.understand.elsewhere import elsewhere

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST_TEXTS = 30
CHECKED = "double sampling"
CORRECTED = "Rogan–Gladen"
COUNTED = "as read, ± the reader's error elsewhere"
SPLIT = "Wilson interval"
BY_WORDS = "words"
NAMED = {"emotions": "emotion", "valence": "valence", "worries": "worry", "topics": "topic"}
Cell = tuple[Any, ...]


def understood_shares(
    reader: Reader,
    question: Question,
    kind: str,
    *,
    by_reader: str,
    own: Sequence[OwnTopic] = (),
) -> Answer:
    """One row per label of the kind (and per group and period): its share of the texts understood.

    `by_reader` names whose readings count. `own` are an organisation's own topics.
    """
    off = {one.id for one in own if one.off}
    by_words = {one.id: one for one in own if one.words and not one.off}
    labels = [label for label in LABELS[kind] if label[1] not in off | by_words.keys()]
    labels += [(BY_WORDS, id, f"topic.{id}") for id in by_words]
    names = {one.id: one.name(language_of_reader()) for one in own}
    errors = errors_here(reader, question.source, by_reader, LABELS[kind])
    split = bool(question.by or question.every)
    # The texts of the check are drawn from all; of a part of them they tell only how the reader errs.
    whole = not (split or question.where or question.since or question.until)
    rows = [
        Row(
            _estimate(sums, one, errors, question.level, split=split, whole=whole),
            {**dict(zip(question.by, cell[:-1], strict=True)), NAMED[kind]: one[1]},
            period_of(cell[-1], question.every) if question.every and cell[-1] else None,
            _beside(sums, one, errors, names.get(one[1])),
        )
        for cell, sums in sorted(
            _sums(reader, question, labels, by_reader, by_words).items(),
            key=lambda one: [str(part) for part in one[0]],
        )
        for one in labels
    ]
    if not question.every:
        rows.sort(key=lambda row: (_groups(row, question), -(row.estimate.value or 0)))
    told: dict[str, Any] = {"asked": kind, "reader": by_reader}
    if errors:
        told["checked_texts"] = checked_texts(reader, question.source, by_reader, LABELS[kind])
    caveats = _caveats({row.estimate.method for row in rows}, split=split)
    if not {"counted_as_read", "level_unsure"}.isdisjoint(caveats):
        told["elsewhere"] = asdict(elsewhere())
    asked = replace(question, snapshot=reader.snapshot.number).as_dict() | told
    return Answer(tuple(rows), asked, caveats)


def _sums(
    reader: Reader,
    question: Question,
    labels: Sequence[Label],
    by_reader: str,
    by_words: dict[str, OwnTopic],
) -> dict[Cell, dict[str, float]]:
    """Per cell: how many texts, and how many were given each label."""

    def counted(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        joined = joined.filter(joined.understood_language != "other")
        names = {name: joined[column.get_name()] for name, column in split.items()}
        cells = split_by(joined, asked, names)
        marked = joined.mutate(**cells)
        text = marked[TEXT_OF[asked.source].split(".")[1]]
        said = {
            label: by_words[name].within(text)
            if column == BY_WORDS
            else given(marked, column, name)
            for column, name, label in labels
        }
        sums = {_column(label): marked.count(where=held) for label, held in said.items()}
        apart = marked.group_by(list(cells)) if cells else marked
        return apart.agg(n=marked.count(), **sums)

    stored = reader.stored(question)
    found: dict[Cell, dict[str, float]] = {}
    for row in reader.engine.read(reader.expression(question, counted)).to_pylist():
        groups = (row[stored[name]] for name in question.by)
        cell = (*(None if one is None else str(one) for one in groups), row.get("period"))
        said = {label: float(row[_column(label)]) for _, _, label in labels}
        if row["n"]:
            found[cell] = said | {"n": float(row["n"])}
    return found


def _column(label: str) -> str:
    return "said_" + label.replace(".", "_")


def _estimate(
    sums: dict[str, float], label: Label, errors: Errors, level: float, *, split: bool, whole: bool
) -> Estimate:
    """The share of one label in one cell, by the surest way that there is."""
    column, _, name = label
    n, said = int(sums["n"]), sums[name]
    known = errors.get(name)
    if n < FEWEST_TEXTS:
        return Estimate(None, None, None, n, "share", "", level, State.TOO_FEW)
    if known and whole:
        found = checked_share(said, n, *known, level=level)
        method = CHECKED
    elif known:
        found = corrected_share(said, n, *known, level=level)
        method = CORRECTED
    elif split or column == BY_WORDS:
        # An error of level is common to rows that are compared; and whether a word is there is no guess.
        found = (np.asarray(said / n), *wilson_interval(said, n, level=level))
        method = SPLIT
    else:
        found = counted_share(said, n, error=elsewhere().error, level=level)
        method = COUNTED
    value, low, high = map(float, found)
    if np.isnan(value):
        return Estimate(None, None, None, n, "share", method, level, State.CANNOT_TELL)
    return Estimate(value, low, high, n, "share", method, level)


def _caveats(methods: set[str], *, split: bool) -> tuple[str, ...]:
    said = {
        "checked_here": not {CHECKED, CORRECTED}.isdisjoint(methods),
        "counted_as_read": COUNTED in methods,
        "level_unsure": split and SPLIT in methods,
    }
    return tuple(code for code, holds in said.items() if holds)


def _beside(
    sums: dict[str, float], label: Label, errors: Errors, name: str | None
) -> dict[str, float | str]:
    """What was read before a correction, and the organisation's own name for it."""
    read: dict[str, float | str] = (
        {"as_read": sums[label[2]] / sums["n"]} if label[2] in errors else {}
    )
    return read | ({"name": name} if name else {})


def _groups(row: Row, question: Question) -> tuple[str, ...]:
    return tuple(str(row.group[name]) for name in question.by)
