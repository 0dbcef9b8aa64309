"""How many customers' texts show an emotion, hold a worry, are about a topic: shares of the texts.

Shares are corrected for how often the reader errs, in each language apart (Rogan–Gladen).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import LakeError, UnknownName
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import language_of_reader
from topofheart.kernel.period import period_of
from topofheart.measure.own_topics import OwnTopic
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sums import split_by
from topofheart.stats.misclassified import corrected_share
from topofheart.stats.shares import wilson_interval
from topofheart.understand.labels import EMOTIONS, TOPICS, VALENCES, WORRIES

if TYPE_CHECKING:
    import ibis.expr.types as ir

TEXT_OF = {"answers": "answers.comment", "contacts": "contacts.text"}
FEWEST_TEXTS = 30
LEAST_PART = 0.03
METHOD = "Rogan–Gladen"
BY_WORDS = "words"
# Counted as they were read: topics are not reliable enough to correct for (two labellers agree too little).
AS_READ = ("topics",)
NAMED = {"emotions": "emotion", "valence": "valence", "worries": "worry", "topics": "topic"}
Errors = dict[str, dict[str, list[int]]]
Cell = tuple[Any, ...]

# Which column tells each label, and whether it holds several.
LABELS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "emotions": tuple(("emotion", one, f"emotion.{one}") for one in EMOTIONS),
    "valence": tuple(("valence", one, f"valence.{one}") for one in VALENCES),
    "worries": (("worry", "any", "worry"), *(("worries", one, f"worry.{one}") for one in WORRIES)),
    "topics": tuple(("topic", one, f"topic.{one}") for one in TOPICS),
}


def understood_shares(
    reader: Reader,
    question: Question,
    kind: str,
    *,
    by_reader: str,
    errors: Errors,
    own: Sequence[OwnTopic] = (),
) -> Answer:
    """One row per label of the kind (and per group and period): its share of the texts understood.

    `by_reader` names whose readings count, `errors` how often that reader errs: label → language →
    [found, of how many, rightly denied, of how many]. `own` are an organisation's own topics.
    Topics are counted as they were read, without correction.
    """
    off = {one.id for one in own if one.off}
    by_words = {one.id: one for one in own if one.words and not one.off}
    labels = [label for label in LABELS[kind] if label[1] not in off | by_words.keys()]
    labels += [(BY_WORDS, id, f"topic.{id}") for id in by_words]
    names = {one.id: one.name(language_of_reader()) for one in own}
    sums = _sums(reader, question, labels, by_reader, by_words)
    rows = [
        Row(
            _counted_share(parts, label, question.level)
            if kind in AS_READ
            else _estimate(parts, label, errors.get(label, {}), question.level),
            {**dict(zip(question.by, cell[:-1], strict=True)), NAMED[kind]: name},
            period_of(cell[-1], question.every) if question.every and cell[-1] else None,
            _beside(parts, label, names.get(name)),
        )
        for cell, parts in sorted(sums.items(), key=lambda one: [str(part) for part in one[0]])
        for where, name, label in labels
    ]
    if not question.every:
        rows.sort(key=lambda row: (_groups(row, question), -(row.estimate.value or 0)))
    told = {"asked": kind, "reader": by_reader}
    asked = replace(question, snapshot=reader.snapshot.number).as_dict() | told
    caveats = (("counted_as_read" if kind in AS_READ else "errors_elsewhere"),) if rows else ()
    return Answer(tuple(rows), asked, caveats)


def _beside(
    parts: dict[str, dict[str, float]], label: str, name: str | None
) -> dict[str, float | str]:
    """What was read before any correction, and the organisation's own name for it."""
    n = sum(part["n"] for part in parts.values())
    told: dict[str, float | str] = {"as_read": sum(part[label] for part in parts.values()) / n}
    return told | ({"name": name} if name else {})


def source_of_texts(reader: Reader, of: str | None) -> str:
    """The table whose texts are meant: as asked, where it has any, else the one that has.

    Raises LakeError where no texts are, UnknownName for another table.
    """
    if of is not None and of not in TEXT_OF:
        raise UnknownName(f"'{of}' holds no texts.", hint=f"Choose from: {', '.join(TEXT_OF)}.")
    wanted = [of or "contacts", *TEXT_OF]
    for source in wanted:
        files = reader.files(source)
        column = TEXT_OF[source].split(".")[1]
        if files.uris and column in files.schema.names:
            return source
    raise LakeError(
        "This workspace holds no texts of customers.",
        code="no_texts",
        hint="Read a file with comments or contacts first.",
    )


