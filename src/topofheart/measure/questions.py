"""What customers ask: their questions in groups, ranked by how often, how worried and how unanswered.

A group is a known type of question, or what a question is about and wants to know; both are the same
in Dutch and English and stay the same from month to month. The rank is METHOD §7.4: volume × mean
worry × (1 − answered before asked). What is left over about a topic comes after all that is one question.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.own_words import Usual, own_words
from topofheart.measure.question import Question
from topofheart.measure.question_groups import Groups
from topofheart.measure.reader import Reader
from topofheart.measure.sensitive import TEXTS, of_harm, texts_of_harm
from topofheart.measure.texts import with_readings
from topofheart.stats import breaks, events, means, multiple, net, shares, trends
from topofheart.understand.asked import OWN, Asked, catalogue
from topofheart.understand.columns import BETWEEN
from topofheart.understand.forms import OTHER

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONFIRMED_BY = 20  # customers who say a worry themselves; until then it is a hypothesis
FEWEST_MONTHS = 6
FEWEST_SHOWN = 5  # what fewer ask is no group yet, unless an analyst says so
FEW = 0.05
FEWEST_TO_RATE = 5
CANDIDATES = 40
ALIKE = 0.5
SHORTEST, LONGEST = 8, 240
STEADY = 0.6
MOST_LOOKED_AT = 50_000
Found = dict[str, Any]


@dataclass
class Group:
    """What was counted of one group."""

    id: str
    n: int = 0
    people: int = 0
    worried: int = 0
    months: dict[date, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    worries: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)


def questions(
    reader: Reader,
    question: Question,
    groups: Groups,
    *,
    by_reader: str,
    count: int = 15,
    quotes: int = 5,
    language: str | None = None,
) -> Answer:
    """One row per group: its share of the contacts, and in `more` all that is known of it."""
    steady = own_words_of(reader, question, by_reader)
    groups = replace(groups, words=tuple(steady))
    found = _counted(reader, question, groups, by_reader)
    total, asking = _total(reader, question, by_reader)
    told = _asked(reader, question, by_reader) | {"texts": total, "asking": asking}
    few = ("few_ask",) if asking < FEW * total else ()
    kept = (*groups.pinned, *groups.own())
    found = [one for one in found if one.n >= FEWEST_SHOWN or one.id in kept]
    if not found or not total:
        nothing = Estimate(None, None, None, 0, "share", "", question.level, State.NO_EVIDENCE)
        return Answer((Row(nothing),), told, few)
    published = _published(reader, groups)
    measured = _measured(reader, question, groups, by_reader)
    months = _months(reader, question, by_reader)
    moving = _moving(found, months, question.level)
    orders = _orders(reader, question)
    known = {one.id: one for one in catalogue().types}
    rows = []
    for one in found:
        answered = _answered_before(one, published.get(one.id))
        rated = measured.get(one.id, {})
        worry = _mean_worry(one, rated)
        more = {
            "id": one.id,
            "name": _name(one, groups, known, language),
            "count": _count(one.n, question.level),
            "people": one.people,
            "rank": one.n * worry * (1 - (answered or 0.0)),
            "per_100_orders": _rate(one.n, orders, question.level),
            **moving[one.id],
            "topic": _most(one.topics),
            "channel": _most(one.channels),
            "worry": _worry(one, known.get(one.id), question.level),
            "worry_before": rated.get("before"),
            "worry_after": rated.get("after"),
            "answered_before": answered,
            "nps": rated.get("nps"),
            "nps_of_others": rated.get("nps_of_others"),
            "stability": catalogue().stability.get(
                one.id, steady.get(one.id.removeprefix(f"{OWN}."))
            ),
            "pinned": one.id in groups.pinned,
        }
        rows.append(
            Row(_share(one.n, total, question.level), {"question": more["name"]}, None, more)
        )
    rows.sort(key=lambda row: (not row.more["pinned"], _mixed(row.more["id"]), -row.more["rank"]))
    shown = rows[:count]
    said = _quotes(reader, question, groups, by_reader, [row.more["id"] for row in shown], quotes)
    shown = [
        replace(row, more=row.more | {"quotes": said.get(row.more["id"], [])}) for row in shown
    ]
    unquoted = texts_of_harm(reader, question)
    asked = told | {"groups": len(rows), "unquoted": unquoted}
    caveats = (*few, "worry_hypothesis", *(("harm_unquoted",) if unquoted else ()))
    return Answer(tuple(shown), asked, caveats)


def _mixed(id: str) -> bool:
    """Whether the group is what was left over about a topic: many questions, not one."""
    return id.endswith(f".{OTHER}") and not id.startswith(f"{OWN}.")


def _asked(reader: Reader, question: Question, by_reader: str) -> dict[str, Any]:
    told = replace(question, snapshot=reader.snapshot.number).as_dict()
    return told | {"asked": "questions", "reader": by_reader}


def per_question(
    rows: ir.Table, reader: Reader, source: str, groups: Groups, by_reader: str
) -> ir.Table:
    """One row per question asked, with its group; a text that asks the same twice counts once."""
    import ibis

    joined = with_readings(rows, reader, source, by_reader)
    joined = joined.filter(joined.asks & joined.question_types.notnull())
    kinds = joined.question_types.strip().split(" ")
    pairs = kinds.zip(joined.question.split(BETWEEN))
    each = joined.mutate(asked=pairs).drop("question").unnest("asked")
    each = each.mutate(kind=each.asked["f1"], question=each.asked["f2"])
    each = each.mutate(group_id=groups.of(each.kind, each.question))
    once = ibis.window(group_by=["row_key", "group_id"], order_by=each.question)
    return each.mutate(again=ibis.row_number().over(once)).filter(lambda told: told.again == 0)


def _counted(reader: Reader, question: Question, groups: Groups, by_reader: str) -> list[Group]:
    """Per group its questions, by month, channel, worry and topic; one pass each."""
    found: dict[str, Group] = {}

    def split(column: str | None) -> list[Found]:
        def build(rows: ir.Table, asked: Question, _: Found) -> ir.Table:
            each = per_question(rows, reader, asked.source, groups, by_reader)
            each = each.mutate(part=_value(each, column))
            return each.group_by(["group_id", "part"]).agg(
                n=each.count(),
                people=each.customer_id.nunique() + each.count(where=each.customer_id.isnull()),
                worried=each.count(where=each.worry),
            )

        return list(reader.engine.read(reader.expression(question, build)).to_pylist())

    for row in split(None):
        found[row["group_id"]] = Group(row["group_id"], row["n"], row["people"], row["worried"])
    places = {"month": "months", "channel": "channels", "worry_about": "worries", "topic": "topics"}
    for column, place in places.items():
        for row in split(column):
            if row["part"] not in (None, ""):
                # A month comes back as a date or as a moment, as the engine likes.
                part = _day(row["part"]) if column == "month" else row["part"]
                counted = row["people"] if place == "worries" else row["n"]
                getattr(found[row["group_id"]], place)[part] = counted
    return sorted(found.values(), key=lambda one: (-one.n, one.id))


def _value(each: ir.Table, column: str | None) -> ir.Value:
    import ibis

    if column == "month":
        return each.said_on.truncate("M").cast("date")
    return each[column] if column and column in each.columns else ibis.literal("")


def own_words_of(reader: Reader, question: Question, by_reader: str) -> dict[str, float]:
    """The words that mark this organisation's questions, among those of no known type, and how steady each is."""

    def build(rows: ir.Table, asked: Question, _: Found) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        unnamed = joined.filter(joined.asks & joined.question_types.contains("."))
        told = unnamed.select("question", "understood_language", "row_key")
        return told.order_by("row_key").limit(MOST_LOOKED_AT)

    asked: dict[str, list[str]] = {}
    for row in reader.engine.read(reader.expression(question, build)).to_pylist():
        asked.setdefault(row["understood_language"], []).append(row["question"])
    usual = {language: Usual(*known) for language, known in catalogue().usual.items()}
    found: dict[str, float] = {}
    for language, said in sorted(asked.items()):
        for word, steady in own_words(said, usual[language]).items():
            found[word] = max(steady, found.get(word, 0.0))
    return found


