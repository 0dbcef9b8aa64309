"""An answer as an Altair chart: a point with its interval per group, a line over periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.answer.table import title
from topofheart.answer.wording import words
from topofheart.kernel.errors import MissingEngine
from topofheart.kernel.estimate import State

if TYPE_CHECKING:
    import altair

    from topofheart.answer.answer import Answer

ACCENT = "#c2453d"


def as_chart(answer: Answer) -> altair.LayerChart:
    """Every mark shows its interval; rows that cannot be shown are left out."""
    try:
        import altair as alt
    except ImportError as error:
        raise MissingEngine(
            "Charts need Altair.", hint="pip install 'topofheart[charts]'"
        ) from error
    if "trend" in answer.question:
        return _series(alt, answer)
    say = words(answer.language)
    shown = [row for row in answer if row.estimate.state is State.SHOWN]
    scale = 100 if any("share" in row.estimate.unit for row in shown) else 1
    rows = [_datum(row.as_dict(), row.group, scale) for row in shown]
    dated = any("period" in row for row in rows)
    grouped = len({row["group"] for row in rows}) > 1
    value = alt.X if not dated else alt.Y
    place: Any = alt.X("period:O", title=None) if dated else alt.Y("group:N", title=None, sort=None)
    colour = alt.Color("group:N", title=None) if grouped and dated else alt.value(ACCENT)
    base = alt.Chart(alt.Data(values=rows)).encode(place, color=colour, tooltip=_tooltip(alt, rows))
    ends = alt.Y2("high:Q") if dated else alt.X2("high:Q")
    interval = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        value("low:Q", title=say("axis.score"), scale=alt.Scale(zero=False)), ends
    )
    points = base.mark_point(filled=True, size=55, opacity=1).encode(value("value:Q"))
    layers = [interval, points]
    if dated:
        layers.insert(1, base.mark_line(opacity=0.5).encode(value("value:Q")))
    return alt.layer(*layers).properties(title=title(answer, say), width=480)


def _series(alt: Any, answer: Answer) -> altair.LayerChart:
    """The score of each period with its interval, the levels between changes, and their dates."""
    say = words(answer.language)
    scale = 100 if any("share" in row.estimate.unit for row in answer) else 1
    points, dates = [], []
    for row in answer:
        label = " · ".join(value or "—" for value in row.group.values())
        for point in row.more.get("series", ()):
            numbers = {
                name: None if point[name] is None else point[name] * scale
                for name in ("value", "low", "high")
            }
            points.append(
                {"group": label, "period": point["period"].label, "n": point["n"], **numbers}
            )
        dates += [
            {"group": label, "period": change["period"].label}
            for change in row.more.get("changes", ())
        ]
    colour = alt.Color("group:N", title=None) if len(answer) > 1 else alt.value(ACCENT)
    base = alt.Chart(alt.Data(values=points)).encode(
        alt.X("period:O", title=None), color=colour, tooltip=_tooltip(alt, points)
    )
    interval = base.mark_rule(strokeWidth=2, opacity=0.4).encode(
        alt.Y("low:Q", title=say("axis.score"), scale=alt.Scale(zero=False)), alt.Y2("high:Q")
    )
    line = base.mark_line(point=True).encode(alt.Y("value:Q"))
    changes = alt.Chart(alt.Data(values=dates)).mark_rule(strokeDash=[4, 3])
    dated = changes.encode(alt.X("period:O"), color=colour)
    return alt.layer(interval, line, dated).properties(title=title(answer, say), width=480)


def _datum(row: dict[str, Any], group: dict[str, str | None], scale: int) -> dict[str, Any]:
    numbers = {name: row[name] * scale for name in ("value", "low", "high")}
    label = " · ".join(value or "—" for value in group.values())
    dated = {"period": row["period"]} if "period" in row else {}
    return {"group": label, "n": row["n"], **numbers, **dated}


def _tooltip(alt: Any, rows: list[dict[str, Any]]) -> list[Any]:
    names = [
        name
        for name in ("group", "period", "value", "low", "high", "n")
        if rows and name in rows[0]
    ]
    numbers = ("value", "low", "high")
    return [
        alt.Tooltip(f"{name}:Q", format=".1f") if name in numbers else f"{name}:N" for name in names
    ]
