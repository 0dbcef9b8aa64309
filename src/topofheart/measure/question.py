"""A question as it was understood: the score, how it is split, which answers count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.kernel.period import check_every, parse_period
from topofheart.measure.metrics import Metric, metric_named
from topofheart.measure.targets import Targets

if TYPE_CHECKING:
    import pyarrow as pa

Where = Mapping[str, str | Sequence[str]]
NOT_DIMENSIONS = ("key", "source_row", "customer_id", "answer_id", "invitation_id", "comment")


@dataclass(frozen=True)
class Question:
    """One question of the lake, with everything that decides its answer filled in.

    `by` and `where` name stored columns. `since` and `until` are days, both included.
    """

    metric: str
    by: tuple[str, ...] = ()
    every: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: date | None = None
    until: date | None = None
    level: float = 0.95
    clusters: bool = True
    snapshot: int = 0
    source: str = "answers"
    targets: Targets | None = None
    population: float | None = None

    @property
    def split(self) -> tuple[str, ...]:
        """The dimensions that the sums are split by: those asked for, and those weighted on."""
        return tuple(dict.fromkeys((*self.by, *(self.targets.names if self.targets else ()))))

    @property
    def fingerprint(self) -> str:
        """Identifies the sums that the question needs, whatever the level or the snapshot."""
        nothing = ("level", "snapshot", "targets", "population")
        parts = asdict(self) | dict.fromkeys(nothing) | {"by": self.split}
        return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()

    def as_dict(self) -> dict[str, object]:
        """The question as it is printed."""
        return {
            "metric": self.metric,
            "by": list(self.by),
            "every": self.every,
            "where": {name: list(values) for name, values in self.where},
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "level": self.level,
            "clusters": self.clusters,
            "source": self.source,
            "snapshot": self.snapshot,
            **({"targets": self.targets.as_dict()} if self.targets else {}),
            **({"population": self.population} if self.population else {}),
        }


def ask(
    metric: str,
    *,
    by: str | Sequence[str] | None = None,
    every: str | None = None,
    where: Where | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    level: float = 0.95,
    clusters: bool = True,
    targets: Targets | None = None,
    population: float | None = None,
) -> Question:
    """Check what a person asked. Column names are resolved later, against the lake.

    Raises InvalidInput for a bad period, level or population, UnknownName for an unknown score.
    """
    metric_named(metric)
    if every is not None:
        check_every(every)
    if not 0.5 <= level < 1:
        raise InvalidInput(
            f"A level of {level:g} is not possible.", code="bad_level", hint="Use e.g. 0.95."
        )
    if population is not None and (by or population < 1):
        raise InvalidInput(
            "A population is one number of customers, of all groups together.",
            code="bad_population",
            hint="Ask without by; one group at a time, with where and its own population.",
        )
    first, last = _day(since, last=False), _day(until, last=True)
    if first and last and first > last:
        raise InvalidInput(f"since ({first}) lies after until ({last}).", code="bad_period")
    names = (by,) if isinstance(by, str) else tuple(by or ())
    filters = tuple(
        (name, (values,) if isinstance(values, str) else tuple(values))
        for name, values in sorted((where or {}).items())
    )
    return Question(
        metric, names, every, filters, first, last, level, clusters,
        targets=targets, population=population,
    )  # fmt: skip


def _day(text: str | date | None, *, last: bool) -> date | None:
    if text is None or isinstance(text, date):
        return text
    period = parse_period(text)
    return period.last if last else period.first


def resolve_dimension(
    name: str, schemas: Mapping[str, pa.Schema], labels: Mapping[str, str]
) -> tuple[str, str]:
    """The table and stored column of a dimension, as people name it: `region` may be `d_region`.

    `schemas` in the order to look in; `labels` gives the column of a file's own names, in lower case.
    Raises UnknownName with the dimensions that exist.
    """
    plain = name.strip().lower()
    for table, schema in schemas.items():
        for candidate in (name, f"d_{plain}", plain, labels.get(plain, name)):
            if candidate in dimensions(schema):
                return table, candidate
    known = sorted(
        {d.removeprefix("d_") for schema in schemas.values() for d in dimensions(schema)}
    )
    raise UnknownName(
        f"There is nothing called '{name}' to split by.", hint=f"Known: {', '.join(known)}."
    )


def dimensions(schema: pa.Schema) -> list[str]:
    """The columns that answers can be split by."""
    return [
        field.name
        for field in schema
        if str(field.type) in ("string", "string_view", "large_string", "bool")
        and field.name not in NOT_DIMENSIONS
        and not field.name.endswith("_id")
    ]


def uses_column(metric: Metric, schema: pa.Schema) -> bool:
    return any(column in schema.names for column in metric.columns)