def _total(reader: Reader, question: Question, by_reader: str) -> tuple[int, int]:
    """All texts that were understood, and those that ask something."""

    def build(rows: ir.Table, asked: Question, _: Found) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        joined = joined.filter(joined.understood_language != "other")
        asks = joined.asks & joined.question_types.notnull()
        return joined.agg(n=joined.count(), asking=joined.count(where=asks))

    row = reader.engine.read(reader.expression(question, build)).to_pylist()[0]
    return int(row["n"] or 0), int(row["asking"] or 0)


def _months(reader: Reader, question: Question, by_reader: str) -> dict[date, int]:
    """The texts understood in each month; the last one is left out where it is not whole."""

    def build(rows: ir.Table, asked: Question, _: Found) -> ir.Table:
        joined = with_readings(rows, reader, asked.source, by_reader)
        joined = joined.filter(joined.understood_language != "other")
        joined = joined.mutate(month=joined.said_on.truncate("M").cast("date"))
        return joined.group_by("month").agg(n=joined.count(), last=joined.said_on.max())

    rows = reader.engine.read(reader.expression(question, build)).to_pylist()
    dated = sorted((row for row in rows if row["month"]), key=lambda row: row["month"])
    if dated and not _ends_month(dated[-1]["last"]):
        dated = dated[:-1]
    return {_day(row["month"]): row["n"] for row in dated}


