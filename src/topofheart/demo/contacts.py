"""Contacts: what customers ask, what worries them, who answers, and whether it helped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc

from topofheart.demo import firm, words
from topofheart.demo.columns import Rows, arrange, by_name, only, spread, totals
from topofheart.demo.firm import CHATBOT_MONTH, MONTHS, STORY, Array
from topofheart.demo.people import People
from topofheart.demo.words import CHAT, MAIL, NOTE

FACTS, BOT = STORY["contacts"], STORY["bot"]
QUESTIONS = list(STORY["questions"])
HUMAN = QUESTIONS.index("human")
FIRST, LAST, WORRY, OWNERS, PURPOSES = map(np.array, zip(*STORY["questions"].values(), strict=True))
PHONE, BY_MAIL, BY_CHAT, SHOP = range(4)
PLAIN, WORRIED, ANGRY = range(3)
MOODS = ("plain", "worried", "angry")


def question_shares() -> Array:
    """Share of each question by (month, question)."""
    ramp = firm.ramp()[:, None]
    return np.asarray(FIRST / FIRST.sum() * (1 - ramp) + LAST / LAST.sum() * ramp)


def mood_shares() -> Array:
    """Chances of plain, worried and angry by (month, question, mood)."""
    ramp, (at_first, at_last) = firm.ramp()[:, None], FACTS["angry"]
    angry = at_first + (at_last - at_first) * ramp + 0 * WORRY
    worried = (1 - angry) * np.minimum(0.8, WORRY * (1 + FACTS["worry_rise"] * ramp))
    return np.stack([1 - worried - angry, worried, angry], axis=-1)


def contacts(seed: int, people: People) -> tuple[Any, Any]:
    """The table of contacts, and the mood that each text was written in."""
    draw = firm.stream(seed, "contacts")
    talks = _talks(draw, people.visits(draw, FACTS["per_customer"], 1 + 0.6 * firm.ramp()))
    purpose = np.where(talks.mood == ANGRY, "complaint", PURPOSES[talks.question])
    help_given = _help(draw, talks)
    texts = _texts(draw, talks, ~help_given["abandoned"], help_given["resolved"])
    table = arrange(
        "contacts", talks, contacted_at=firm.instants(draw, talks.day, 8, 21),
        direction=talks.inward * 1, handled_by=talks.bot * 1, cause_owner=OWNERS[talks.question],
        purpose=np.where(talks.inward, purpose, "care"), reason=np.array(QUESTIONS)[talks.question],
        **help_given, **texts,
    )  # fmt: skip
    return table, words.labels(table, "text", MOODS, talks.said)


def _talks(draw: Any, visits: Rows) -> Rows:
    """What each contact is about, in which mood, how, and whether the bot takes it and lets go.

    Who wants a person before there is a bot to escape from says so without that mood.
    """
    late = (visits.month >= CHATBOT_MONTH).astype(int)
    chance = draw.random((4, len(late)))
    question = firm.pick(draw, question_shares(), visits.month)
    mood = firm.pick(draw, mood_shares(), visits.month, question)
    channel = firm.pick(draw, FACTS["channel"], late)
    inward = (chance[0] >= 0.05) | (channel == SHOP)
    bot = inward & (chance[1] < np.array(FACTS["bot"])[late, channel])
    asked = bot & ((chance[2] < BOT["asked_for_human"]) | (question == HUMAN))
    got = asked & (chance[3] < BOT["got_human"])
    early = (question == HUMAN) & (late == 0)
    return visits.having(
        question=question, mood=mood, said=np.where(early, PLAIN, mood), early=early,
        channel=channel, inward=inward, bot=bot, asked=asked, got=got, alone=bot & ~got,
    )  # fmt: skip


def _help(draw: Any, talks: Rows) -> dict[str, Any]:
    """How long it took, and whether it helped."""
    n, angry = len(talks.day), talks.mood == ANGRY
    wait = np.exp(draw.normal(np.log(70 + 330 * firm.ramp()[talks.month]), 0.9))
    wait = np.where(talks.bot, 2, wait * np.where(talks.channel == BY_MAIL, 240, 1))
    calls = talks.inward & ~talks.bot & (talks.channel == PHONE)
    gave_up = calls & (draw.random(n) < 1 - np.exp(-wait / 2600))
    works = np.where(talks.alone, BOT["resolved_by_bot"], BOT["resolved_by_human"] - 0.12 * angry)
    by_person = draw.gamma(3, 110 + 40 * angry, n)
    handled = np.where(talks.alone, draw.exponential(120, n), by_person)
    return {
        "wait_seconds": only(np.rint(wait), talks.inward),
        "handle_seconds": only(np.rint(handled), ~gave_up),
        "abandoned": gave_up,
        "resolved": ~gave_up & (draw.random(n) < works),
        "escalated": ~gave_up & (draw.random(n) < 0.04 + 0.08 * angry),
        "asked_for_human": only(talks.asked, talks.bot),
        "got_human": only(talks.got, talks.bot),
    }


def _texts(draw: Any, talks: Rows, reached: Array, resolved: Array) -> dict[str, Any]:
    """Mails and chats with what they got back, and notes of some of the rest."""
    manner = np.where(talks.inward, np.array([NOTE, MAIL, CHAT, NOTE])[talks.channel], NOTE)
    manner = np.where(talks.bot, np.minimum(manner, CHAT), manner)
    noted = (draw.random(len(manner)) < 0.55) & ~talks.early
    written = reached & ((manner != NOTE) | noted)
    replied = written & (manner != NOTE) & (resolved | (manner != MAIL) | talks.alone)
    texts = words.messages(draw, talks.having(manner=manner).at(written))
    replies = words.replies(draw, talks.at(replied))
    return {"text": spread(texts, written), "reply": spread(replies, replied)}


def truth(table: Any) -> dict[str, Any]:
    """Expected share of each question, of worry in it, and of what the bot does."""
    sizes = np.bincount(firm.month_of(table["contacted_at"].to_numpy()), minlength=MONTHS)
    expected = sizes[:, None] * question_shares()
    parts = (slice(CHATBOT_MONTH), slice(CHATBOT_MONTH, None))
    asked = np.array([expected[part].sum(axis=0) for part in parts])
    worry = expected * mood_shares()[:, :, WORRIED]
    worry = np.array([worry[part].sum(axis=0) for part in parts]) / asked
    shares = asked / asked.sum(axis=1, keepdims=True)
    wants_human = BOT["asked_for_human"] + (1 - BOT["asked_for_human"]) * shares[1, HUMAN]
    return {
        "contact_shares": by_name(shares.T, QUESTIONS, ("before", "after")),
        "contact_worry": by_name(worry.T, QUESTIONS, ("before", "after")),
        "bot": BOT | {"asked_for_human": float(wants_human)},
    }


def contact_counts(table: Any) -> Any:
    """Calls and chats of 2026 by half hour, as a telephone exchange would export them."""
    called = pc.field("channel").isin(["phone", "chat"]) & (pc.field("direction") == "in")
    some = table.filter(called & (pc.year(pc.field("contacted_at")) == 2026))
    half_hour = pc.floor_temporal(some["contacted_at"], multiple=30, unit="minute")
    sums = totals({"counted_at": half_hour, "channel": some["channel"]}, {
        "offered": pc.is_valid(some["channel"]), "abandoned": some["abandoned"],
        "wait_seconds": some["wait_seconds"],
        "handle_seconds": pc.fill_null(some["handle_seconds"], 0.0),
    })  # fmt: skip
    sums |= {"queue": sums["channel"], "handled": pc.subtract(sums["offered"], sums["abandoned"])}
    return arrange("contact_counts", interval_seconds=1800.0, **sums)
