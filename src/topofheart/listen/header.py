"""The header of a file: one label per column, how many rows it takes, and the tool that wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from topofheart.listen import qualtrics
from topofheart.listen.first_look import TextShape
from topofheart.listen.records import text_records


@dataclass(frozen=True)
class Header:
    """What the first rows of a file say about its columns.

    `questions` holds the full text of a question by its label, where the tool gives both.
    """

    labels: list[str]
    rows: int
    tool: str = "file"
    questions: dict[str, str] = field(default_factory=dict)
    time_zone: str | None = None

    def lines(self, path: Path, shape: TextShape) -> int:
        """How many physical lines the header rows take; labels may hold line ends."""
        if self.rows == 0:
            return 0
        first = zip(text_records(path, shape), range(self.rows), strict=False)
        return self.rows + sum(
            max((cell or "").count("\n") for cell in record.cells) for record, _ in first
        )


def header_of(first: list[list[str | None]]) -> Header:
    """Tell what the first rows of a file are: three rows of Qualtrics, one header row, or none."""
    if not first:
        return Header([], 0)
    cells = [cell or "" for cell in first[0]]
    if qualtrics.wrote(first):
        labels = distinct(cells)
        texts = {label: text or label for label, text in zip(labels, first[1], strict=False)}
        return Header(labels, 3, "qualtrics", texts, qualtrics.time_zone(first[2]))
    while cells and not cells[-1].strip() and all(len(row) < len(cells) for row in first[1:]):
        cells.pop()
    numeric = sum(_is_number(cell) for cell in cells)
    if numeric * 2 > sum(bool(cell) for cell in cells):
        return Header([f"column {i + 1}" for i in range(len(cells))], 0)
    return Header(distinct(cells), 1)


def distinct(labels: list[str]) -> list[str]:
    """Labels without line ends, never empty, never the same twice."""
    seen: dict[str, int] = {}
    names = []
    for place, label in enumerate(labels):
        name = " ".join(label.split()) or f"column {place + 1}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
