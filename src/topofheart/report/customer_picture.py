"""Filling the first page from a workspace: which score, did it change, who differs, whom to call."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from topofheart import __version__
from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import TopOfHeartError
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import Words
from topofheart.kernel.period import Period, period_of
from topofheart.listen.assumptions import sentence
from topofheart.listen.importing import Read
from topofheart.measure.compare import compare
from topofheart.measure.doctor.needs import missing_files
from topofheart.measure.leading import leading_score
from topofheart.measure.metrics import MEAN, NET, Metric
from topofheart.measure.question import Question, ask, dimensions
from topofheart.measure.quotes import quotes
from topofheart.measure.reader import Reader
from topofheart.measure.scores import score
from topofheart.measure.sensitive import speaks_of_harm
from topofheart.measure.sums import spread_of_answers
from topofheart.measure.voices import Voice, callers
from topofheart.report import picture as page
from topofheart.report.heard import heard
from topofheart.stats.disclosure import hidden_among
from topofheart.stats.multiple import benjamini_hochberg
from topofheart.understand.redaction import redacted_label
from topofheart.workspace import Workspace

FEWEST_SHOWN = 5
MOST_GROUPS = 40
MOST_DIMENSIONS = 5
NOT_SPLIT_BY = (
    "read_from", "satisfaction_scale", "complete", "language", "survey", "left_reason", "joined_reason",
)  # fmt: skip
MOST_MONTHS = 24
CALL_DAYS = 30
LONG_WINDOWS = (12, 6, 3)
MOST_CALLS = 12
MOST_QUOTES = 5
SCALES = {"nps": (0, 10), "grade": (1, 10), "ces": (1, 7)}
CALL_AT = {"nps": 6.0, "grade": 5.0, "ces": 3.0}
LEAVING = re.compile(
    r"opzeg|overstap|nooit meer|never again|cancel|laatste keer|last time|weg bij jullie|leave",
    re.I,
)
COMPLAINT = re.compile(r"klacht|complain|schandalig|oplicht|disgrace|scandal", re.I)
WORRY = re.compile(r"\bzorgen\b|bang|ongerust|bezorgd|worri|afraid|scared|onzeker", re.I)
UNKNOWN_WITHOUT = {
    "answers": "score", "invitations": "response", "contacts": "questions", "customers": "retention", "jobs": "waiting",
}  # fmt: skip
Groups = list[tuple[Row, bool]]
INTERVALS = {NET: "score", MEAN: "t"}


@dataclass(frozen=True)
class Asked:
    """The one score that the page leads with, and the answers that it is about."""

    question: Question
    metric: Metric
    kind: str | None
    scale: str | None


def customer_picture(
    workspace: Workspace, read: Read, *, made_on: date, language: str, name: str | None = None
) -> page.Picture:
    """Everything the first page shows of one file that was read."""
    said = heard(workspace, language)
    reader = workspace.reader()
    asked = leading(reader)
    caveats = tuple(f"{sentence(one, language)} → {one.taken}" for one in read.assumptions)
    base = page.Picture(
        source=_source(read, name, Words("listen", language)),
        made_on=made_on,
        version=__version__,
        heard=said,
        caveats=caveats,
        lake_version=reader.snapshot.number,
    )
    if asked is None:
        quoted = _quotes(reader, Question("nps"), language)
        return replace(base, quotes=quoted, unknowns=_unscored(reader))
    answer = score(reader, asked.question)
    split, compared = _dimensions(reader, asked, language)
    change = _change(reader, asked)
    called, waiting = _calls(reader, asked, language)
    return replace(
        base,
        score=_score(reader, asked, answer, change),
        dimensions=split,
        quotes=_quotes(reader, asked.question, language),
        calls=called,
        more_calls=max(0, waiting - len(called)),
        unknowns=_unknowns(reader, change, split),
        method=page.Method(
            INTERVALS.get(asked.metric.kind, "wilson"),  # type: ignore[arg-type]
            asked.question.level,
            compared,
            clustered="customers_unknown" not in answer.caveats,
        ),
    )


def leading(reader: Reader) -> Asked | None:
    """The recommendation, else the grade, else satisfaction, else ease; of one kind and one scale."""
    if not any(reader.files(one).uris for one in ("answers", "answer_counts")):
        return None
    found = leading_score(reader, ask("nps"), kind="relationship")
    if found is None:
        return None
    return Asked(found.question, found.cells.metric, found.kind, found.scale)


def _score(reader: Reader, asked: Asked, answer: Answer, change: page.Change | None) -> page.Score:
    metric = asked.metric.name
    lowest, highest = SCALES.get(metric, (0, 10))
    if asked.scale:
        lowest, highest = (int(end) for end in asked.scale.split("-"))
    first, last = _span(reader, asked)
    return page.Score(
        measure=metric,  # type: ignore[arg-type]
        scale=(lowest, highest),
        now=_interval(answer[0].estimate),
        period=page.Period(first, last) if first and last else None,
        kind=asked.kind,  # type: ignore[arg-type]
        answers=_tallies(reader, asked),
        change=change,
        trend=_trend(reader, asked) if first and last and (last - first).days > 27 else (),
    )


def _scored(reader: Reader, question: Question) -> tuple[Answer, list[bool]]:
    """The scores of groups, and which of them stay off a page that has their total."""
    cells, _ = reader.cells(question)
    return score(reader, question), hidden_among(cells.people, fewest=FEWEST_SHOWN).tolist() or [
        True
    ]


def _interval(estimate: Estimate, *, hidden: bool = False) -> page.Interval:
    if estimate.n < FEWEST_SHOWN or hidden:
        return page.Interval(estimate.n, state="too_few" if estimate.n else "no_evidence")
    state: Any = str(estimate.state)
    return page.Interval(estimate.n, estimate.value, estimate.low, estimate.high, state)


def _span(reader: Reader, asked: Asked) -> tuple[date | None, date | None]:
    try:
        return reader.span(asked.question)
    except TopOfHeartError:
        return None, None


def _tallies(reader: Reader, asked: Asked) -> tuple[page.Tally, ...]:
    if asked.question.source != "answers":
        return ()
    metric = asked.metric

    def spread(rows: Any, question: Question, _: dict[str, Any]) -> Any:
        return spread_of_answers(rows, question, metric)

    counts: dict[float, int] = {}
    for row in reader.engine.read(reader.expression(asked.question, spread)).to_pylist():
        answer = float(round(row["answer"]))
        counts[answer] = counts.get(answer, 0) + round(row["n"])
    return tuple(
        page.Tally(answer, n, _side(asked, answer)) for answer, n in sorted(counts.items())
    )


def _side(asked: Asked, answer: float) -> Any:
    metric = asked.metric
    high = dict(metric.tops).get(asked.scale or "", metric.high)
    low = metric.low if metric.kind != "share" else high - 2
    return "high" if answer >= high else "low" if answer <= low else "middle"


def _trend(reader: Reader, asked: Asked) -> tuple[page.Month, ...]:
    answer, hidden = _scored(reader, replace(asked.question, every="month"))
    found = {
        row.period.first: _interval(row.estimate, hidden=hide)
        for row, hide in zip(answer, hidden, strict=True)
        if row.period
    }
    if not found:
        return ()
    month, months = min(found), []
    while month <= max(found):
        months.append(page.Month(month, found.get(month, page.Interval(0, state="no_evidence"))))
        month = period_of(month, "month").last + timedelta(1)
    return tuple(months[-MOST_MONTHS:])


def _change(reader: Reader, asked: Asked) -> page.Change | None:
    """This month against the last; where that shows nothing, the longest window that the data hold."""
    try:
        row = compare(reader, replace(asked.question, every="month"))[0]
        first, _ = reader.span(asked.question)
    except TopOfHeartError:
        return None
    if "later" not in row.more:
        return None
    change = _as_change(row)
    moved = change.verdict in ("rose", "fell")
    later = row.more["later"]
    months = next((n for n in LONG_WINDOWS if later.before(2 * n - 1).first >= first), None)
    if moved or months is None:
        return change
    last = Period(later.before(months - 1).first, later.last)
    before = Period(later.before(2 * months - 1).first, last.first - timedelta(1))
    longer = compare(reader, asked.question, periods=(before, last))[0]
    # The second look at the same scores: half the risk for each.
    if (
        longer.more["verdict"] in ("rose", "fell")
        and longer.more["p"] < (1 - asked.question.level) / 2
    ):
        return replace(change, wider=_as_change(longer))
    return change


def _as_change(row: Row) -> page.Change:
    more = row.more
    wider = more.get("wider")
    shown = row.estimate.state is State.SHOWN
    return page.Change(
        verdict=more["verdict"],
        earlier=page.Period(more["earlier"].first, more["earlier"].last),
        later=page.Period(more["later"].first, more["later"].last),
        difference=_interval(row.estimate) if shown else None,
        detectable=more.get("detectable"),
        decidable_from=more.get("decidable_on"),
        answers_needed=more.get("answers_needed"),
        wider=page.Change(
            verdict=wider["verdict"],
            earlier=page.Period(wider["earlier"].first, wider["earlier"].last),
            later=page.Period(wider["later"].first, wider["later"].last),
            difference=_interval(wider["estimate"]),
            detectable=wider["detectable"],
        )
        if wider
        else None,
    )


def _dimensions(
    reader: Reader, asked: Asked, language: str
) -> tuple[tuple[page.Dimension, ...], int]:
    """Dimensions with a handful of groups, each compared with the rest, corrected all together."""
    labels = {column: label for label, column in reader.labels_as_written.items()}
    split: list[tuple[str, Groups, Answer]] = []
    fixed = {name for name, _ in asked.question.where}
    columns = [*dimensions(reader.files(asked.question.source).schema)]
    columns += [one for one in dimensions(reader.files("customers").schema) if one not in columns]
    for column in columns:
        if column in (*fixed, *NOT_SPLIT_BY):
            continue
        question = replace(asked.question, by=(column,))
        scores, hidden = _scored(reader, question)
        named = [
            (row, hide)
            for row, hide in zip(scores, hidden, strict=True)
            if row.group.get(column) is not None
        ]
        if 2 <= len(named) <= MOST_GROUPS and sum(not hide for _, hide in named) > 1:
            name = labels.get(column, column.removeprefix("d_"))
            split.append((name, named, compare(reader, question)))
    p_values = [row.more.get("p", np.nan) for _, _, compared in split for row in compared]
    adjusted = iter(
        benjamini_hochberg(np.array(p_values, dtype=float)).tolist() if p_values else []
    )
    found = [
        _dimension(name, scores, compared, adjusted, language) for name, scores, compared in split
    ]
    found.sort(key=lambda one: not any(group.differs for group in one.groups))
    return tuple(found[:MOST_DIMENSIONS]), len(p_values)


def _dimension(
    name: str, scores: Groups, compared: Answer, adjusted: Any, language: str
) -> page.Dimension:
    level = float(compared.question["level"])
    differs: dict[str | None, Any] = {}
    detectable = []
    for row in compared:
        p = float(next(adjusted))
        group = next(iter(row.group.values()), None)
        if row.more.get("detectable"):
            detectable.append(float(row.more["detectable"]))
        if row.estimate.value is not None and p < 1 - level and row.more["after"].n >= FEWEST_SHOWN:
            differs[group] = "higher" if row.estimate.value > 0 else "lower"
            if len(compared) == 1:
                other = next(g for r, _ in scores for g in r.group.values() if g != group)
                differs[other] = "lower" if row.estimate.value > 0 else "higher"
    groups = [
        page.Group(
            redacted_label(str(group), language=language),
            _interval(row.estimate, hidden=hide),
            None if hide else differs.get(group),
        )
        for row, hide in scores
        for group in (next(iter(row.group.values())),)
    ]
    groups.sort(key=lambda one: (one.score.value is None, -(one.score.value or 0)))
    return page.Dimension(name, tuple(groups), float(np.median(detectable)) if detectable else None)


def _calls(reader: Reader, asked: Asked, language: str) -> tuple[tuple[page.Call, ...], int]:
    if asked.question.source != "answers":
        return (), 0
    low = CALL_AT.get(asked.metric.name)
    if low is None:
        high = dict(asked.metric.tops).get(asked.scale or "", 4)
        low = high - 2
    voices, waiting = callers(
        reader, asked.question, low=low, days=CALL_DAYS, most=MOST_CALLS, language=language
    )
    return tuple(_call(voice) for voice in voices), waiting


def _call(voice: Voice) -> page.Call:
    """Words of suicide or self-harm are not printed; that somebody should read them is."""
    text = voice.text or ""
    if speaks_of_harm(text):
        return page.Call(voice.id, ("harm",), voice.day, voice.score)
    return page.Call(voice.id, _why(text), voice.day, voice.score, voice.text)


def _why(text: str) -> tuple[str, ...]:
    reasons = {
        "leaving": bool(LEAVING.search(text)),
        "complaint": bool(COMPLAINT.search(text)),
        "worry": bool(WORRY.search(text)),
        "asks": "?" in text,
    }
    return ("low_score", *(reason for reason, holds in reasons.items() if holds))


def _quotes(reader: Reader, question: Question, language: str) -> tuple[page.Quote, ...]:
    if not reader.files("answers").uris:
        return ()
    said = quotes(reader, replace(question, by=()), count=MOST_QUOTES, language=language)
    voices = [one.voice for one in said]
    return tuple(page.Quote(voice.text or "", voice.score, voice.day) for voice in voices)


def _missing(reader: Reader) -> list[page.Unknown]:
    """What a file that is not there would tell, the most helpful first."""
    held = {name for name, version in reader.snapshot.versions.items() if version}
    return [
        page.Unknown(UNKNOWN_WITHOUT[file.table], file.table, file.columns, file.minutes)
        for file in missing_files(held)
        if file.table in UNKNOWN_WITHOUT
    ]


def _unscored(reader: Reader) -> tuple[page.Unknown, ...]:
    """What cannot be told where nobody gave a score."""
    found = _missing(reader)
    told = any(one.code == "score" for one in found)
    return tuple(found) if told else (*found, page.Unknown("score"))


def _unknowns(
    reader: Reader, change: page.Change | None, split: tuple[page.Dimension, ...]
) -> tuple[page.Unknown, ...]:
    """What this workspace cannot tell, the most helpful file first."""
    found = _missing(reader)
    if change is None:
        found.append(page.Unknown("day"))
    elif change.verdict == "cannot_tell" and change.wider is None:
        found.append(page.Unknown("change"))
    if not split:
        found.append(page.Unknown("groups"))
    return tuple(found)


def _source(read: Read, name: str | None, say: Words) -> page.Source:
    placed = read.placed
    refused = (page.Reason(say("rows.refused"), placed.refused),) if placed.refused else ()
    left_out = {"rows.excluded": placed.excluded, "rows.repeated": placed.repeated}
    withheld = tuple(page.Reason(say(key), count) for key, count in left_out.items() if count)
    personal = tuple(use.name for use in read.mapping.columns if use.withhold or use.pseudonym)
    used = placed.new + placed.changed + placed.same
    return page.Source(name or read.file, placed.read, used, refused, withheld, personal)