def _ends_month(day: date) -> bool:
    from datetime import timedelta

    return (day + timedelta(2)).month != day.month


def _day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value


def _moving(found: list[Group], months: dict[date, int], level: float) -> dict[str, dict[str, Any]]:
    """Per group whether its share rises or falls (tested over all groups together), and since when."""
    nothing: dict[str, Any] = {"trend": "too_short", "since": None, "before": None, "after": None}
    if len(months) < FEWEST_MONTHS:
        return {one.id: dict(nothing) for one in found}
    size = np.array(list(months.values()), dtype=float)
    asked = np.array([[one.months.get(month, 0) for month in months] for one in found], dtype=float)
    share = asked / size
    error = np.sqrt((asked + 0.5) * (size - asked + 0.5) / (size + 1)) / size
    error = error * np.sqrt(np.maximum(1, breaks.dispersion(share, error)))[:, None]
    tested = trends.trend(share, level=level)
    adjusted = multiple.benjamini_hochberg(tested.p_value)
    places = breaks.change_points(share, error, penalty=breaks.penalty_for(len(size), len(found)))
    days = list(months)
    told = {}
    for row, one in enumerate(found):
        certain = adjusted[row] < 1 - level and tested.slope[row]
        verdict = (
            ("rising" if tested.slope[row] > 0 else "falling") if certain else "no_change_shown"
        )
        changes = breaks.breaks(share[row], error[row], places[row], level=level)
        largest = max(changes, key=lambda change: abs(change.size), default=None)
        if largest and not certain:
            verdict = "rising" if largest.size > 0 else "falling"
        told[one.id] = {
            "trend": verdict,
            "since": days[largest.place] if largest else None,
            "before": largest.before if largest else None,
            "after": largest.after if largest else None,
        }
    return told


def _orders(reader: Reader, question: Question) -> int:
    """Orders in the same time; 0 where none are known, or where a filter cannot reach them."""
    files = reader.files("orders")
    if not files.uris or question.where or "order_id" not in files.schema.names:
        return 0
    rows = reader.engine.table(files)
    if question.since:
        rows = rows.filter(rows.ordered_on >= question.since)
    if question.until:
        rows = rows.filter(rows.ordered_on <= question.until)
    return int(reader.engine.read(rows.agg(n=rows.order_id.nunique())).to_pylist()[0]["n"])


