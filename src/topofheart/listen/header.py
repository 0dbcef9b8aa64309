"""The header of a file: one label per column, how many rows it takes, and the tool that wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field

from topofheart.listen import qualtrics

ROWS_LOOKED_AT = 10


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


def header_of(first: list[list[str | None]]) -> Header:
    """Tell what the first rows are: three rows of Qualtrics, one header row below titles, or none."""
    if not first or not first[0]:
        return Header([], 0)
    if qualtrics.wrote(first):
        labels = distinct([cell or "" for cell in first[0]])
        texts = {label: text or label for label, text in zip(labels, first[1], strict=False)}
        return Header(labels, 3, "qualtrics", texts, qualtrics.time_zone(first[2]))
    filled = [sum(bool(cell) for cell in row) for row in first]
    titles = int(str(first[0][0]).lower().startswith("sep=") and len(first) > 1)
    if max(filled) > 2:
        titles = next(place for place, count in enumerate(filled) if place >= titles and count > 1)
    cells = [cell or "" for cell in first[titles]]
    while not cells[-1].strip() and all(not any(row[len(cells) - 1 :]) for row in first[titles:]):
        cells.pop()
    numeric = sum(_is_number(cell) for cell in cells)
    if numeric * 2 > sum(bool(cell) for cell in cells):
        return Header([f"column {i + 1}" for i in range(len(cells))], titles)
    return Header(distinct(cells), titles + 1)


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
