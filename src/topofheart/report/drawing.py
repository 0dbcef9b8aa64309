"""The drawings of the page as inline SVG: one interval on its axis, the answers, and the months.

Across in percent, down in pixels: a drawing stretches and its letters do not. An interval is always
a bar and a value always a dot on it. Colours live in `templates/page.css`, and never speak alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

TALLEST_BAR = 112
TREND_HEIGHT = 168
GUTTER = 0.07

Write = Callable[[float], str]


@dataclass(frozen=True)
class Axis:
    """A stretch of a scale with its marks."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        """Where a value lies, 0–1; values beyond the ends stay on the edge."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def marks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + i * self.step for i in range(count + 1)]


@dataclass(frozen=True)
class Bar:
    """One answer of the scale; `label` is its share as it is written."""

    answer: str
    share: float
    label: str
    side: str


@dataclass(frozen=True)
class Point:
    """One month, with its low, value and high; without them it is a question mark."""

    month: str
    year: str
    ends: tuple[float, float, float] | None


def fitted(values: Sequence[float], limits: Axis, *, narrowest: float) -> Axis:
    """The round axis that holds the values, at least `narrowest` wide, never beyond the limits."""
    low, high = min(values), max(values)
    slack = max(0.0, narrowest - (high - low)) / 2
    rough = (high - low + 2 * slack) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)
    low = math.floor((low - slack) / step + 1e-9) * step
    high = math.ceil((high + slack) / step - 1e-9) * step
    return Axis(max(low, limits.low), min(high, limits.high), step)


def score_strip(
    axis: Axis, ends: tuple[float, float, float], write: Write, mark: Write, title: str, desc: str
) -> Markup:
    """The score on its whole scale, the ends of its interval written beside it."""
    y = 24
    parts = [_line("axis", 0, 1, y, y)]
    for place in axis.marks:
        x = axis.share(place)
        anchor = "start" if x < 0.01 else "end" if x > 0.99 else "middle"
        parts += [_line("axis", x, x, y - 4, y + 4), _text("scale", x, y + 30, mark(place), anchor)]
    parts += _interval(axis, ends, y, thick=16, dot=7)
    for value, anchor, shift in ((ends[0], "end", -12), (ends[2], "start", 12)):
        x = axis.share(value)
        if 0.06 < x < 0.94:
            parts.append(_text("end", x, y + 5, write(value), anchor, dx=shift))
        else:
            parts.append(_text("end", x, y - 14, write(value), "start" if x < 0.5 else "end"))
    return _svg("score", y + 36, title, desc, parts)


def row_strip(
    axis: Axis, ends: tuple[float, float, float], *, named: bool, title: str, desc: str
) -> Markup:
    """One group on the axis that all groups share; the line of everyone together is in the CSS."""
    parts = [_line("axis", 0, 1, 14, 14), *_interval(axis, ends, 14, thick=10, dot=5)]
    return _svg("row named" if named else "row", 28, title, desc, parts)


def distribution(
    bars: Sequence[Bar], sides: Sequence[tuple[str, str, str]], title: str, desc: str
) -> Markup:
    """A column for each answer; under each side (side, share, name) of the scale a brace."""
    tallest, width, base = max(bar.share for bar in bars), 1 / len(bars), TALLEST_BAR + 18
    roomy = len(bars) <= 12
    parts: list[Markup] = []
    for i, bar in enumerate(bars):
        height = max(1, round(bar.share / tallest * TALLEST_BAR))
        x, centre = (i + 0.1) * width, (i + 0.5) * width
        size: dict[str, str | float] = {"width": _at(0.8 * width), "height": height, "rx": 2}
        parts.append(_tag("rect", cls=bar.side, x=_at(x), y=base - height, **size))
        if roomy and bar.share:
            parts.append(_text("scale", centre, base - height - 6, bar.label, "middle"))
        if roomy or bar.answer.isdigit():
            parts.append(_text("answer", centre, base + 18, bar.answer, "middle"))
    for side, share, name in sides:
        places = [i for i, bar in enumerate(bars) if bar.side == side]
        if places:
            left, right = (places[0] + 0.1) * width, (places[-1] + 0.9) * width
            anchor, x = {"low": ("start", left), "high": ("end", right)}.get(
                side, ("middle", (left + right) / 2)
            )
            parts.append(_line(f"brace {side}", left, right, base + 30, base + 30))
            parts.append(_text("side", x, base + 56, share, anchor))
            parts.append(_text("name", x, base + 75, name, anchor))
    return _svg("distribution", base + 84, title, desc, parts)


