"""What customers say, in a few of their own words: quotes that stand for all answers. Always redacted.

Neither the angriest nor the happiest, and not those who write most: the quotes are spread over the
scores as the answers are, so that each of five stands for a fifth of the customers. Contacts have no
score; theirs are spread over how customers judge, as it was read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import Estimate, State
from topofheart.lake.tables import table
from topofheart.measure.about import About, settled, texts_about
from topofheart.measure.leading import leading_score
from topofheart.measure.metrics import metric_named
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sensitive import of_harm, texts_of_harm
from topofheart.measure.sums import score_of
from topofheart.measure.texts import TEXT_OF, has_readings, with_readings
from topofheart.measure.voices import Voice, voice_of
from topofheart.stats import shares
from topofheart.understand.reading import said as own_words

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHORTEST, LONGEST = 35, 320
MOST_QUOTES = 50
MOST_GROUPS = 12
CANDIDATES = 30
ALIKE = 0.5
SPREAD_OVER = {
    "answers": ("touchpoint", "unit", "channel"),
    "contacts": ("unit", "channel", "topic"),
}
JUDGED = ("negative", "neutral", "mixed", "positive")  # the score of a contact is its place here
IDS = {"answers": "answer_id", "contacts": "contact_id"}
EVERYTHING = About()
Said = dict[str, Any]
Group = tuple[str | None, ...]


@dataclass(frozen=True)
class Quote:
    """One customer's words, and the share of the texts with the same score."""

    voice: Voice
    share: Estimate
    group: dict[str, str | None]
    about: dict[str, str | None]


@dataclass(frozen=True)
class _Looked:
    """Where quotes are looked for: of which question, about what, read by whom."""

    reader: Reader
    question: Question
    about: About
    by_reader: str | None

    def read(self, build: Any) -> list[Said]:
        expression = self.reader.expression(self.question, build)
        return list(self.reader.engine.read(expression).to_pylist())


def voices(
    reader: Reader,
    question: Question,
    *,
    about: About = EVERYTHING,
    count: int = 5,
    by_reader: str | None = None,
) -> Answer:
    """One row per quote: the share of texts with its score, and in `more` the words.

    The score is the one that the answers lead with, of one kind and on one scale; of a contact how the
    customer judges. `by_reader` names whose readings count.

    Raises InvalidInput unless 1 to `MOST_QUOTES` quotes are asked for.
    """
    if not 1 <= count <= MOST_QUOTES:
        raise InvalidInput(
            f"{count} quotes are not possible.",
            code="bad_count",
            hint=f"Ask for 1 to {MOST_QUOTES}.",
        )
    contacts = question.source == "contacts"
    leading = None if contacts else leading_score(reader, question)
    question = leading.question if leading else question
    of_texts = replace(question, source="contacts" if contacts else "answers")
    about = settled(about, reader, of_texts, by_reader)
    found = quotes(reader, question, about=about, count=count, by_reader=by_reader)
    rows = [
        Row(
            one.share,
            one.group,
            more={
                "said": one.voice.text,
                **(_judged(one) if contacts else {"score": one.voice.score}),
                "day": one.voice.day,
                "from": {name: value for name, value in one.about.items() if name not in one.group},
            },
        )
        for one in found
    ]
    none = Row(_share(0, 0, question.level))
    unquoted = texts_of_harm(reader, of_texts) if rows else 0
    filtered = {name: [label for _, label, _ in labels] for name, labels in about.only}
    told = about.as_dict() | {
        "asked": "voices",
        "count": count,
        "unquoted": unquoted,
        "where": {name: list(values) for name, values in question.where} | filtered,
    }
    asked = replace(question, snapshot=reader.snapshot.number).as_dict()
    caveats = {"single_customers": bool(rows), "harm_unquoted": unquoted > 0}
    said = tuple(code for code, holds in caveats.items() if holds)
    return Answer(tuple(rows) or (none,), asked | told, said)


