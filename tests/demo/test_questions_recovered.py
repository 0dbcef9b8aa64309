"""The questions and worries that were planted in the demo are found again, and dated right."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import topofheart as toh
from topofheart.demo.workspace import build_workspace
from topofheart.measure.question import ask
from topofheart.measure.question_groups import Groups
from topofheart.measure.questions import own_words_of, per_question
from topofheart.workspace import Workspace

pytestmark = pytest.mark.slow
CHATBOT = date(2025, 10, 1)
# What the planted questions are called in the catalogue.
NATURAL = {
    "delivery_when": {"delivery_when", "delivery_tracking", "own.datum", "own.levering"},
    "stay_home": {"delivery_stay_home"},
    "letterbox": {"delivery_letterbox"},
    "exchange": {"exchange_how", "return_how", "return_allowed"},
    "refund": {"refund_when", "return_received"},
    "order_change": {"order_change", "order_cancel"},
    "invoice": {"invoice_copy", "reminder_wrong", "pay_instalments"},
    "repair_wait": {"vehicle_ready", "loan_car", "parts_waiting", "appointment_make"},
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    ws = toh.open(tmp_path_factory.mktemp("demo") / "tureluur")
    build_workspace(ws, seed=2026, customers=30_000)
    ws.understand()
    return ws


def counted(ws: Workspace) -> dict[str, Counter[str]]:
    """How often each group of questions came with each planted reason."""
    reader, name = ws.reader(), ws._text_reader()
    question = replace(ask("nps"), source="contacts", clusters=False)
    groups = Groups(words=tuple(own_words_of(reader, question, name)))

    def build(rows: Any, asked: Any, _: Any) -> Any:
        each = per_question(rows, reader, "contacts", groups, name)
        return each.group_by(["group_id", "reason"]).agg(n=each.count())

    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in ws.engine.read(reader.expression(question, build)).to_pylist():
        found[row["group_id"]][row["reason"]] += row["n"]
    return found


def test_planted_questions_are_found_again(demo: Workspace) -> None:
    """Precision: of what is in a group, how much was planted so. Recall: of what was planted and asked."""
    found = counted(demo)
    asked: Counter[str] = sum(found.values(), Counter())
    named = {id: counts for id, counts in found.items() if "." not in id}
    purity = sum(max(one.values()) for one in named.values()) / sum(
        sum(one.values()) for one in named.values()
    )
    print(f"\nnamed groups hold one planted question for {purity:.0%}")
    precisions, recalls = [], []
    for planted, ids in NATURAL.items():
        inside: Counter[str] = sum((found[id] for id in ids if id in found), Counter())
        precision, recall = (
            inside[planted] / max(1, inside.total()),
            inside[planted] / asked[planted],
        )
        print(f"{planted:15} precision {precision:.2f} recall {recall:.2f} of {asked[planted]}")
        precisions.append(precision)
        recalls.append(recall)
    assert purity > 0.70
    assert sum(precisions) / len(precisions) > 0.80
    assert sum(recalls) / len(recalls) > 0.30


def test_growth_of_a_planted_question_is_dated_right(demo: Workspace) -> None:
    """The chatbot came on 1 October 2025; from then on customers ask for a human."""
    rows = {row.more["id"]: row.more for row in demo.questions(count=80)}
    human = rows["contact_human"]
    assert human["trend"] == "rising"
    assert human["since"] == CHATBOT
    assert human["after"] > 2 * human["before"]


def test_question_that_does_not_grow_is_not_said_to(demo: Workspace) -> None:
    rows = {row.more["id"]: row.more for row in demo.questions(count=80)}
    steady = [rows[id]["trend"] for id in ("delivery_letterbox", "exchange_how")]
    assert "rising" not in steady


def test_planted_worries_keep_their_order(demo: Workspace) -> None:
    """Shares of worry by reason, against the truth: the customers of the demo word many a worry so
    softly that they are undercounted, but who worries more than who is seen."""
    rows = [row for row in demo.worries(by="reason") if row.group["worry"] == "any"]
    found = {row.group["reason"]: row.estimate.value or 0.0 for row in rows}
    assert found["theft"] > found["maintenance"]
    assert found["battery"] > found["letterbox"]
    assert found["repair_wait"] > found["invoice"]


def test_read_again_reads_nothing(demo: Workspace) -> None:
    assert demo.understand().read == 0


def test_workspace_has_no_readings_of_replies_without_consent(
    demo: Workspace, tmp_path: Path
) -> None:
    kept = demo.engine.table(demo.reader().files("readings"))
    found = demo.engine.read(kept.select("text_of").distinct())["text_of"].to_pylist()
    assert sorted(found) == ["answers.comment", "contacts.text"]
