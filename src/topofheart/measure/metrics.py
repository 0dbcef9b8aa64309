"""The scores, each declared once: which answers it counts, on which scale, and into what.

A net score counts answers below and above; a share counts those at the top of their scale; a mean takes
the grade itself. Top shares are declared per scale: answers on different scales are not comparable.
"""

from __future__ import annotations

from dataclasses import dataclass

from topofheart.kernel.errors import UnknownName

NET, SHARE, MEAN = "net", "share", "mean"


@dataclass(frozen=True)
class Metric:
    """One score.

    `low` and `high`: for a net, answers up to `low` count against and from `high` on in favour; for a
    share, answers from `high` on count. `tops` gives `high` per scale where the scale varies.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    unit: str
    low: float = 0
    high: float = 0
    tops: tuple[tuple[str, float], ...] = ()
    scale: str = ""

    @property
    def scaled(self) -> bool:
        """Whether each answer carries its own scale."""
        return self.columns == ("satisfaction",)


METRICS = {
    metric.name: metric
    for metric in (
        Metric("nps", NET, ("recommend",), "net_share", low=6, high=9),
        Metric(
            "csat",
            SHARE,
            ("satisfaction",),
            "share",
            tops=(("1-5", 4), ("1-7", 6), ("1-10", 8), ("0-10", 8)),
        ),
        Metric("grade", MEAN, ("satisfaction",), "1-10", low=5, high=8, scale="1-10"),
        Metric("ces", SHARE, ("effort",), "share", high=5),
        Metric(
            "warmth", NET, tuple(f"warmth_{i}" for i in range(1, 5)), "net_share", low=3, high=6
        ),
        Metric("worry", MEAN, ("worry_before", "worry_after"), "scale_points"),
    )
}


def metric_named(name: str) -> Metric:
    """Raises UnknownName with the list of scores."""
    if name not in METRICS:
        raise UnknownName(f"There is no score '{name}'.", hint=f"Known: {', '.join(METRICS)}.")
    return METRICS[name]
