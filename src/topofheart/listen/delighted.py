"""Delighted: one column `score` for surveys on several scales, told apart by `survey_type`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from topofheart.listen.delimited import Record
from topofheart.listen.header import distinct
from topofheart.listen.reshaped import Reshaped, below_header
from topofheart.listen.tool import plain

KINDS = ("nps", "csat", "ces")


def reshaped(records: Iterator[Record], row: int) -> Reshaped:
    """A column of scores for each type of survey in the file."""
    labels, below = below_header(records, row)
    named = [plain(label) for label in labels]
    if "score" not in named or "survey type" not in named:
        return Reshaped(labels, below)
    score, kind = named.index("score"), named.index("survey type")
    told = list(below)
    types = list(dict.fromkeys(_type(record, kind) for record in told if not record.trouble)) or [
        ""
    ]
    split = [labels[score]] if len(types) == 1 else [f"score ({one})" for one in types]
    made = distinct([*labels[:score], *split, *labels[score + 1 :]])
    kinds = {label: one for label, one in zip(made[score:], types, strict=False) if one in KINDS}
    return Reshaped(made, (_split(record, score, kind, types) for record in told), kinds=kinds)


def _type(record: Record, kind: int) -> str:
    cell = next(itertools.islice(record.cells, kind, None), None)
    return (cell or "").strip().lower()


def _split(record: Record, score: int, kind: int, types: list[str]) -> Record:
    if record.trouble or len(record.cells) <= score:
        return record
    own = _type(record, kind)
    cells = [record.cells[score] if one == own else None for one in types]
    return replace(record, cells=[*record.cells[:score], *cells, *record.cells[score + 1 :]])
