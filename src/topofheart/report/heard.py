"""Filling the second block of the first page: what customers ask, and what they worry about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.question import Question, ask
from topofheart.measure.question_groups import Groups, read_groups
from topofheart.measure.questions import FEWEST_SHOWN, questions
from topofheart.measure.reader import Reader
from topofheart.measure.sensitive import TEXTS, texts_of_harm
from topofheart.measure.understood import FEWEST_TEXTS, understood_shares
from topofheart.measure.worried import Worried, worried
from topofheart.report import picture as page
from topofheart.understand.asked import OWN
from topofheart.understand.model import shipped
from topofheart.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_SHOWN = 5
MOST_READ = 100_000  # about ten seconds of reading on one core
LOOKED_AT = 60
QUOTES, CANDIDATES = 2, 12
SHORT, LONG = 20, 160
LEAST_SHARE = 0.0005  # less is printed as nothing
COMMON = 0.01


def heard(workspace: Workspace, language: str) -> page.Heard | None:
    """What contacts, else comments, ask and fear; texts not read yet are read first, up to a bound."""
    reader = workspace.reader()
    written = {source: _written(reader, source) for source in ("contacts", "answers")}
    source = next((source for source, count in written.items() if count), None)
    if source is None:
        return None
    workspace.understand(most=MOST_READ)
    reader = workspace.reader()
    question = replace(ask("nps"), source=source, clusters=False)
    by_reader = shipped().name
    groups = read_groups(workspace.folder)
    asked = questions(
        reader, question, groups,
        by_reader=by_reader, count=LOOKED_AT, quotes=CANDIDATES, language=language,
    )  # fmt: skip
    texts, asking = asked.question["texts"], asked.question["asking"]
    found = page.Heard(
        place="contacts" if source == "contacts" else "answers",
        written=written[source],
        texts=texts,
        asking=asking,
        sampled=written[source] > MOST_READ,
        unquoted=texts_of_harm(reader, question),
    )
    if texts < FEWEST_TEXTS:
        return found
    shares = understood_shares(reader, question, "worries", by_reader=by_reader)
    fears = worried(reader, question, by_reader=by_reader)
    often = _asked_often(asked, groups)
    quoted = {quote for one in often for quote in one.quotes}
    return replace(
        found,
        questions=often,
        worried=_any_worry(shares),
        worries=_feared(shares, fears, quoted),
    )


def _written(reader: Reader, source: str) -> int:
    files = reader.files(source)
    column = TEXTS[source]
    if not files.uris or column not in files.schema.names:
        return 0

    def build(rows: ir.Table, _: Question, __: dict[str, Any]) -> ir.Table:
        return rows.agg(n=rows.count(where=rows[column].notnull() & (rows[column] != "")))

    question = replace(ask("nps"), source=source, clusters=False)
    return int(reader.engine.read(reader.expression(question, build)).to_pylist()[0]["n"] or 0)


def _asked_often(answer: Answer, groups: Groups) -> tuple[page.AskedOften, ...]:
    """The first groups of enough customers: those with a name of their own, else what is common."""
    rows = [row for row in answer if row.more.get("people", 0) >= FEWEST_SHOWN and _is_asked(row)]
    named = [row for row in rows if _has_a_name(row.more["id"], groups)]
    common = [row for row in rows if (row.estimate.value or 0) >= COMMON]
    return tuple(_asked(row) for row in (named or common)[:MOST_SHOWN])


def _is_asked(row: Row) -> bool:
    """A reader errs most on what is rare: that must read as a question."""
    written = any(text.endswith("?") for text in row.more["quotes"])
    share = row.estimate.value or 0
    return share >= (LEAST_SHARE if written else COMMON)


def _has_a_name(id: str, groups: Groups) -> bool:
    made = id in groups.own() or id in groups.names
    return made or "." not in id or id.startswith(f"{OWN}.")


def _asked(row: Row) -> page.AskedOften:
    moves = row.more["trend"] in ("rising", "falling")
    return page.AskedOften(
        name=row.more["name"],
        share=_interval(row.estimate),
        times=row.more["count"]["n"],
        trend=row.more["trend"] if moves else None,
        since=row.more["since"] if moves else None,
        quotes=tuple(sorted(row.more["quotes"], key=_unlike_a_question)[:QUOTES]),
    )


def _unlike_a_question(text: str) -> tuple[bool, bool, bool]:
    return not text.endswith("?"), not SHORT <= len(text) <= LONG, "[" in text


def _any_worry(shares: Answer) -> page.Interval | None:
    """The share with any worry, where it is told and no single worry is told more often."""
    told = {row.group["worry"]: row.estimate for row in shares}
    known = [one.value for one in told.values() if one.value is not None]
    total = told["any"]
    if total.state is not State.SHOWN or total.value is None or total.value < max(known):
        return None
    return _interval(total) if _is_there(total) else None


def _feared(shares: Answer, fears: dict[str, Worried], quoted: set[str]) -> tuple[page.Feared, ...]:
    rows = [
        (worry, row.estimate)
        for row in shares
        for worry in (str(row.group["worry"]),)
        if worry in fears and fears[worry].people >= FEWEST_SHOWN and _is_there(row.estimate)
    ]
    return tuple(
        page.Feared(worry, _interval(share), _quote(fears[worry], quoted))
        for worry, share in rows[:MOST_SHOWN]
    )


def _is_there(estimate: Estimate) -> bool:
    """Whether more than nobody is shown to have it."""
    return estimate.state is State.SHOWN and (estimate.low or 0) >= LEAST_SHARE


def _quote(fear: Worried, quoted: set[str]) -> str | None:
    """The first without a blank in it that stands nowhere else on the page."""
    return min(
        set(fear.said) - quoted, key=lambda text: ("[" in text, fear.said.index(text)), default=None
    )


def _interval(estimate: Estimate) -> page.Interval:
    return page.Interval(estimate.n, estimate.value, estimate.low, estimate.high)
