"""The answer to a question: rows of estimates, the question as understood, coded caveats.

Every face shows the same answer: terminal, page, chart, JSON, CSV, data frame. Each has a file here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import MissingEngine
from topofheart.kernel.estimate import Estimate
from topofheart.kernel.language import language_of_reader
from topofheart.kernel.period import Period

if TYPE_CHECKING:
    import altair
    import pandas
    import polars
    import pyarrow as pa


COLUMNS = ("period", "state", "value", "low", "high", "n", "unit")


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate: what it is of, and whatever a particular question adds (`more`)."""

    estimate: Estimate
    group: dict[str, str | None] = field(default_factory=dict)
    period: Period | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Flat, as it is written to JSON and data frames.

        A group that has the name of a column, such as the unit of an organisation, gets `by_` before it.
        """
        one = self.estimate
        period = {"period": self.period.label} if self.period else {}
        group = {
            f"by_{name}" if name in COLUMNS else name: value for name, value in self.group.items()
        }
        return {
            **group,
            **period,
            "state": str(one.state),
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "n": one.n,
            "unit": one.unit,
            **{name: _plain(value) for name, value in self.more.items()},
        }


@dataclass(frozen=True)
class Answer:
    """Rows of estimates with the question they answer."""

    rows: tuple[Row, ...]
    question: dict[str, Any]
    caveats: tuple[str, ...] = ()
    language: str = field(default_factory=language_of_reader)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> Row:
        return self.rows[place]

    def as_dict(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "rows": [row.as_dict() for row in self.rows],
            "caveats": list(self.caveats),
        }

    def to_json(self) -> str:
        from topofheart.answer.text import as_json

        return as_json(self)

    def to_csv(self) -> str:
        from topofheart.answer.text import as_csv

        return as_csv(self)

    def to_arrow(self) -> pa.Table:
        from topofheart.answer.frames import as_arrow

        return as_arrow(self)

    def to_pandas(self) -> pandas.DataFrame:
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        from topofheart.answer.frames import as_polars

        return as_polars(self)

    def chart(self) -> altair.Chart | altair.LayerChart:
        from topofheart.answer.chart import as_chart

        return as_chart(self)

    def __str__(self) -> str:
        from topofheart.answer.table import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from topofheart.answer.table import as_html

        return as_html(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """In a notebook: the chart where Altair is installed, and always the table; words have no chart."""
        bundle: dict[str, Any] = {"text/plain": str(self), "text/html": self._repr_html_()}
        if self.question.get("asked") == "voices":
            return bundle
        try:
            chart = self.chart().to_dict()
        except MissingEngine:
            return bundle
        return bundle | {f"application/vnd.vegalite.v{_major(chart)}+json": chart}


def _major(chart: dict[str, Any]) -> str:
    """The major version of Vega-Lite, from `…/vega-lite/v6.4.1.json`."""
    return str(chart["$schema"]).rsplit("/v", 1)[-1].split(".")[0]


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return value.label
    if isinstance(value, Estimate):
        return {
            "state": str(value.state),
            "value": value.value,
            "low": value.low,
            "high": value.high,
            "n": value.n,
        }
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