def _published(reader: Reader, groups: Groups) -> dict[str, date]:
    """From which day the answer to a group's question stands where customers look."""
    files = reader.files("published")
    if not files.uris:
        return {}
    rows = reader.engine.read(reader.engine.table(files).select("question", "from_on")).to_pylist()
    rows = [row for row in rows if row["question"] and row["from_on"]]
    kinds = catalogue().types_of([row["question"] for row in rows])
    found: dict[str, date] = {}
    for row, kind in zip(rows, kinds, strict=True):
        if kind:
            id = groups.final(kind)
            found[id] = min(found.get(id, row["from_on"]), row["from_on"])
    return found


def _answered_before(one: Group, since: date | None) -> float | None:
    """The share of the questions asked in months that began after the answer was published."""
    if since is None:
        return None
    after = sum(n for month, n in one.months.items() if month >= since)
    return after / max(1, sum(one.months.values()))


def _measured(
    reader: Reader, question: Question, groups: Groups, by_reader: str
) -> dict[str, dict[str, Any]]:
    """What those who asked answered in surveys: worry before and after, and NPS beside the others."""
    files = reader.files("answers")
    if question.source != "contacts" or not files.uris:
        return {}

    def build(rows: ir.Table, asked: Question, _: Found) -> ir.Table:
        each = per_question(rows, reader, asked.source, groups, by_reader)
        askers = each.select("group_id", "customer_id").distinct()
        askers = askers.filter(askers.customer_id.notnull())
        answers = reader.engine.table(files)
        said = answers.select("customer_id", "recommend", "worry_before", "worry_after").filter(
            answers.customer_id.notnull()
        )
        return _answers_of(askers.inner_join(said, "customer_id"), ["group_id"])

    rows = reader.engine.read(reader.expression(question, build)).to_pylist()
    answers = reader.engine.table(files)
    everyone = reader.engine.read(_answers_of(answers, [])).to_pylist()[0]
    return {row["group_id"]: _beside(row, everyone, question.level) for row in rows}


def _answers_of(rows: ir.Table, by: list[str]) -> ir.Table:
    sums = {
        "low": rows.count(where=rows.recommend <= 6),
        "high": rows.count(where=rows.recommend >= 9),
        "n": rows.recommend.count(),
    }
    for name in ("before", "after"):
        value = rows[f"worry_{name}"].cast("float64")
        sums |= {
            f"n_{name}": value.count(),
            f"total_{name}": value.sum(),
            f"squares_{name}": (value * value).sum(),
        }
    return rows.group_by(by).agg(**sums) if by else rows.agg(**sums)


def _beside(row: Found, everyone: Found, level: float) -> dict[str, Any]:
    others = {name: max(0, everyone[name] - row[name]) for name in ("low", "high", "n")}
    found = {"nps": _net(row, level), "nps_of_others": _net(others, level)}
    for name in ("before", "after"):
        found[name] = _mean(row, name, level)
    return found


def _net(sums: Found, level: float) -> Estimate:
    low, n, high = int(sums["low"]), int(sums["n"]), int(sums["high"])
    if n < FEWEST_TO_RATE:
        return Estimate(None, None, None, n, "net_share", "", level, State.TOO_FEW)
    mid = n - low - high
    least, most = net.score_interval(low, mid, high, level=level)
    value = float(net.net_share(low, mid, high))
    return Estimate(value, float(least), float(most), n, "net_share", "Tango", level)


def _mean(sums: Found, name: str, level: float) -> Estimate:
    n = int(sums[f"n_{name}"])
    if n < FEWEST_TO_RATE:
        return Estimate(None, None, None, n, "1-7", "", level, State.TOO_FEW)
    total, squares = float(sums[f"total_{name}"]), float(sums[f"squares_{name}"])
    low, high = means.mean_interval(n, total, squares, level=level)
    return Estimate(total / n, float(low), float(high), n, "1-7", "t", level)


