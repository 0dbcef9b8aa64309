"""The header of a file: one label per column, how many rows it takes, and the tool that wrote it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from topofheart.listen.stacked import counted_grades, stacked
from topofheart.listen.tool import PLAIN_FILE, Recognised
from topofheart.listen.worked import Worked

ROWS_LOOKED_AT = 10
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
WHOLE_DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b|\d{4}[-/]\d{1,2}[-/]\d{1,2}\b")
GROUP = "_NPS_GROUP"
SETTINGS = '{"ImportId"'
NO_OPTION = ("", "response", "open-ended response", "reactie", "antwoord", "open antwoord")
Rows = list[list[str | None]]


@dataclass(frozen=True)
class Header:
    """What the first rows of a file say about its columns.

    `questions` holds the full text of a question by its label, where the tool gives both; `kinds` what kind of
    question it is (nps, csat, ces), where the tool says so; `groups` the score of which a column is the grouping;
    `own_names` what the tool itself calls a column that has another label here; `sides` the names of which one is ours, where a conversation does
    not settle it; `worked` the columns worked out from others.
    """

    labels: list[str]
    rows: int
    recognised: Recognised | None = None
    questions: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    own_names: dict[str, str] = field(default_factory=dict)
    time_zone: str = ""
    sides: tuple[str, ...] = ()
    worked: tuple[Worked, ...] = ()

    @property
    def tool(self) -> str:
        return self.recognised.tool.name if self.recognised else PLAIN_FILE


def header_of(first: Rows, recognised: Recognised | None = None) -> Header:
    """Tell what the first rows are: a tool's own header rows, one header row below titles, or none."""
    if not first or not first[0]:
        return Header([], 0)
    if recognised:
        return HEADERS[recognised.tool.header](first, recognised)
    titles = _titles(first)
    cells = _filled(first, titles)
    if not counted_grades(cells) and _is_data(cells, first[titles + 1 : titles + 2]):
        return Header([f"column {i + 1}" for i in range(len(cells))], titles)
    if len(first) > titles + 2 and (both := stacked(*first[titles : titles + 3])):
        return Header(distinct(both), titles + 2)
    return Header(distinct(cells), titles + 1)


def _is_data(cells: list[str], below: Rows) -> bool:
    """Whether the first row is a row like the others: mostly numbers, or a whole day above a day."""
    numeric = sum(_is_number(cell) for cell in cells)
    if numeric * 2 > sum(bool(cell) for cell in cells):
        return True
    under = below[0] if below else []
    return any(
        WHOLE_DAY.match(cell) and WHOLE_DAY.match(value or "")
        for cell, value in zip(cells, under, strict=False)
    )


def _titles(first: Rows) -> int:
    """The number of rows above the header."""
    filled = [sum(bool(cell) for cell in row) for row in first]
    titles = int(str(first[0][0]).lower().startswith("sep=") and len(first) > 1)
    if max(filled) > 2:
        titles = next(place for place, count in enumerate(filled) if place >= titles and count > 1)
    return titles


def _filled(first: Rows, titles: int) -> list[str]:
    """The cells of the header row, without empty ones at the end over empty columns."""
    cells = [cell or "" for cell in first[titles]]
    while not cells[-1].strip() and all(not any(row[len(cells) - 1 :]) for row in first[titles:]):
        cells.pop()
    return cells


def _one_row(first: Rows, recognised: Recognised) -> Header:
    row = _titles(first) if recognised.row is None else recognised.row
    labels = distinct([without_tags(cell) for cell in _filled(first, row)])
    return Header(labels, row + 1, recognised, time_zone=recognised.tool.clock)


def _ids_texts_settings(first: Rows, recognised: Recognised) -> Header:
    """Three rows: ids, texts, and JSON that names the time zone; somebody may have taken the last two away.
    `Q1_NPS_GROUP` is the grouping of `Q1`."""
    row = recognised.row or 0
    labels = distinct([cell or "" for cell in first[row]])
    below = first[row + 1 : row + 3]
    settings = [str(cells[0] or "").startswith(SETTINGS) for cells in below if cells]
    taken = settings.index(True) + 1 if any(settings) else 0
    if taken == 0 and below and any(map(_same_words, labels, below[0])):
        taken = 1
    texts = below[0] if taken and not settings[0] else []
    questions = {
        label: without_tags(text or label)
        for label, text in zip(labels, texts, strict=False)
        if not recognised.tool.knows(label)
    }
    groups = {
        label: label.removesuffix(GROUP)
        for label in labels
        if label.endswith(GROUP) and label.removesuffix(GROUP) in labels
    }
    kinds = dict.fromkeys(groups.values(), "nps")
    zone = _time_zone(below[taken - 1]) if any(settings) else ""
    return Header(labels, row + 1 + taken, recognised, questions, kinds, groups, time_zone=zone)


def _same_words(label: str, text: str | None) -> bool:
    """Whether the text is the label with spaces: `ResponseId`, `Response ID`."""
    return bool(text) and label.lower() == str(text).replace(" ", "").lower()


def _time_zone(cells: list[str | None]) -> str:
    """The zone in which the export writes its times."""
    for cell in cells:
        try:
            found: Any = json.loads(cell or "{}")
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("timeZone"):
            return str(found["timeZone"])
    return ""


def _question_and_option(first: Rows, recognised: Recognised) -> Header:
    """Two rows: questions, blank over their further columns, and below them options, which are blank below
    the tool's own columns; a file in which they are not has lost the second row."""
    row = _titles(first) if recognised.row is None else recognised.row
    options = [cell or "" for cell in first[row + 1]] if len(first) > row + 1 else []
    own_columns = [recognised.tool.knows(cell or "") for cell in first[row]]
    if any(option for option, own in zip(options, own_columns, strict=False) if own):
        return _one_row(first, recognised)
    labels, question = [], ""
    for cell, option in zip(first[row], options, strict=False):
        question = without_tags(cell or "") or question
        own = without_tags(option)
        labels.append(question if own.lower() in NO_OPTION else f"{question} - {own}")
    labels += [cell or "" for cell in first[row][len(options) :]]
    return Header(distinct(labels), row + 2, recognised)


HEADERS: dict[str, Callable[[Rows, Recognised], Header]] = {
    "one row": _one_row,
    "ids, texts, settings": _ids_texts_settings,
    "question and option": _question_and_option,
}


def without_tags(text: str) -> str:
    """Text without the tags of HTML."""
    return " ".join(html.unescape(TAG.sub(" ", text)).split())


def distinct(labels: list[str]) -> list[str]:
    """Labels without line ends, never empty, never the same twice."""
    names: list[str] = []
    taken: set[str] = set()
    for place, label in enumerate(labels):
        plain = " ".join(label.split()) or f"column {place + 1}"
        name, count = plain, 1
        while name in taken:
            count += 1
            name = f"{plain} ({count})"
        taken.add(name)
        names.append(name)
    return names


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
