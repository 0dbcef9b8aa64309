"""Contacts: what customers ask, what worries them, who answers, and whether it helped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from topofheart.demo import firm
from topofheart.demo.columns import arrange, named, numbered, only
from topofheart.demo.firm import CHATBOT_MONTH, MONTHS, Array
from topofheart.demo.people import People
from topofheart.demo.truth import Numbers
from topofheart.demo.words import Writer

CONTACTS_PER_CUSTOMER = 1.5
# question: share at first, share at last, chance of worry, owner of the cause
QUESTIONS: dict[str, tuple[float, float, float, str]] = {
    "delivery_when": (0.15, 0.17, 0.30, "logistics"),
    "stay_home": (0.05, 0.06, 0.35, "logistics"),
    "letterbox": (0.04, 0.03, 0.15, "logistics"),
    "order_change": (0.07, 0.05, 0.25, "sales"),
    "exchange": (0.07, 0.05, 0.25, "sales"),
    "refund": (0.04, 0.05, 0.40, "finance"),
    "damaged": (0.05, 0.04, 0.30, "product"),
    "battery": (0.10, 0.09, 0.45, "product"),
    "repair_wait": (0.11, 0.23, 0.40, "workshop"),
    "invoice": (0.06, 0.05, 0.30, "finance"),
    "app_lock": (0.06, 0.05, 0.25, "it"),
    "theft": (0.02, 0.01, 0.60, "insurance"),
    "maintenance": (0.08, 0.04, 0.20, "workshop"),
    "human": (0.01, 0.05, 0.30, "service"),
    "advice": (0.09, 0.03, 0.15, "sales"),
}
ANGRY_AT_FIRST, ANGRY_AT_LAST = 0.10, 0.24
WORRY_RISE = 0.4
CHANNELS = ("phone", "mail", "chat", "shop")
CHANNEL_SHARES = np.array([[0.48, 0.30, 0.12, 0.10], [0.24, 0.26, 0.42, 0.08]])
BOT_SHARES = np.array([[0.0, 0.0, 0.0, 0.0], [0.25, 0.20, 0.88, 0.0]])
BOT = {
    "asked_for_human": 0.56,
    "got_human": 0.34,
    "resolved_by_bot": 0.36,
    "resolved_by_human": 0.82,
}
PURPOSES = ("question", "complaint", "service", "sales", "care")


def question_shares() -> Array:
    """Share of each question by (month, question)."""
    ends = np.array([row[:2] for row in QUESTIONS.values()])
    first, last = ends.T / ends.sum(axis=0)[:, None]
    ramp = firm.ramp()[:, None]
    return np.asarray(first * (1 - ramp) + last * ramp)


def mood_shares() -> Array:
    """Chances of plain, worried and angry by (month, question)."""
    worry = np.array([row[2] for row in QUESTIONS.values()])
    ramp = firm.ramp()[:, None]
    angry = ANGRY_AT_FIRST + (ANGRY_AT_LAST - ANGRY_AT_FIRST) * ramp + 0 * worry
    worried = (1 - angry) * np.minimum(0.8, worry * (1 + WORRY_RISE * ramp))
    return np.stack([1 - worried - angry, worried, angry], axis=-1)


def sizes(people: People) -> Array:
    """Contacts in each month: more customers, and more reason to call."""
    level = np.array([len(people.present(month)) for month in range(MONTHS)]) * (
        1 + 0.6 * firm.ramp()
    )
    return np.asarray(
        np.rint(CONTACTS_PER_CUSTOMER * len(people.segment) * level / level.sum()).astype(int)
    )


def contact_truth(people: People) -> dict[str, dict[str, Numbers]]:
    """Expected share of each question, and of worry in it, before and after the chatbot."""
    counted = sizes(people)[:, None] * question_shares()
    worried = counted * mood_shares()[:, :, 1]
    parts = {"before": slice(0, CHATBOT_MONTH), "after": slice(CHATBOT_MONTH, None)}
    shares: dict[str, Numbers] = {name: {} for name in QUESTIONS}
    worry: dict[str, Numbers] = {name: {} for name in QUESTIONS}
    for when, part in parts.items():
        for column, name in enumerate(QUESTIONS):
            here = counted[part, column].sum()
            shares[name][when] = float(here / counted[part].sum())
            worry[name][when] = float(worried[part, column].sum() / here)
    return {"shares": shares, "worry": worry}


def bot_truth(people: People) -> Numbers:
    """Expected shares among what the bot handled; the question `human` always asks for one."""
    here = sizes(people)[CHATBOT_MONTH:]
    wants = question_shares()[CHATBOT_MONTH:, list(QUESTIONS).index("human")]
    rest = 1 - BOT["asked_for_human"]
    asked = float(np.average(BOT["asked_for_human"] + rest * wants, weights=here))
    return BOT | {"asked_for_human": asked}


def contacts(seed: int, people: People, writer: Writer) -> tuple[Any, Any]:
    """The table of contacts, and beside it the question and the mood that each was made from."""
    draw = firm.stream(seed, "contacts")
    month = np.repeat(np.arange(MONTHS), sizes(people))
    n = len(month)
    at = firm.instants(draw, firm.days_within(draw, month), 8, 21)
    order = np.argsort(at, kind="stable")
    month, at = month[order], at[order]
    who = _who(draw, people, month)
    question = _rows(draw, question_shares(), month)
    mood = _rows(draw, mood_shares().reshape(-1, 3), month * len(QUESTIONS) + question)
    late = (month >= CHATBOT_MONTH).astype(int)
    channel = _rows(draw, CHANNEL_SHARES, late)
    inward = (draw.random(n) >= 0.05) | (channel == 3)
    bot = inward & (draw.random(n) < BOT_SHARES[late, channel])
    alone = inward & ~bot & (channel == 1) & (draw.random(n) < 0.06)
    wait = np.rint(np.exp(draw.normal(np.log(70 + 330 * firm.ramp()[month]), 0.9)))
    wait = np.where(bot | alone, 2.0, np.where(channel == 1, wait * 240, wait))
    gave_up = inward & (channel == 0) & ~bot & (draw.random(n) < 1 - np.exp(-wait / 2600))
    asked = bot & (
        (draw.random(n) < BOT["asked_for_human"]) | (question == list(QUESTIONS).index("human"))
    )
    got = asked & (draw.random(n) < BOT["got_human"])
    helped = np.where(
        bot & ~got, BOT["resolved_by_bot"], BOT["resolved_by_human"] - 0.12 * (mood == 2)
    )
    resolved = ~gave_up & (draw.random(n) < helped)
    style = np.where(inward, np.array([2, 0, 1, 2])[channel], 2)
    style = np.where(bot & (style == 2), 1, style)
    early = (question == list(QUESTIONS).index("human")) & (late == 0)
    said = np.where(early, 0, mood)
    noted = draw.random(n) < np.where(channel == 3, 0.15, 0.6)
    written = ~gave_up & ((style < 2) | (noted & ~early))
    words: dict[str, Any] = {
        "topics": tuple(QUESTIONS), "topic": question, "mood": said, "month": month,
        "unit": people.unit[who], "english": people.english[who],
    }  # fmt: skip
    text = writer.messages(draw, written, voice=people.voice[who], style=style, **words)
    reply = writer.replies(
        draw, written & (style < 2) & ((channel != 1) | resolved | bot), bot=bot & ~got, **words
    )
    ids = numbered("C", np.arange(1, n + 1))
    handle = np.where(
        bot & ~got, draw.exponential(120, n), draw.gamma(3, 110 + 40 * (mood == 2), n)
    )
    table = arrange("contacts", {
        "contact_id": ids,
        "customer_id": people.ids.take(pa.array(who)),
        "contacted_at": at,
        "direction": named(("out", "in"), inward.astype(int)),
        "channel": named(CHANNELS, channel),
        "purpose": named(PURPOSES, _purpose(question, mood, inward)),
        "reason": named(tuple(QUESTIONS), question),
        "cause_owner": named([row[3] for row in QUESTIONS.values()], question),
        "handled_by": named(("human", "bot", "self_service"), np.select([bot, alone], [1, 2], 0)),
        "wait_seconds": only(wait, inward),
        "handle_seconds": only(np.rint(handle), ~gave_up),
        "abandoned": gave_up,
        "resolved": resolved,
        "escalated": ~gave_up & (draw.random(n) < 0.04 + 0.08 * (mood == 2)),
        "asked_for_human": only(asked, bot),
        "got_human": only(got, bot),
        "text": text,
        "reply": reply,
        "unit": named(firm.UNITS, people.unit[who]),
    })  # fmt: skip
    moods = named(("plain", "worried", "angry"), said)
    labels = pa.table({"contact_id": ids, "question": table["reason"], "mood": moods})
    return table, labels.filter(pa.array(written))


def _who(draw: Any, people: People, month: Array) -> Array:
    who = np.empty(len(month), dtype=np.int64)
    for one in range(MONTHS):
        rows, present = month == one, people.present(one)
        who[rows] = present[draw.integers(0, len(present), int(rows.sum()))]
    return who


def _rows(draw: Any, shares: Array, rows: Array) -> Array:
    """One choice for each row, by the shares of its row of the table."""
    cumulative = np.cumsum(shares, axis=1)[rows, :-1]
    return np.asarray((draw.random(len(rows))[:, None] > cumulative).sum(axis=1))


def _purpose(question: Array, mood: Array, inward: Array) -> Array:
    names = list(QUESTIONS)
    service = np.isin(
        question, [names.index(one) for one in ("maintenance", "repair_wait", "app_lock")]
    )
    sales = question == names.index("advice")
    purpose = np.select([mood == 2, sales, service], [1, 3, 2], 0)
    return np.where(inward, purpose, 4)


def contact_counts(table: Any) -> Any:
    """Calls and chats of the last year by half hour, as a telephone exchange would export them."""
    start = pa.scalar(np.datetime64("2025-11-01T00:00:00", "us")).cast(pa.timestamp("us", tz="UTC"))
    wanted = pc.and_(
        pc.and_(
            pc.equal(table["direction"], "in"),
            pc.is_in(table["channel"], pa.array(["phone", "chat"])),
        ),
        pc.greater_equal(table["contacted_at"], start),
    )
    some = table.filter(wanted)
    half_hours = pc.floor_temporal(some["contacted_at"], multiple=30, unit="minute")
    gone = some["abandoned"].cast(pa.int64())
    wide = pa.table({
        "counted_at": half_hours, "channel": some["channel"], "abandoned": gone,
        "wait_seconds": some["wait_seconds"], "handle_seconds": some["handle_seconds"],
    })  # fmt: skip
    names = ("abandoned", "wait_seconds", "handle_seconds")
    sums = wide.group_by(["counted_at", "channel"]).aggregate(
        [(one, "sum") for one in names] + [([], "count_all")]
    )
    sums = sums.sort_by([("counted_at", "ascending"), ("channel", "ascending")])
    offered, abandoned = sums["count_all"].to_numpy(), sums["abandoned_sum"].to_numpy()
    return arrange("contact_counts", {
        "counted_at": sums["counted_at"], "interval_seconds": np.full(len(sums), 1800.0),
        "queue": sums["channel"], "channel": sums["channel"],
        "offered": offered, "handled": offered - abandoned, "abandoned": abandoned,
        "wait_seconds": sums["wait_seconds_sum"],
        "handle_seconds": pc.coalesce(sums["handle_seconds_sum"], 0.0),
    })  # fmt: skip