def _mean_worry(one: Group, rated: dict[str, Any]) -> float:
    """Between 0 and 1: as customers rated it, else the share whose words show a worry."""
    before = rated.get("before")
    if before is not None and before.value is not None:
        return float((before.value - 1) / 6)
    return (one.worried + 1) / (one.n + 2)


def _worry(one: Group, known: Asked | None, level: float) -> dict[str, Any]:
    """What is feared behind the question: what customers say most, else what the catalogue supposes."""
    stated = _most(one.worries)
    count = one.worries.get(stated, 0) if stated else 0
    confirmed = count >= CONFIRMED_BY
    supposed = known.worry if known else None
    return {
        "about": stated if confirmed else supposed or stated,
        "confirmed": confirmed,
        "said_by": count,
        "share": _share(one.worried, one.n, level),
    }


def _name(one: Group, groups: Groups, known: dict[str, Asked], language: str | None) -> str:
    """As the analyst calls it, else as the catalogue does, else what it is about and wants to know."""
    from topofheart.kernel.language import Words, language_of_reader

    chosen = language or language_of_reader()
    own = groups.names.get(one.id, {})
    if chosen in own or own:
        return own.get(chosen) or next(iter(own.values()))
    if one.id in known:
        return str(getattr(known[one.id], chosen))
    topic, _, form = one.id.partition(".")
    say = Words("answer", chosen)
    if one.id in groups.own() or not form:
        return one.id
    if topic == OWN:
        return say("asked.about", word=form)
    return say("asked.group", topic=say(f"label.{topic}"), form=say(f"form.{form}"))


def _most(counts: dict[str, int]) -> str | None:
    return max(counts, key=lambda name: (counts[name], name)) if counts else None


def _share(count: int, n: int, level: float) -> Estimate:
    low, high = shares.wilson_interval(count, n, level=level)
    return Estimate(count / n, float(low), float(high), n, "share", "Wilson interval", level)


def _count(n: int, level: float) -> dict[str, float]:
    low, high = events.count_interval(n, level=level)
    return {"n": n, "low": float(low), "high": float(high)}


def _rate(n: int, orders: int, level: float) -> dict[str, float] | None:
    if not orders:
        return None
    low, high = events.count_interval(n, level=level)
    return {
        "value": 100 * n / orders,
        "low": 100 * float(low) / orders,
        "high": 100 * float(high) / orders,
    }


def _quotes(
    reader: Reader,
    question: Question,
    groups: Groups,
    by_reader: str,
    ids: list[str],
    count: int,
) -> dict[str, list[str]]:
    """Some real questions of each group, as unlike each other as can be; redacted when they were read."""
    import ibis

    def build(rows: ir.Table, asked: Question, _: Found) -> ir.Table:
        each = per_question(rows, reader, asked.source, groups, by_reader)
        length = each.question.length()
        fit = each.filter(each.group_id.isin(ids) & length.between(SHORTEST, LONGEST))
        fit = fit.filter(~of_harm(fit[TEXTS[asked.source]]))
        once = fit.group_by(["group_id", "question"]).agg(row_key=fit.row_key.min())
        window = ibis.window(group_by="group_id", order_by=[once.row_key, once.question])
        return once.mutate(place=ibis.row_number().over(window)).filter(
            lambda told: told.place < CANDIDATES
        )

    found: dict[str, list[str]] = {}
    rows = reader.engine.read(reader.expression(question, build)).to_pylist() if ids else []
    for row in sorted(rows, key=lambda one: (one["group_id"], one["place"])):
        found.setdefault(row["group_id"], []).append(row["question"])
    return {id: _varied(said, count) for id, said in found.items()}


def _varied(said: list[str], count: int) -> list[str]:
    """The first, and then each time the one that shares the fewest words with those before it."""
    import re

    words = {one: set(re.findall(r"\w+", one.lower())) for one in said}
    chosen = said[:1]
    while len(chosen) < min(count, len(said)):
        left = [one for one in said if one not in chosen]
        chosen.append(
            min(left, key=lambda one: max(_alike(words[one], words[two]) for two in chosen))
        )
    return chosen


def _alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))
