"""Invitations and answers, and their totals: who was asked, who answered, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from topofheart.demo import firm, opinions
from topofheart.demo.columns import arrange, named, numbered, only
from topofheart.demo.firm import CHATBOT_MONTH, MONTHS, TOUCHPOINTS, Array
from topofheart.demo.people import LANGUAGES, People
from topofheart.demo.words import Writer

INVITATIONS_PER_CUSTOMER = 3.2
TOUCHPOINT_SHARES = np.array([0.40, 0.09, 0.15, 0.21, 0.06, 0.09])
COMMENT_RATE = np.array([0.8, 0.78, 0.75, 0.7, 0.62, 0.52, 0.45, 0.38, 0.37, 0.40, 0.48])
SURVEYS = ("relatieonderzoek", *(f"na_{one}" for one in (
    "bestelling", "levering", "werkplaats", "ruilen", "factuur")))  # fmt: skip
CHANNELS = ("mail", "text message", "web", "shop")
CHANNEL_SHARES = np.array([0.62, 0.2, 0.14, 0.04])
OUTCOMES = ("answered", "no_answer", "bounced", "declined", "withheld")
REASONS = ("asked in the last 30 days", "no permission", "open complaint")
DEVICES = ("phone", "computer", "tablet")


@dataclass(frozen=True)
class Asked:
    """Invitations as arrays, in the order of time."""

    who: Array
    month: Array
    touchpoint: Array
    channel: Array
    at: Array
    invited_at: Array
    score: Array
    outcome: Array
    reason: Array


def ask(seed: int, people: People, model: opinions.Opinions) -> Asked:
    """Invite customers who are present, and see who answers."""
    draw = firm.stream(seed, "invitations")
    present = [people.present(month) for month in range(MONTHS)]
    level = np.array([len(one) for one in present], dtype=float)
    total = INVITATIONS_PER_CUSTOMER * len(people.segment)
    sizes = np.rint(total * level / level.sum()).astype(int)
    who = np.concatenate(
        [one[draw.integers(0, len(one), n)] for one, n in zip(present, sizes, strict=True)]
    )
    month = np.repeat(np.arange(MONTHS), sizes)
    at = firm.instants(draw, firm.days_within(draw, month))
    order = np.argsort(at, kind="stable")
    who, month, at = who[order], month[order], at[order]
    n = len(who)
    touchpoint = draw.choice(len(TOUCHPOINTS), n, p=TOUCHPOINT_SHARES)
    lag = np.minimum(draw.exponential(1.6, n), 20) * 86_400_000_000
    cells = (people.segment[who], people.unit[who], touchpoint, month, people.temper[who])
    score = model.draw(cells, draw.random(n))
    chance = opinions.answer_chance(people.segment[who], touchpoint, score, people.talk[who])
    outcome = np.where(draw.random(n) < chance, 0, 1)
    outcome[(outcome == 1) & (draw.random(n) < 0.02)] = 3
    outcome[draw.random(n) < 0.02] = 2
    reason = _withheld(draw, who, at)
    outcome[reason >= 0] = 4
    return Asked(who, month, touchpoint, draw.choice(4, n, p=CHANNEL_SHARES), at,
                 at - lag.astype("timedelta64[us]"), score, outcome, reason)  # fmt: skip


def _withheld(draw: Any, who: Array, at: Array) -> Array:
    order = np.lexsort((at, who))
    again = np.zeros(len(who), dtype=bool)
    close = np.diff(at[order]) < np.timedelta64(30, "D")
    again[order[1:]] = (np.diff(who[order]) == 0) & close
    chance = draw.random(len(who))
    other: Array = np.where(chance < 0.03, 1, np.where(chance < 0.05, 2, -1))
    return np.where(again, 0, other)


def invitations(asked: Asked, people: People) -> Any:
    """The table of invitations."""
    n = len(asked.who)
    return arrange("invitations", {
        "invitation_id": numbered("U", np.arange(1, n + 1)),
        "customer_id": people.ids.take(pa.array(asked.who)),
        "invited_at": asked.invited_at,
        "survey": named(SURVEYS, asked.touchpoint),
        "touchpoint": named(TOUCHPOINTS, asked.touchpoint),
        "channel": named(CHANNELS, asked.channel),
        "outcome": named(OUTCOMES, asked.outcome),
        "reason": named(REASONS, np.maximum(asked.reason, 0), where=asked.reason >= 0),
        "unit": named(firm.UNITS, people.unit[asked.who]),
    })  # fmt: skip


def delivered(asked: Asked, people: People) -> tuple[tuple[Array, ...], Array]:
    """The cells in which an answer was possible, and when those customers came."""
    rows = np.flatnonzero((asked.outcome < 2) | (asked.outcome == 3))
    who = asked.who[rows]
    cells = (people.segment[who], people.unit[who], asked.touchpoint[rows], asked.month[rows])
    return cells, people.came[who]


def answers(seed: int, asked: Asked, people: People, writer: Writer) -> tuple[Any, Any]:
    """The table of answers, and beside it what each comment was written to say."""
    draw = firm.stream(seed, "answers")
    rows = np.flatnonzero(asked.outcome == 0)
    who, score, touchpoint, month = (
        one[rows] for one in (asked.who, asked.score, asked.touchpoint, asked.month)
    )
    n = len(rows)
    complete = draw.random(n) < 0.92
    relation = touchpoint == 0
    ids = numbered("A", np.arange(1, n + 1))
    grade = _rating(draw, 7.4 + 0.55 * (score - 7.5), 1, 10, 0.45)
    stars = _rating(draw, 3.9 + 0.30 * (score - 7.5), 1, 5, 0.35)
    product = _rating(draw, 8.1 + 0.2 * (score - 7.5), 1, 10, 0.6)
    before, after = _worries(draw, touchpoint, month, score)
    talks = complete & (draw.random(n) < COMMENT_RATE[score])
    english = people.english[who]
    comments = writer.comments(
        draw, talks, score=score, touchpoint=touchpoint, month=month, unit=people.unit[who],
        voice=people.voice[who], english=english,
    )  # fmt: skip
    warmth = {
        f"warmth_{i + 1}": only(
            _rating(draw, base + 0.45 * (score - 7.5), 1, 7, 0.6), complete & ~relation
        )
        for i, base in enumerate((4.9, 5.1, 4.8, 5.0))
    }
    ratings = {
        name: only(1 + opinions.pick(np.cumsum(table, axis=-1)[score], draw.random(n)), complete)
        for name, table in zip(opinions.DRIVERS, opinions.driver_chances(), strict=True)
    }
    table = arrange("answers", {
        "answer_id": ids,
        "customer_id": people.ids.take(pa.array(who)),
        "invitation_id": numbered("U", rows + 1),
        "answered_at": asked.at[rows],
        "survey": named(SURVEYS, touchpoint),
        "kind": named(("relationship", "transaction"), (~relation).astype(int)),
        "touchpoint": named(TOUCHPOINTS, touchpoint),
        "channel": named(CHANNELS, asked.channel[rows]),
        "unit": named(firm.UNITS, people.unit[who]),
        "language": named(LANGUAGES, english.astype(int)),
        "recommend": score,
        "satisfaction": np.where(relation, grade, stars).astype(float),
        "satisfaction_scale": named(("1-5", "1-10"), relation.astype(int)),
        "effort": only(_rating(draw, 5.0 + 0.4 * (score - 7.5), 1, 7, 0.6), ~relation & complete),
        **warmth,
        "worry_before": only(before, ~relation & complete),
        "worry_after": only(after, ~relation & complete),
        "product_rating": only(product, relation & complete),
        "comment": comments,
        "complete": complete,
        "d_device": named(DEVICES, draw.choice(3, n, p=(0.66, 0.27, 0.07))),
        **ratings,
    }, extra=("d_device", *opinions.DRIVERS))  # fmt: skip
    mood = np.digitize(score, (5, 7, 9))
    labels = pa.table({"answer_id": ids, "mood": named(("angry", "sour", "mild", "glad"), mood)})
    return table, labels.filter(pa.array(talks))


def _rating(draw: Any, location: Array, low: int, high: int, spread: float) -> Array:
    noise = draw.logistic(0, spread, len(location))
    return np.asarray(np.clip(np.rint(location + noise), low, high).astype(np.int64))


def _worries(draw: Any, touchpoint: Array, month: Array, score: Array) -> tuple[Array, Array]:
    place = np.array([2.5, 2.6, 3.4, 4.1, 3.4, 2.9])[touchpoint]
    rising = 0.9 * firm.ramp()[month] + 0.3 * (month >= CHATBOT_MONTH)
    before = _rating(draw, place + rising - 0.1 * (score - 7.5), 1, 7, 0.7)
    after = _rating(draw, 0.5 * before + 0.4 - 0.4 * (score - 8.5), 1, 7, 0.5)
    return before, after


def answer_counts(table: Any) -> Any:
    """Scores of 0–10 by month, touchpoint and unit, as another system would export them."""
    month = pc.floor_temporal(table["answered_at"], unit="month").cast(pa.date32())
    keys = ["counted_on", "survey", "kind", "touchpoint", "unit"]
    wide = table.select(keys[1:]).append_column("counted_on", month)
    for score in range(11):
        wide = wide.append_column(
            f"count_{score}", pc.equal(table["recommend"], score).cast(pa.int64())
        )
    names = [f"count_{score}" for score in range(11)]
    sums = wide.group_by(keys).aggregate([(name, "sum") for name in names])
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    sums = sums.sort_by([(key, "ascending") for key in keys])
    return arrange("answer_counts", {
        **{name: sums[name] for name in sums.column_names},
        "period": pa.array(["month"] * len(sums)),
        "scale": pa.array(["0-10"] * len(sums)),
        "promoters": _total(sums, 9, 11),
        "passives": _total(sums, 7, 9),
        "detractors": _total(sums, 0, 7),
    })  # fmt: skip


def _total(sums: Any, start: int, end: int) -> Array:
    found: Array = sum(sums[f"count_{one}"].to_numpy() for one in range(start, end))
    return found


def invitation_counts(table: Any) -> Any:
    """Invitations sent, withheld and answered by month, survey and channel."""
    month = pc.floor_temporal(table["invited_at"], unit="month").cast(pa.date32())
    keys = ["counted_on", "survey", "channel"]
    wide = table.select(keys[1:]).append_column("counted_on", month)
    for name in ("answered", "withheld"):
        wide = wide.append_column(name, pc.equal(table["outcome"], name).cast(pa.int64()))
    sums = wide.group_by(keys).aggregate(
        [("answered", "sum"), ("withheld", "sum"), ([], "count_all")]
    )
    sums = sums.sort_by([(key, "ascending") for key in keys])
    withheld = sums["withheld_sum"].to_numpy()
    return arrange("invitation_counts", {
        **{key: sums[key] for key in keys},
        "period": pa.array(["month"] * len(sums)),
        "sent": sums["count_all"].to_numpy() - withheld,
        "withheld": withheld,
        "answered": sums["answered_sum"],
    })  # fmt: skip
