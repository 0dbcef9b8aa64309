"""A small organisation with every kind of answer, made the same way each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

import topofheart as toh
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.snapshots import Snapshot

OUTCOMES = ("answered", "no_answer", "bounced", "declined", "withheld")
START = datetime(2025, 1, 1, 8, 30, tzinfo=UTC)


def answers(count: int, *, seed: int, first: int = 0, extra: bool = False) -> pa.Table:
    """`count` answers of two kinds, on three scales, by customers who sometimes answer again."""
    draw = np.random.default_rng(seed)
    day = np.sort(draw.integers(0, 540, count))
    unit = draw.choice(["Breda", "Gouda", "Utrecht"], count)
    late = (day > 360).astype(int)
    score = np.clip(np.round(draw.normal(8.2 - 1.1 * late + 0.5 * (unit == "Gouda"), 2.0)), 0, 10)
    scale = draw.choice(["1-5", "1-10", "1-7"], count, p=[0.4, 0.5, 0.1])
    most = np.select([scale == "1-5", scale == "1-7"], [5, 7], 10)
    columns = {
        "answer_id": [f"A{first + i}" for i in range(count)],
        "customer_id": [
            None if lonely else f"K{one}"
            for one, lonely in zip(draw.integers(0, count // 2, count), draw.random(count) < 0.1, strict=True)
        ],
        "answered_at": pa.array([START + timedelta(days=int(d), minutes=int(d) * 7 % 900) for d in day],
                                pa.timestamp("us", "UTC")),
        "kind": draw.choice(["relationship", "transaction"], count, p=[0.6, 0.4]),
        "touchpoint": draw.choice(["order", "delivery", "repair"], count),
        "channel": [None if i % 11 == 0 else "mail" for i in range(count)],
        "unit": unit,
        "recommend": pa.array([None if i % 17 == 0 else int(s) for i, s in enumerate(score)], pa.int64()),
        "satisfaction": np.clip(np.round(score / 10 * most * 2) / 2, 1, most),
        "satisfaction_scale": scale,
        "effort": draw.integers(1, 8, count),
        **{f"warmth_{i}": draw.integers(1, 8, count) for i in range(1, 5)},
        "worry_before": draw.integers(2, 8, count),
        "worry_after": draw.integers(1, 6, count),
        "comment": [None if i % 3 else "Waar blijft mijn bestelling? Ik wacht al weken." for i in range(count)],
        "complete": draw.random(count) < 0.9,
    }  # fmt: skip
    if extra:
        columns |= {
            "d_device": draw.choice(["phone", "laptop"], count),
            "r_staff": draw.normal(7, 1, count),
        }
    return pa.table(columns)


def customers(count: int, *, seed: int = 3) -> pa.Table:
    draw = np.random.default_rng(seed)
    return pa.table(
        {
            "customer_id": [f"K{i}" for i in range(count)],
            "segment": draw.choice(["consumer", "business"], count),
            "region": draw.choice(["north", "south", "east"], count),
        }
    )


def invitations(count: int = 600, *, outcomes: tuple[str | None, ...] = OUTCOMES) -> pa.Table:
    """Invitations by mail and phone over three months; those of phone are answered more."""
    draw = np.random.default_rng(5)
    channel = draw.choice(["mail", "phone"], count)
    answers = (channel == "phone") & (draw.random(count) < 0.5)
    outcome = [
        outcomes[0] if answered else outcomes[place]
        for answered, place in zip(answers, draw.integers(0, len(outcomes), count), strict=True)
    ]
    return pa.table(
        {
            "invitation_id": [f"I{i}" for i in range(count)],
            "customer_id": [f"K{i}" for i in range(count)],
            "invited_at": pa.array(
                [datetime(2026, 1 + i % 3, 1 + i % 28, 9, tzinfo=UTC) for i in range(count)],
                pa.timestamp("us", "UTC"),
            ),
            "survey": ["after visit"] * count,
            "channel": channel,
            "outcome": outcome,
            "reason": ["open complaint" if one == "withheld" else None for one in outcome],
        }
    )


def contacts(count: int = 900, **extra: list[object]) -> pa.Table:
    """Contacts with reasons, of which one in ten is the organisation's own, and one in five a mail."""
    draw = np.random.default_rng(5)
    reasons = ["delivery_when", "repair_wait", "Brievenbus?", "weather"]
    return pa.table(
        {
            "contact_id": [f"C{i}" for i in range(count)],
            "contacted_at": pa.array(
                [START + timedelta(hours=i) for i in range(count)], pa.timestamp("us", "UTC")
            ),
            "direction": ["out" if i % 10 == 9 else "in" for i in range(count)],
            "channel": ["Mail" if i % 5 == 1 else "phone" for i in range(count)],
            "purpose": [("question", "complaint", None)[i % 3] for i in range(count)],
            "reason": [reasons[i % 4] for i in range(count)],
            "unit": [("Breda", "Gouda")[i % 2] for i in range(count)],
            "wait_seconds": np.round(draw.exponential(300, count)),
            **extra,
        }
    )