def _judged(one: Quote) -> dict[str, str | None]:
    score = one.voice.score
    return {"valence": None if score is None else JUDGED[int(score)]}


def quotes(
    reader: Reader,
    question: Question,
    *,
    count: int,
    about: About = EVERYTHING,
    by_reader: str | None = None,
    language: str | None = None,
) -> list[Quote]:
    """`count` quotes per group, from the lowest score to the highest; of the largest groups at most.

    Notes: the i-th quote is of the score at the quantile (i − ½)/count of all texts, of the length
    nearest to the typical one, unlike those before it and from another place (`SPREAD_OVER`)
    where there is a choice. With `about`, of the texts that are meant by it.
    """
    source = question.source if question.source in TEXT_OF else "answers"
    question = replace(question, source=source, every=None, clusters=False)
    if not reader.files(source).uris:
        return []
    looked = _Looked(reader, question, about, by_reader)
    spread = _spread(looked)
    groups = sorted(spread, key=lambda one: (-sum(spread[one].values()), str(one)))[:MOST_GROUPS]
    said = _candidates(looked, groups)
    places = SPREAD_OVER[source]
    return [
        _quote(row, spread[group], question, language)
        for group in sorted(groups, key=str)
        for row in _chosen(said[group], _targets(spread[group], count), places)
    ]


