"""Small drawings of intervals, in letters, on one axis."""

from __future__ import annotations

from topofheart.answer.wording import span
from topofheart.kernel.estimate import Estimate, State

DRAWING_WIDTH = 25


def axis(estimates: list[Estimate]) -> tuple[float, float]:
    """One axis for all rows, so that the drawings can be compared."""
    fixed = span(estimates[0]) if estimates else None
    if fixed:
        return fixed
    ends = [end for one in estimates for end in (one.low, one.high) if end is not None]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    return (low, high if high > low else low + 1)


def drawing(estimate: Estimate, ends: tuple[float, float]) -> str:
    """The interval as a line with the value on it, and the zero of the axis where it has one."""
    if estimate.state is not State.SHOWN or None in (estimate.value, estimate.low, estimate.high):
        return ""

    def place(value: float | None) -> int:
        assert value is not None
        share = (value - ends[0]) / (ends[1] - ends[0])
        return min(DRAWING_WIDTH - 1, max(0, round(share * (DRAWING_WIDTH - 1))))

    marks = [" "] * DRAWING_WIDTH
    if ends[0] < 0 < ends[1]:
        marks[place(0.0)] = "┊"
    for spot in range(place(estimate.low), place(estimate.high) + 1):
        marks[spot] = "─"
    marks[place(estimate.value)] = "●"
    return "".join(marks)