def orders(count: int = 600) -> pa.Table:
    """Two orders of every customer, the second a month later."""
    return pa.table(
        {
            "order_id": [f"O{i}" for i in range(count)],
            "customer_id": [f"K{i // 2}" for i in range(count)],
            "ordered_at": pa.array(
                [START + timedelta(days=i % 200 + 30 * (i % 2)) for i in range(count)],
                pa.timestamp("us", "UTC"),
            ),
        }
    )


def totals() -> pa.Table:
    """Promoters, passives and detractors per month, and grades as a distribution."""
    months = [datetime(2025, month, 1).date() for month in range(1, 13)]
    return pa.table(
        {
            "answer_count_id": [f"T{i}" for i in range(24)],
            "counted_on": months * 2,
            "period": ["month"] * 24,
            "unit": ["Breda"] * 12 + ["Gouda"] * 12,
            "promoters": [40.0 + i for i in range(24)],
            "passives": [30.0] * 24,
            "detractors": [20.0 + i % 5 for i in range(24)],
        }
    )


def make(folder: Path, tables: dict[str, list[pa.Table]]) -> toh.Workspace:
    """A workspace with these tables, each list item an import of its own."""
    workspace = toh.open(folder)
    for round_ in range(max(len(parts) for parts in tables.values())):
        engine = DuckEngine()
        with workspace.lake.writing() as writer:
            for name, parts in tables.items():
                if round_ < len(parts):
                    add_rows(writer, engine, name, parts[round_], source="test")
            writer.close(Snapshot(0, {}, "import", "test"))
        engine.close()
    return workspace


def make_all(folder: Path, count: int = 4_000) -> toh.Workspace:
    """Answers in two imports (the second with extra columns), and customers."""
    parts = [
        answers(count, seed=1),
        answers(count // 2, seed=2, first=count, extra=True),
    ]
    return make(folder, {"answers": parts, "customers": [customers(count // 2)]})


ASKED = (
    "Wanneer wordt mijn pakket bezorgd? Ik ben bang dat het te laat komt.",
    "Past het pakket door de brievenbus?",
    "How can I return this item?",
    "When will my parcel be delivered? I am afraid it will be too late.",
    "Dank je wel, wat een geweldige service! Super blij mee.",
    "Why is my invoice so high this month? This is outrageous.",
    "Kunt u mij bellen op 06-12345678 over mijn factuur van maart?",
    "Wo bleibt mein Paket, ich warte schon seit drei Wochen darauf.",
    "",
)
REPLIED = "Onze excuses voor het wachten, we sturen het vandaag nog naar u op."


def said_contacts(count: int = 900, *, texts: tuple[str, ...] = ASKED) -> pa.Table:
    """Contacts in the customers' own words, in two languages; half of them replied to."""
    return contacts(
        count,
        text=[texts[i % len(texts)] or None for i in range(count)],
        reply=[REPLIED if i % 2 else None for i in range(count)],
        customer_id=[f"K{i % 300}" for i in range(count)],
    )