def _spread(looked: _Looked) -> dict[Group, dict[float | None, int]]:
    """How many texts have each score, per group; of all answers, with words or without."""

    def counted(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        marked = _marked(rows, looked, split)
        return marked.group_by([*_names(asked), "score"]).agg(n=marked.count())

    found: dict[Group, dict[float | None, int]] = defaultdict(dict)
    for row in looked.read(counted):
        found[_group(row, looked.question)][row["score"]] = int(row["n"])
    for scores in found.values():
        if len(scores) > 1:
            scores.pop(None, None)
    return found


def _candidates(looked: _Looked, groups: list[Group]) -> dict[Group, list[Said]]:
    """Some comments of the typical length for each score of each group: a bounded number of rows."""
    import ibis

    def usable(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        marked = _marked(rows, looked, split)
        marked = marked.mutate(length=marked.comment.length())
        return marked.filter(marked.length.between(SHORTEST, LONGEST) & ~of_harm(marked.comment))

    def total(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        fit = usable(rows, asked, split)
        return fit.agg(n=fit.count(), length=fit.length.sum())

    sums = looked.read(total)[0]
    typical = round(sums["length"] / sums["n"]) if sums["n"] else 0

    def nearest(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        fit, names = usable(rows, asked, split), _names(asked)
        chosen = [_is_group(fit, names, group) for group in groups]
        fit = fit.filter(ibis.or_(*chosen)) if names else fit
        once = fit.group_by([*names, "score", "length", "comment"]).agg(key=fit.key.min())
        near = ibis.window(
            group_by=[*names, "score"], order_by=[(once.length - typical).abs(), once.key]
        )
        ranked = once.select("key", near=ibis.row_number().over(near))
        return fit.inner_join(ranked.filter(ranked.near < CANDIDATES), "key")

    found: dict[Group, list[Said]] = defaultdict(list)
    rows = looked.read(nearest) if groups else []
    for row in sorted(rows, key=lambda one: (one["near"], one["key"])):
        found[_group(row, looked.question)].append(row)
    return found


def _marked(rows: ir.Table, looked: _Looked, split: dict[str, ir.Column]) -> ir.Table:
    """Texts with their score and group, and what a quote tells beside its words."""
    asked, reader, about = looked.question, looked.reader, looked.about
    source = asked.source
    judged = source == "contacts" and has_readings(reader)
    if looked.by_reader and (judged or about.understood):
        rows = with_readings(rows, reader, source, looked.by_reader)
        rows = texts_about(rows, reader, asked, about, looked.by_reader)
    else:
        rows = texts_about(rows, reader, asked, about, "")
    groups = {
        name: rows[column.get_name()].cast("string")
        for name, column in zip(_names(asked), split.values(), strict=True)
    }
    known = [name for name in SPREAD_OVER[source] if name in rows.columns]
    return rows.select(
        "key", "customer_id", "read_row", *known,
        answer_id=rows[IDS[source]], comment=rows[TEXT_OF[source].split(".")[1]],
        day=rows[table(source).day], score=_score(rows, asked).cast("float64"), **groups,
    )  # fmt: skip


def _score(rows: ir.Table, asked: Question) -> ir.Value:
    import ibis

    if asked.source == "answers":
        return score_of(rows, metric_named(asked.metric))
    if "valence" not in rows.columns:
        return ibis.null("float64")
    return ibis.cases(*((rows.valence == one, float(place)) for place, one in enumerate(JUDGED)))


def _names(question: Question) -> list[str]:
    return [f"group_{place}" for place in range(len(question.by))]


def _group(row: Said, question: Question) -> Group:
    return tuple(row[name] for name in _names(question))


def _is_group(rows: ir.Table, names: list[str], group: Group) -> Any:
    import ibis

    return ibis.and_(
        *(
            rows[name].isnull() if value is None else rows[name] == value
            for name, value in zip(names, group, strict=True)
        )
    )


def _targets(spread: dict[float | None, int], count: int) -> list[float | None]:
    """The score at each of `count` equal parts of all answers, in its middle."""
    scores = sorted((score for score in spread if score is not None), key=float)
    if not scores:
        return [None] * count
    total, seen = sum(spread[score] for score in scores), 0
    targets: list[float | None] = []
    for score in scores:
        seen += spread[score]
        while len(targets) < count and (2 * len(targets) + 1) * total <= 2 * count * seen:
            targets.append(score)
    return targets


def _chosen(said: list[Said], targets: list[float | None], places: tuple[str, ...]) -> list[Said]:
    """For each target the comment nearest to it that is unlike the others and from elsewhere."""
    chosen: list[Said] = []
    scored = None not in targets
    said = [one for one in said if (one["score"] is not None) == scored]
    for target in targets:
        left = [one for one in said if not any(_alike(one, other) for other in chosen)]
        if not left:
            break
        chosen.append(
            min(left, key=lambda one: (_distance(one, target), _shared(one, chosen, places)))
        )
    return sorted(chosen, key=lambda one: (one["score"] is None, one["score"] or 0.0, one["key"]))


def _distance(one: Said, target: float | None) -> float:
    return 0.0 if target is None or one["score"] is None else abs(one["score"] - target)


def _shared(one: Said, chosen: list[Said], places: tuple[str, ...]) -> int:
    """How often one of its places was heard already."""
    return sum(
        one.get(name) is not None and one.get(name) == other.get(name)
        for other in chosen
        for name in places
    )


def _alike(one: Said, other: Said) -> bool:
    """Whether two comments share half of their words or more."""
    first, second = (set(re.findall(r"\w+", each["comment"].lower())) for each in (one, other))
    return len(first & second) >= ALIKE * len(first | second)


def _quote(
    row: Said, spread: dict[float | None, int], question: Question, language: str | None
) -> Quote:
    n = sum(spread.values()) if row["score"] is not None else 0
    same = spread.get(row["score"], 0)
    group = dict(zip(question.by, _group(row, question), strict=True))
    places = SPREAD_OVER[question.source]
    about = {name: row[name] for name in places if row.get(name) is not None}
    voice = voice_of(row | {"comment": own_words(row["comment"])}, language)
    return Quote(voice, _share(same, n, question.level), group, about)


def _share(count: int, n: int, level: float) -> Estimate:
    if not n:
        return Estimate(None, None, None, 0, "share", "", level, State.NO_EVIDENCE)
    low, high = shares.wilson_interval(count, n, level=level)
    return Estimate(count / n, float(low), float(high), n, "share", "Wilson interval", level)
