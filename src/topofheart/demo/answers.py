"""Invitations and answers, and their totals: who was asked, who answered, and what they said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc

from topofheart.demo import firm, opinions, words
from topofheart.demo.columns import Rows, arrange, only, spread, totals
from topofheart.demo.firm import CHATBOT_MONTH, STORY, Array
from topofheart.demo.people import People

FACTS = STORY["answers"]
ANSWERED, SILENT, BOUNCED, WITHHELD = range(4)


def ask(seed: int, people: People, chances: Array) -> Rows:
    """Invite customers who are present, and see who answers; scores are also of the silent."""
    draw = firm.stream(seed, "invitations")
    asked = people.visits(draw, FACTS["invitations_per_customer"], np.ones(firm.MONTHS))
    n = len(asked.day)
    touchpoint = firm.choose(draw, FACTS["touchpoint"], n)
    place = (asked.segment, asked.unit, touchpoint, asked.month, asked.temper)
    score = firm.pick(draw, chances, *place)
    willing = opinions.answer_chances()[asked.segment, touchpoint, score] * asked.talk
    outcome = np.where(draw.random(n) < willing, ANSWERED, SILENT)
    outcome = np.where(draw.random(n) < 0.02, BOUNCED, outcome)
    reason = firm.choose(draw, FACTS["withheld"], n) - 1
    return asked.having(
        invitation_id=np.arange(n), invited_at=firm.instants(draw, asked.day),
        touchpoint=touchpoint, survey=touchpoint, channel=firm.choose(draw, FACTS["channel"], n),
        recommend=score, reason=reason, outcome=np.where(reason >= 0, WITHHELD, outcome),
    )  # fmt: skip


def answers(seed: int, asked: Rows) -> tuple[Any, Any]:
    """The table of answers, and the mood that each comment was written in."""
    draw, given = firm.stream(seed, "answers"), asked.at(asked.outcome == ANSWERED)
    n, score, after_contact = len(given.day), given.recommend, given.touchpoint > 0
    complete = draw.random(n) < 0.92
    talks = complete & (draw.random(n) < np.array(FACTS["comment"])[score])
    comment = spread(words.comments(draw, given.at(talks)), talks)
    table = arrange(
        "answers", given, answered_at=given.invited_at, kind=after_contact * 1,
        satisfaction_scale=after_contact * 1, complete=complete, comment=comment,
        d_device=firm.choose(draw, FACTS["device"], n),
        **_ratings(draw, given, complete), **_worries(draw, given, complete & after_contact),
    )  # fmt: skip
    mood = np.digitize(score, words.MOOD_FROM)
    return table, words.labels(table, "comment", ("angry", "sour", "mild", "glad"), mood)


def _ratings(draw: Any, given: Rows, complete: Array) -> dict[str, Any]:
    """All that fits the score; a satisfaction from everybody, the rest where it was asked."""
    relation, score = given.touchpoint == 0, given.recommend
    asked = {"relationship": relation, "transaction": ~relation, "both": True}
    found = {"satisfaction": np.zeros(len(score))}
    for name, (*_, low, _high, kind) in STORY["ratings"].items():
        rating = low + firm.pick(draw, opinions.rating_chances(name), score)
        if name in ("grade", "stars"):
            found["satisfaction"][asked[kind]] = rating[asked[kind]]
        else:
            found[name] = only(rating, complete & asked[kind])
    return found


def _worries(draw: Any, given: Rows, asked: Array) -> dict[str, Any]:
    """Worry rises with the waiting and with the chatbot; a good answer takes it away."""
    risen = 0.9 * firm.ramp()[given.month] + 0.3 * (given.month >= CHATBOT_MONTH)
    place = np.array(FACTS["worry"])[given.touchpoint] + risen - 0.1 * (given.recommend - 7.5)
    before = np.clip(np.rint(draw.logistic(place, 0.7)), 1, 7)
    place = 0.5 * before + 0.4 - 0.4 * (given.recommend - 8.5)
    after = np.clip(np.rint(draw.logistic(place, 0.5)), 1, 7)
    return {"worry_before": only(before, asked), "worry_after": only(after, asked)}


def answer_counts(table: Any) -> Any:
    """Scores of 0–10 by month, touchpoint and unit, as another system would export them."""
    keys = {name: table[name] for name in ("survey", "kind", "touchpoint", "unit")}
    month = pc.floor_temporal(table["answered_at"], unit="month")
    scores = {f"count_{score}": pc.equal(table["recommend"], score) for score in range(11)}
    sums = totals({"counted_on": month} | keys, scores)
    counts = np.array([sums[name] for name in scores])
    return arrange(
        "answer_counts", period="month", scale="0-10", detractors=counts[:7].sum(axis=0),
        passives=counts[7:9].sum(axis=0), promoters=counts[9:].sum(axis=0), **sums,
    )  # fmt: skip


def invitation_counts(table: Any) -> Any:
    """Invitations sent, withheld and answered by month, survey and channel."""
    month = pc.floor_temporal(table["invited_at"], unit="month")
    keys = {"counted_on": month, "survey": table["survey"], "channel": table["channel"]}
    became = {name: pc.equal(table["outcome"], name) for name in ("answered", "withheld")}
    sums = totals(keys, became | {"sent": pc.invert(became["withheld"])})
    return arrange("invitation_counts", period="month", **sums)