def trend(points: Sequence[Point], axis: Axis, write: Write, title: str, desc: str) -> Markup:
    """Months from left to right, each joined to the one before, broken where it cannot be told."""
    parts: list[Markup] = []
    for mark in axis.marks:
        y = _down(axis, mark)
        parts += [_line("grid", GUTTER, 1, y, y), _text("scale", 0, y + 4, write(mark), "start")]
    places = [GUTTER + (1 - GUTTER) * (i + 0.5) / len(points) for i in range(len(points))]
    thick, dots, before = 8 if len(points) <= 24 else 5, [], None
    for x, point in zip(places, points, strict=True):
        if not point.ends:
            dots.append(_text("gap", x, TREND_HEIGHT - 2, "?", "middle"))
            before = None
            continue
        low, value, high = (_down(axis, end) for end in point.ends)
        parts.append(_line("pill rim", x, x, low, high, stroke_width=thick + 2))
        parts.append(_line("pill fill", x, x, low, high, stroke_width=thick))
        dots += [_line("joint", before[0], x, before[1], value)] if before else []
        dots.append(_tag("circle", cls="dot", cx=_at(x), cy=value, r=3.5))
        before = (x, value)
    every, year = math.ceil(len(points) / 6), ""
    for x, point in zip(places[::every], points[::every], strict=True):
        dots.append(_text("scale", x, TREND_HEIGHT + 30, point.month, "middle"))
        if point.year != year:
            dots.append(_text("scale", x, TREND_HEIGHT + 46, point.year, "middle"))
        year = point.year
    return _svg("trend", TREND_HEIGHT + 52, title, desc, parts + dots)


def _down(axis: Axis, value: float) -> float:
    return round(8 + (1 - axis.share(value)) * (TREND_HEIGHT - 8), 1)


def _interval(
    axis: Axis, ends: tuple[float, float, float], y: float, *, thick: int, dot: int
) -> list[Markup]:
    """A rounded bar is a thick line on a thicker one: its rim keeps it visible on any paper."""
    low, value, high = map(axis.share, ends)
    return [
        _line("pill rim", low, high, y, y, stroke_width=thick + 2),
        _line("pill fill", low, high, y, y, stroke_width=thick),
        _tag("circle", cls="dot", cx=_at(value), cy=y, r=dot),
    ]


def _line(
    cls: str, x1: float, x2: float, y1: float, y2: float, stroke_width: int | None = None
) -> Markup:
    more = {} if stroke_width is None else {"stroke_width": stroke_width}
    return _tag("line", cls=cls, x1=_at(x1), x2=_at(x2), y1=y1, y2=y2, **more)


def _text(cls: str, x: float, y: float, text: str, anchor: str, dx: int = 0) -> Markup:
    return _tag("text", text, cls=cls, x=_at(x), y=round(y, 1), dx=dx, text_anchor=anchor)


def _svg(cls: str, height: int, title: str, desc: str, parts: list[Markup]) -> Markup:
    inside = Markup("").join([_tag("title", title), _tag("desc", desc), *parts])
    return _tag("svg", inside, cls=f"drawing {cls}", role="img", width="100%", height=height)


def _at(share: float) -> str:
    return f"{share * 100:.2f}%"


def _tag(name: str, inside: str = "", /, **attributes: str | float) -> Markup:
    named = {
        ("class" if key == "cls" else key.replace("_", "-")): attributes[key] for key in attributes
    }
    written = "".join(f' {key}="{escape(value)}"' for key, value in named.items())
    return Markup(f"<{name}{written}>") + escape(inside) + Markup(f"</{name}>")
