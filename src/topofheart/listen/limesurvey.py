"""LimeSurvey: CSV whose header holds codes, texts or both, and VV files with a row of each.

A question that was not shown is counted apart from one that was skipped. An answer without a date of
submission is incomplete; the first day of 1980 stands for a survey that keeps no dates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from topofheart.listen.delimited import Record
from topofheart.listen.header import distinct, without_tags
from topofheart.listen.reshaped import Reshaped
from topofheart.listen.tool import fits, tools

NOT_SHOWN = "{question_not_shown}"
ESCAPES = (("{newline}", "\n"), ("{cr}", "\r"), ("{tab}", "\t"), ("{lbrace}", "{"))
SUBMITTED = "submitdate|Date submitted|Datum verzonden|Datum ingestuurd|Datum inzending"
UNDATED = "1980-01-01"
CODE_AND_TEXT = re.compile(r"submitdate(\W+)\w")
COMPLETE = "submitted"


def reshaped(records: Iterator[Record], row: int) -> Reshaped:
    above = [next(records) for _ in range(row + 1)]
    cells = [cell or "" for cell in above[row].cells]
    texts = [cell or "" for cell in above[row - 1].cells] if row else []
    vv = len(texts) == len(cells)
    labels = distinct([without_tags(cell) for cell in cells])
    questions = {code: without_tags(text) for code, text in zip(labels, texts, strict=False) if vv}
    own_names = _codes(labels)
    noted: Counter[str] = Counter()
    own = [own_names.get(label, label) for label in labels]
    place = next((i for i, name in enumerate(own) if fits(name, SUBMITTED)), None)
    return Reshaped(
        labels if place is None else [*labels, COMPLETE],
        (_decoded(record, place, noted if vv else None, len(labels)) for record in records),
        {code: text for code, text in questions.items() if not tools()["limesurvey"].knows(code)},
        own_names=own_names,
        noted=noted,
    )


def _codes(labels: list[str]) -> dict[str, str]:
    """The codes of labels that hold code and text: `Q1. How likely …`."""
    between = next((found.group(1) for found in map(CODE_AND_TEXT.match, labels) if found), None)
    return {label: label.partition(between)[0] for label in labels} if between else {}


def _decoded(
    record: Record, submitted: int | None, noted: Counter[str] | None, width: int
) -> Record:
    if record.trouble or len(record.cells) != width:
        return record
    cells = [_plain(cell, vv=noted is not None) for cell in record.cells]
    if noted is not None:
        noted["not_shown"] += sum(cell == NOT_SHOWN for cell in record.cells)
    if submitted is None:
        return replace(record, cells=cells)
    date = cells[submitted]
    if date and date.startswith(UNDATED):
        cells[submitted] = None
    return replace(record, cells=[*cells, "yes" if date else "no"])


def _plain(cell: str | None, *, vv: bool) -> str | None:
    if not cell or cell == NOT_SHOWN:
        return None
    if vv:
        for escape, letter in ESCAPES:
            cell = cell.replace(escape, letter)
    return cell[1:] if cell.startswith("'=") else cell
