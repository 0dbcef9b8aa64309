"""Questions in groups: counted, ranked and followed on a lake whose every reading is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import topofheart as toh
from measure.understood_lake import DAY, READER, Told, add_readings, asked, understood_lake
from small_organisation import orders
from topofheart.answer.answer import Answer, Row
from topofheart.kernel.estimate import State
from topofheart.measure.question import ask
from topofheart.measure.question_groups import Groups
from topofheart.measure.questions import CONFIRMED_BY, questions
from topofheart.stats.events import count_interval

WHEN, PAY = "delivery.when", "pay.how"
SILENT: Told = {"day": DAY}


def ranked(workspace: toh.Workspace, groups: Groups | None = None, **how: Any) -> Answer:
    kept = {name: how.pop(name) for name in ("count", "quotes", "language") if name in how}
    question = replace(ask("nps", **how), source="contacts", clusters=False)
    return questions(workspace.reader(), question, groups or Groups(), by_reader=READER, **kept)


def by_id(answer: Answer) -> dict[str, Row]:
    return {row.more["id"]: row for row in answer}


def test_group_is_counted_as_share_of_all_texts_understood(tmp_path: Path) -> None:
    told = [asked(WHEN)] * 30 + [asked(PAY)] * 10 + [SILENT] * 60 + [{"language": "other"}] * 25
    workspace = understood_lake(tmp_path, told)
    add_readings(workspace, [asked(PAY)] * 50, reader="other-2")
    found = by_id(ranked(workspace))
    assert {id: row.more["count"]["n"] for id, row in found.items()} == {WHEN: 30, PAY: 10}
    assert (found[WHEN].estimate.value, found[WHEN].estimate.n) == (0.3, 100)
    low, high = count_interval(30)
    assert found[WHEN].more["count"] == pytest.approx(
        {"n": 30, "low": float(low), "high": float(high)}
    )


def test_text_with_two_questions_counts_in_both_and_once_when_merged(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, [asked(f"{WHEN} {PAY}")] * 8 + [asked(PAY)] * 4)
    assert {id: row.more["count"]["n"] for id, row in by_id(ranked(workspace)).items()} == {
        WHEN: 8,
        PAY: 12,
    }
    merged = ranked(workspace, Groups().merge(WHEN, PAY))
    assert [(row.more["id"], row.more["count"]["n"]) for row in merged] == [(PAY, 12)]


def test_what_fewer_than_five_ask_is_no_group_unless_an_analyst_says_so(tmp_path: Path) -> None:
    told = [asked(WHEN)] * 5 + [asked(PAY)] * 4 + [SILENT] * 20
    workspace = understood_lake(tmp_path, told)
    assert list(by_id(ranked(workspace))) == [WHEN]
    assert set(by_id(ranked(workspace, Groups().pin(PAY)))) == {WHEN, PAY}


@pytest.mark.parametrize(("silent", "few"), [(95, False), (96, True)])
def test_where_hardly_anybody_asks_that_is_said(tmp_path: Path, silent: int, few: bool) -> None:
    workspace = understood_lake(tmp_path, [asked(WHEN)] * 5 + [SILENT] * silent)
    assert ("few_ask" in ranked(workspace).caveats) == few


def test_what_is_left_over_of_a_topic_comes_last(tmp_path: Path) -> None:
    told = [asked("pay.other", worry=True)] * 50 + [asked(WHEN)] * 5
    assert list(by_id(ranked(understood_lake(tmp_path, told)))) == [WHEN, "pay.other"]


def test_rank_is_volume_times_worry_times_unanswered(tmp_path: Path) -> None:
    """More is asked about paying; the worried who ask about delivery come first."""
    told = [asked(WHEN, worry=i < 29) for i in range(30)]
    told += [asked(PAY, worry=i < 4) for i in range(48)]
    rows = list(ranked(understood_lake(tmp_path, told)))
    assert [row.more["id"] for row in rows] == [WHEN, PAY]
    assert [row.more["rank"] for row in rows] == pytest.approx([30 * 30 / 32, 48 * 5 / 50])


def test_published_answer_takes_what_is_asked_after_it_out_of_the_rank(tmp_path: Path) -> None:
    letterbox = "Past het pakket door de brievenbus?"
    told = [asked("delivery_letterbox", letterbox, day=date(2025, 1 + i % 4, 3)) for i in range(40)]
    answer = {"published_id": ["1"], "question": [letterbox], "from_on": [date(2025, 1, 15)]}
    workspace = understood_lake(tmp_path, told, published=pa.table(answer))
    (row,) = ranked(workspace)
    assert row.more["answered_before"] == 0.75
    assert row.more["rank"] == pytest.approx(40 * (1 / 42) * 0.25)
    (row,) = ranked(understood_lake(tmp_path / "none", told))
    assert row.more["answered_before"] is None


def test_pinned_group_stands_first_and_count_limits_the_others(tmp_path: Path) -> None:
    told = [asked(f"{topic}.when") for place, topic in enumerate(TOPICS) for _ in range(9 - place)]
    workspace = understood_lake(tmp_path, told)
    answer = ranked(workspace, Groups().pin(f"{TOPICS[-1]}.when"), count=3)
    assert [row.more["id"].split(".")[0] for row in answer] == [TOPICS[-1], *TOPICS[:2]]
    assert [row.more["pinned"] for row in answer] == [True, False, False]
    assert answer.question["groups"] == len(TOPICS)
    assert f"3 of {len(TOPICS)} groups" in str(answer)


TOPICS = ("delivery", "pay", "return", "price", "trust")


def monthly(counts: list[int], *, last_day: int = 31, months: int = 12) -> list[Told]:
    """200 texts a month, of which so many ask when it is delivered, and 20 how to pay."""
    days = [date(2024, month, 3) for month in range(1, months)] + [date(2024, months, last_day)]
    return [
        {**(asked(WHEN) if i < count else asked(PAY) if i < count + 20 else {}), "day": day}
        for day, count in zip(days, counts, strict=True)
        for i in range(200)
    ]


def test_group_that_rises_is_told_with_the_month_of_the_change(tmp_path: Path) -> None:
    found = by_id(ranked(understood_lake(tmp_path, monthly([20] * 6 + [70] * 6))))
    rising = found[WHEN].more
    assert (rising["trend"], rising["since"]) == ("rising", date(2024, 7, 1))
    assert (rising["before"], rising["after"]) == pytest.approx((0.1, 0.35), abs=0.01)
    assert (found[PAY].more["trend"], found[PAY].more["since"]) == ("no_change_shown", None)


def test_group_that_falls_is_told_so(tmp_path: Path) -> None:
    falling = [90, 85, 75, 70, 60, 52, 47, 40, 33, 27, 20, 12]
    found = by_id(ranked(understood_lake(tmp_path, monthly(falling))))
    assert found[WHEN].more["trend"] == "falling"
    assert found[PAY].more["trend"] == "no_change_shown"


def test_last_month_counts_only_when_it_is_whole(tmp_path: Path) -> None:
    six = [20] * 6
    whole = ranked(understood_lake(tmp_path / "whole", monthly(six, months=6, last_day=29)))
    part = ranked(understood_lake(tmp_path / "part", monthly(six, months=6, last_day=20)))
    assert by_id(whole)[WHEN].more["trend"] == "no_change_shown"
    assert by_id(part)[WHEN].more["trend"] == "too_short"


@pytest.mark.parametrize(
    ("people", "times", "confirmed"),
    [(CONFIRMED_BY - 1, 1, False), (CONFIRMED_BY, 1, True), (2, CONFIRMED_BY, False)],
)
def test_worry_is_confirmed_by_customers_and_not_by_their_contacts(
    tmp_path: Path, people: int, times: int, confirmed: bool
) -> None:
    worried = asked(WHEN, worry=True, worry_about="too_late")
    told = [worried | {"customer": f"K{i}"} for i in range(people)] * times
    (row,) = ranked(understood_lake(tmp_path, [*told, asked(WHEN)]))
    worry = row.more["worry"]
    assert (worry["about"], worry["confirmed"], worry["said_by"]) == ("too_late", confirmed, people)
    assert worry["share"].value == pytest.approx(people * times / (people * times + 1))


def test_rate_per_100_orders_is_of_the_same_days(tmp_path: Path) -> None:
    told = [asked(WHEN, unit=("Breda", "Gouda")[i % 2]) for i in range(40)]
    workspace = understood_lake(tmp_path, told, orders=orders(400))
    (row,) = ranked(workspace)
    low, high = (float(limit) for limit in count_interval(40))
    assert row.more["per_100_orders"] == pytest.approx(
        {"value": 10, "low": low / 4, "high": high / 4}
    )
    (row,) = ranked(workspace, since="2025-03")
    fewer = workspace.lake.files("orders", workspace.lake.snapshot())
    assert fewer.uris
    assert row.more["per_100_orders"]["value"] > 10
    (row,) = ranked(workspace, where={"unit": "Breda"})
    assert (row.more["count"]["n"], row.more["per_100_orders"]) == (20, None)


def test_those_who_asked_stand_beside_the_others(tmp_path: Path) -> None:
    """Customers 0–9 asked and give a 5, worried 6 before and 2 after; the others give a 9."""
    said = {
        "answer_id": [f"A{i}" for i in range(40)],
        "customer_id": [f"K{i}" for i in range(40)],
        "recommend": pa.array([5 if i < 10 else 9 for i in range(40)], pa.int64()),
        "worry_before": [6 if i < 10 else 1 for i in range(40)],
        "worry_after": [2 + i % 2 for i in range(40)],
    }
    told = [asked(WHEN, customer=f"K{i}") for i in range(10)] * 2 + [asked(PAY, customer="K39")] * 5
    found = by_id(ranked(understood_lake(tmp_path, told, answers=pa.table(said))))
    more = found[WHEN].more
    assert (more["nps"].value, more["nps"].n) == (-1, 10)
    assert (more["nps_of_others"].value, more["nps_of_others"].n) == (1, 30)
    assert (more["worry_before"].value, more["worry_after"].value) == (6, 2.5)
    assert more["rank"] == pytest.approx(20 * 5 / 6)
    assert found[PAY].more["nps"].state is State.TOO_FEW


def test_quotes_are_real_different_and_of_a_length_to_read(tmp_path: Path) -> None:
    said = [f"Wanneer komt pakket nummer {'abcdefghij'[i % 10]} nu?" for i in range(30)]
    said += ["Is de bezorger al onderweg naar Gouda", "Wnr?", "Wanneer " + "heel " * 80]
    (row,) = ranked(understood_lake(tmp_path, [asked(WHEN, one) for one in said]))
    quotes = row.more["quotes"]
    assert len(quotes) == len(set(quotes)) == 5
    assert set(quotes) <= set(said[:31])
    assert quotes[1] == "Is de bezorger al onderweg naar Gouda"
    (row,) = ranked(understood_lake(tmp_path / "two", [asked(WHEN, said[0])] * 20), quotes=2)
    assert row.more["quotes"] == [said[0]]


def test_group_is_named_in_each_language_and_as_the_analyst_says(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, [asked(WHEN, "Wanneer komt de fiets?")] * 9)
    names = {
        language: ranked(workspace, language=language)[0].more["name"] for language in ("nl", "en")
    }
    assert names["nl"] != names["en"]
    own = Groups().rename(WHEN, "nl", "Levertijd").rename(WHEN, "en", "Delivery time")
    assert ranked(workspace, own, language="nl")[0].more["name"] == "Levertijd"
    assert ranked(workspace, own, language="en")[0].more["name"] == "Delivery time"
    dutch = Groups().rename(WHEN, "nl", "Levertijd")
    assert ranked(workspace, dutch, language="en")[0].more["name"] == "Levertijd"
    split = Groups().split(WHEN, "own.bikes", ("fiets",))
    assert ranked(workspace, split)[0].more["name"] == "own.bikes"


def test_topic_and_channel_are_the_most_frequent(tmp_path: Path) -> None:
    told = [
        asked(WHEN, channel=("mail", "chat", "chat")[i % 3], topic=("home", "delivery")[i % 4 > 0])
        for i in range(12)
    ]
    (row,) = ranked(understood_lake(tmp_path, told))
    assert (row.more["channel"], row.more["topic"]) == ("chat", "delivery")


def test_workspace_where_nothing_is_asked_says_so(tmp_path: Path) -> None:
    answer = ranked(understood_lake(tmp_path, [SILENT] * 40))
    assert [row.estimate.state for row in answer] == [State.NO_EVIDENCE]
    assert str(answer)
    assert answer.to_csv()


def test_questions_are_told_in_every_format(tmp_path: Path) -> None:
    worried = [asked(WHEN, worry=True, worry_about="too_late")] * 30
    answer = ranked(understood_lake(tmp_path, worried, orders=orders(100)))
    assert {"rank", "worry", "quotes", "count"} <= answer.as_dict()["rows"][0].keys()
    assert WHEN in answer.to_csv()
    assert WHEN in answer.to_json()
    assert "too late" in str(answer)
    assert answer.to_arrow().num_rows == 1
