"""Everything the first page shows, as plain data: no statistics, no files and no clock in here.

Values are in their natural unit: a net share −1–1, a share 0–1, a mean on its own scale. Customers'
words arrive redacted. Codes become sentences in `texts/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["shown", "too_few", "cannot_tell", "not_comparable", "no_evidence"]
Measure = Literal["nps", "grade", "csat", "ces"]
Kind = Literal["relationship", "transaction", "review", "ex_customer", "non_customer"]
Side = Literal["low", "middle", "high"]
Verdict = Literal["rose", "fell", "no_change", "cannot_tell"]


@dataclass(frozen=True)
class Period:
    """A run of days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True)
class Interval:
    """A value with its interval and its answers; it has no value unless `state` is "shown"."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    state: State = "shown"


@dataclass(frozen=True)
class Tally:
    """How many customers gave this answer, and on which side the scale's own rule puts it."""

    answer: float
    n: int
    side: Side


@dataclass(frozen=True)
class Change:
    """Whether the score moved: `difference` is later minus earlier, unless it cannot be told.

    `detectable` would probably have shown (80 % power). `decidable_from` is the month around which
    it can be told, `answers_needed` in each period. `wider` is the same over a widened window.
    """

    verdict: Verdict
    earlier: Period
    later: Period
    difference: Interval | None = None
    detectable: float | None = None
    decidable_from: date | None = None
    answers_needed: int | None = None
    wider: Change | None = None


@dataclass(frozen=True)
class Month:
    """The score of one calendar month, or the state that says why there is none."""

    first: date
    score: Interval


@dataclass(frozen=True)
class Score:
    """The score that the customers give, on a scale from the lowest to the highest answer.

    What the file does not say is None: no `kind`, no days for a `period`, nothing to compare with.
    """

    measure: Measure
    scale: tuple[int, int]
    now: Interval
    period: Period | None = None
    kind: Kind | None = None
    answers: tuple[Tally, ...] = ()
    change: Change | None = None
    trend: tuple[Month, ...] = ()


@dataclass(frozen=True)
class Group:
    """One value of a dimension. `differs` from the rest after correction, or None: not shown to."""

    name: str
    score: Interval
    differs: Literal["higher", "lower"] | None = None


@dataclass(frozen=True)
class Dimension:
    """One way to split the customers, with its groups in the order to print.

    `detectable` is the difference that a group of the usual size would probably have shown.
    """

    name: str
    groups: tuple[Group, ...]
    detectable: float | None = None


@dataclass(frozen=True)
class Quote:
    """A customer's own words, redacted."""

    text: str
    score: float | None = None
    day: date | None = None
    group: str | None = None


@dataclass(frozen=True)
class Call:
    """A customer who needs somebody today; `why` holds codes of `call.why` in `texts/`."""

    id: str
    why: tuple[str, ...]
    day: date | None = None
    score: float | None = None
    comment: str | None = None


@dataclass(frozen=True)
class AskedOften:
    """A question of several customers with a few real ones; `since` is when its share began to move."""

    name: str
    share: Interval
    times: int
    trend: Literal["rising", "falling"] | None = None
    since: date | None = None
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feared:
    """Something that several customers worry about (`worry` in `texts/`), and how one of them says it."""

    code: str
    share: Interval
    quote: str | None = None


@dataclass(frozen=True)
class Heard:
    """What customers ask and fear in their own texts.

    Of all `written` texts `texts` were read and understood, `asking` ask something; `sampled` where only
    a choice of them was read. `unquoted` speak of suicide or self-harm and are for somebody to read.
    """

    place: Literal["answers", "contacts"]
    written: int
    texts: int
    asking: int = 0
    sampled: bool = False
    questions: tuple[AskedOften, ...] = ()
    worried: Interval | None = None
    worries: tuple[Feared, ...] = ()
    unquoted: int = 0


@dataclass(frozen=True)
class Unknown:
    """Something that this file cannot tell yet (`unknown` in `texts/`), and what would tell it.

    `table` and `columns` are names of the lake; `minutes` is what it takes of whom the text names.
    """

    code: str
    table: str | None = None
    columns: tuple[str, ...] = ()
    minutes: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why rows, or columns, were not used: a sentence in the reader's language, and how many."""

    text: str
    n: int


@dataclass(frozen=True)
class Source:
    """What became of the file: read = used + refused + withheld, all in rows."""

    name: str
    read: int
    used: int
    refused: tuple[Reason, ...] = ()
    withheld: tuple[Reason, ...] = ()
    personal_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """How the numbers were made; `comparisons` counts the groups corrected for together."""

    interval: Literal["score", "wilson", "t"] = "score"
    level: float = 0.95
    comparisons: int = 0
    clustered: bool = False


@dataclass(frozen=True)
class Picture:
    """The whole page; the first of the `unknowns` that names a table is highlighted.

    `caveats` are sentences in the reader's language, as are the reasons in `source`.
    """

    source: Source
    made_on: date
    version: str
    score: Score | None = None
    heard: Heard | None = None
    dimensions: tuple[Dimension, ...] = ()
    quotes: tuple[Quote, ...] = ()
    calls: tuple[Call, ...] = ()
    more_calls: int = 0
    unknowns: tuple[Unknown, ...] = ()
    method: Method = Method()
    caveats: tuple[str, ...] = ()
    lake_version: int | None = None
