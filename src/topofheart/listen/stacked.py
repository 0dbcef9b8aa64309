"""Headers of two rows, where a group stands over several columns: merged cells in a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = Sequence[str | None]
DATA = re.compile(r"[+-]?[\d.,:/ -]*\d[\d.,:/ %-]*|true|false", re.IGNORECASE)


def stacked(upper: Cells, lower: Cells, below: Cells) -> list[str] | None:
    """One label per column, or None when the second row is data: its name, after its group where names repeat.

    A group spans the empty cells to its right that have a name below them; the second row is a header
    when it holds words only and the row below it does not.
    """
    width = max(len(upper), len(lower))
    over, under = ([*row, *[None] * (width - len(row))] for row in (upper, lower))
    named = [cell for cell in under if cell]
    if len(named) < 2 or any(map(_is_data, named)) or not any(map(_is_data, filter(None, below))):
        return None
    spanned = any(
        over[i - 1] and not over[i] and under[i - 1] and under[i] for i in range(1, width)
    )
    complete = all(under[i] or over[i] for i in range(width) if _filled_below(below, i))
    if not spanned or not complete:
        return None
    labels: list[str] = []
    group = ""
    for top, name in zip(over, under, strict=True):
        group = (top or group) if name else (top or "")
        both = name is not None and named.count(name) > 1
        labels.append(f"{group} {name}" if both else name or group)
    return labels


def counted_grades(cells: Sequence[str]) -> bool:
    """Whether this is a header above counts of each grade: `Maand;1;2;3;4;5`."""
    numbers = [int(cell) for cell in cells if cell.strip().isdigit()]
    first = numbers[0] if numbers else -1
    return (
        first in (0, 1)
        and len(numbers) >= 5
        and numbers == list(range(first, first + len(numbers)))
        and not cells[0].strip().isdigit()
    )


def _filled_below(below: Cells, place: int) -> bool:
    return place < len(below) and bool(below[place])


def _is_data(cell: str) -> bool:
    return bool(DATA.fullmatch(cell.strip()))