def _groups(row: Row, question: Question) -> tuple[str, ...]:
    return tuple(str(row.group[name]) for name in question.by)


def with_readings(rows: ir.Table, reader: Reader, source: str, by_reader: str) -> ir.Table:
    """The rows of a table beside what this reader understood of their text."""
    kept = reader.files("readings")
    if not kept.uris:
        raise LakeError(
            "No text of this workspace has been understood yet.",
            code="no_readings",
            hint="topofheart words read WORKSPACE",
        )
    told = reader.engine.table(kept)
    told = told.filter((told.text_of == TEXT_OF[source]) & (told.reader == by_reader))
    told = told.drop("key", "read_from", "read_row", "updated_at", "reading_id", "customer_id")
    told = told.rename(understood_language="language")
    stray = [name for name in told.columns if name in rows.columns]
    rows = rows.drop(*(name for name in stray if name != "row_key"))
    return rows.inner_join(told, rows.key == told.row_key)


def _sums(
    reader: Reader,
    question: Question,
    labels: Sequence[tuple[str, str, str]],
    by_reader: str,
    by_words: dict[str, OwnTopic],
) -> dict[Cell, dict[str, dict[str, float]]]:
    """Per cell and language: how many texts, and how many were given each label."""

    def counted(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        joined = joined.filter(joined.understood_language != "other")
        names = {name: joined[column.get_name()] for name, column in split.items()}
        cells = split_by(joined, asked, names)
        marked = joined.mutate(**cells)
        text = marked[TEXT_OF[asked.source].split(".")[1]]
        said = {
            label: by_words[name].within(text) if where == BY_WORDS else _given(marked, where, name)
            for where, name, label in labels
        }
        sums = {_column(label): marked.count(where=given) for label, given in said.items()}
        return marked.group_by([*cells, "understood_language"]).agg(n=marked.count(), **sums)

    stored = reader.stored(question)
    found: dict[Cell, dict[str, dict[str, float]]] = defaultdict(dict)
    for row in reader.engine.read(reader.expression(question, counted)).to_pylist():
        groups = (row[stored[name]] for name in question.by)
        cell = (*(None if one is None else str(one) for one in groups), row.get("period"))
        said = {label: float(row[_column(label)]) for _, _, label in labels}
        found[cell][row["understood_language"]] = said | {"n": float(row["n"])}
    return found


def _column(label: str) -> str:
    return "said_" + label.replace(".", "_")


def _given(rows: ir.Table, where: str, name: str) -> ir.Column:
    """Whether a text was given this label."""
    if where == "valence":
        return rows.valence == name
    if where == "worry":
        return rows.worry
    column = {"emotion": "emotions", "topic": "topics"}.get(where, where)
    return rows[column].contains(f" {name} ")


def _estimate(
    parts: dict[str, dict[str, float]], label: str, errors: dict[str, list[int]], level: float
) -> Estimate:
    """The share over all languages: each corrected for its own errors, weighed by its texts.

    Limits are put together each on its own side (MOVER, Zou and Donner 2008): at 0 or 1 an interval is lopsided.
    """
    n = int(sum(part["n"] for part in parts.values()))
    if n < FEWEST_TEXTS:
        return Estimate(None, None, None, n, "share", METHOD, level, State.TOO_FEW)
    # A handful of texts in the other language does not keep the rest from being told.
    parts = {name: part for name, part in parts.items() if part["n"] >= LEAST_PART * n}
    counted = sum(part["n"] for part in parts.values())
    value = below = above = 0.0
    for language, part in parts.items():
        right, yes, denied, no = errors.get(language) or (0, 0, 0, 0)
        one, least, most = corrected_share(
            part[label], part["n"], right, yes, denied, no, level=level
        )
        weight = part["n"] / counted
        value += weight * float(one)
        below += (weight * float(one - least)) ** 2
        above += (weight * float(most - one)) ** 2
    if np.isnan(value):
        return Estimate(None, None, None, n, "share", METHOD, level, State.CANNOT_TELL)
    low, high = max(0.0, value - below**0.5), min(1.0, value + above**0.5)
    return Estimate(value, low, high, n, "share", METHOD, level)


def _counted_share(parts: dict[str, dict[str, float]], label: str, level: float) -> Estimate:
    """The plain share of the texts that hold a word."""
    n = int(sum(part["n"] for part in parts.values()))
    if n < FEWEST_TEXTS:
        return Estimate(None, None, None, n, "share", "", level, State.TOO_FEW)
    count = sum(part[label] for part in parts.values())
    low, high = wilson_interval(count, n, level=level)
    return Estimate(count / n, float(low), float(high), n, "share", "Wilson interval", level)
