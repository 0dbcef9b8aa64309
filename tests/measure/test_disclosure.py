"""The statistics door: what is withheld by hand-made cases, and that simulated attacks isolate nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import topofheart as toh
from attacks import FEWEST, SIZES, Attacker, moved_by_few, organisation, share_shown
from small_organisation import make
from topofheart.answer.answer import Answer
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import State

SHOWN_AT_LEAST = {1_000: 0.45, 5_000: 0.50, 50_000: 0.70}
COUNTER = iter(range(10**9))


def some(
    n: int, *, on: date = date(2025, 2, 10), same: bool = False, **values: Any
) -> list[dict[str, Any]]:
    """Answers of n customers, or of one who answers n times."""
    who = next(COUNTER)
    return [
        {
            "answer_id": f"A{next(COUNTER)}",
            "customer_id": f"K{who}" if same else f"K{next(COUNTER)}",
            "answered_at": datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
            "recommend": 9 if i % 2 else 3,
            **values,
        }
        for i in range(n)
    ]  # fmt: skip


def table(rows: list[dict[str, Any]]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    types = {"answered_at": pa.timestamp("us", "UTC"), "recommend": pa.int64()}
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], types.get(name, pa.string()))
            for name in names
        }
    )


def door(folder: Path, *imports: list[dict[str, Any]], **settings: Any) -> toh.Workspace:
    workspace = make(folder, {"answers": [table(rows) for rows in imports]})
    return declared(workspace, **settings).statistics


def declared(workspace: toh.Workspace, **settings: Any) -> toh.Workspace:
    return replace(workspace, settings=replace(workspace.settings, **settings))


def shown(answer: Answer) -> dict[Any, int]:
    return {
        (*row.group.values(), *([row.period.label] if row.period else [])): row.estimate.n
        for row in answer
        if row.estimate.state is State.SHOWN
    }


def test_row_of_too_few_customers_has_no_number_at_all(tmp_path: Path) -> None:
    asked = door(tmp_path, some(FEWEST - 1)).nps()
    assert [str(row.estimate.state) for row in asked] == ["too_few"]
    told = asked[0].as_dict()
    assert {told[name] for name in ("value", "low", "high", "n")} == {None}
    assert "withheld_cells" in asked.caveats


@pytest.mark.parametrize(("small", "left"), [(0, 2), (1, 0), (4, 0), (5, 3)])
def test_group_beside_one_of_too_few_is_withheld(tmp_path: Path, small: int, left: int) -> None:
    rows = [*some(20, unit="Breda"), *some(30, unit="Gouda"), *some(small, unit="Utrecht")]
    ws = door(tmp_path, rows)
    assert len(shown(ws.nps(by="unit"))) == left
    assert len(shown(ws.nps())) == 1
    assert len(shown(ws.nps(where={"unit": "Breda"}))) == min(left, 1)
    assert len(shown(ws.nps(where={"unit": ["Breda", "Gouda"]}))) == min(left, 1)


def test_answers_of_one_customer_are_one_customer(tmp_path: Path) -> None:
    ws = door(tmp_path, [*some(20, unit="Breda"), *some(40, unit="Gouda", same=True)])
    assert shown(ws.nps(by="unit", clusters=False)) == {}
    assert shown(ws.nps()) == {(): 60}


def test_answers_without_a_customer_are_one_customer_each(tmp_path: Path) -> None:
    lonely = [row | {"customer_id": None} for row in some(5, unit="Gouda")]
    assert len(shown(door(tmp_path, [*some(20, unit="Breda"), *lonely]).nps(by="unit"))) == 2


def test_condition_whose_complement_is_small_is_refused_in_that_cell_only(tmp_path: Path) -> None:
    rows = [
        *some(20, unit="Breda", channel="mail"), *some(3, unit="Breda", channel="phone"),
        *some(20, unit="Gouda", channel="mail"), *some(30, unit="Gouda", channel="phone"),
    ]  # fmt: skip
    ws = door(tmp_path, rows)
    # Breda by mail + Breda by phone = Breda; and Breda by phone + Gouda by phone = by phone.
    assert shown(ws.nps(by=["unit", "channel"])) == {("Gouda", "mail"): 20}
    assert shown(ws.nps(by="unit", where={"channel": "mail"})) == {("Gouda",): 20}
    assert shown(ws.nps(by="unit")) == {("Breda",): 23, ("Gouda",): 50}


def test_month_beside_a_small_one_is_withheld_in_its_quarter_only(tmp_path: Path) -> None:
    days = [(20, 1), (30, 2), (2, 3), (20, 4), (20, 5), (20, 6)]
    ws = door(tmp_path, [row for n, month in days for row in some(n, on=date(2025, month, 9))])
    assert shown(ws.nps(every="month")) == {("2025-04",): 20, ("2025-05",): 20, ("2025-06",): 20}
    assert shown(ws.nps(every="quarter")) == {("2025-Q1",): 52, ("2025-Q2",): 60}
    assert shown(ws.nps(since="2025-02", until="2025-02")) == {}
    assert shown(ws.nps(since="2025-05", until="2025-05")) == {(): 20}
    assert shown(ws.nps(every="month", since="2025-02", until="2025-04")) == {("2025-04",): 20}
    assert shown(ws.nps(every="quarter", since="2025-04")) == {("2025-Q2",): 60}


def test_period_beside_answers_without_a_day_is_withheld_when_those_are_few(tmp_path: Path) -> None:
    undated = [row | {"answered_at": None} for row in some(2)]
    ws = door(tmp_path, [*some(30), *undated])
    assert shown(ws.nps(every="year")) == {}
    assert shown(ws.nps()) == {(): 32}


@pytest.mark.parametrize(
    "how",
    [
        {"every": "week"},
        {"every": "day"},
        {"since": "2025-02"},
        {"since": "2025-02-03", "until": "2025-02"},
        {"since": "2025-02", "until": "2025-04"},
        {"since": "2025-W06", "until": "2025-W06"},
        {"since": "2025-02", "until": "2025-03", "every": "quarter"},
    ],
)
def test_question_over_no_whole_month_quarter_or_year_is_refused(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        door(tmp_path, some(30)).nps(**how)
    assert refused.value.code == "not_a_whole_period"


def test_own_column_splits_what_is_shared_only_when_declared(tmp_path: Path) -> None:
    rows = [*some(7, d_adviser="ann"), *some(12, d_adviser="bob")]
    ws = door(tmp_path, rows)
    with pytest.raises(InvalidInput) as refused:
        ws.nps(by="adviser")
    assert refused.value.code == "not_declared"
    assert "read_from" not in shown(ws.nps())
    with pytest.raises(InvalidInput):
        ws.nps(by="read_from")
    assert len(shown(declared(ws, dimensions=("Adviser",)).nps(by="adviser"))) == 2


def test_figures_about_staff_need_consent_and_ten_customers(tmp_path: Path) -> None:
    rows = [*some(9, d_adviser="ann"), *some(12, d_adviser="bob")]
    ws = door(tmp_path, rows, staff_dimensions=("adviser",))
    with pytest.raises(InvalidInput) as refused:
        ws.nps(by="adviser")
    assert refused.value.code == "no_consent"
    agreed = declared(ws, works_council_consent=date(2026, 5, 1))
    assert shown(agreed.nps(by="adviser")) == {}
    assert (
        len(shown(declared(ws, dimensions=("adviser",), staff_dimensions=()).nps(by="adviser")))
        == 2
    )


@pytest.mark.parametrize(
    "setting", ["dimensions = 'region'", "works_council_consent = '2026-05-01'"]
)
def test_setting_of_the_door_that_is_not_understood_is_refused(
    tmp_path: Path, setting: str
) -> None:
    (tmp_path / "config.toml").write_text(setting)
    with pytest.raises(InvalidInput) as refused:
        toh.open(tmp_path)
    assert refused.value.code == "bad_setting"


def test_single_answers_do_not_pass(tmp_path: Path) -> None:
    from topofheart.measure.question import ask
    from topofheart.measure.voices import callers

    with pytest.raises(InvalidInput) as refused:
        callers(door(tmp_path, some(30)).reader(), ask("nps"), low=6, days=30, most=5)
    assert refused.value.code == "rows_not_shared"


def test_weights_and_questions_about_single_customers_do_not_pass(tmp_path: Path) -> None:
    targets = tmp_path / "targets.csv"
    targets.write_text("dimension,value,share\nunit,Breda,0.01\nunit,Gouda,0.99\n")
    ws = door(tmp_path / "w", [*some(30, unit="Breda"), *some(5, unit="Gouda")])
    with pytest.raises(InvalidInput) as refused:
        ws.nps(targets=targets)
    assert refused.value.code == "weights_not_shared"
    with pytest.raises(InvalidInput) as refused:
        ws.response()
    assert refused.value.code == "rows_not_shared"


def test_table_of_customers_looks_empty_from_before_the_door(tmp_path: Path) -> None:
    reader = door(tmp_path, some(30)).reader()
    answers = reader.files("answers")
    assert "recommend" in answers.schema.names
    assert reader.engine.read(reader.engine.table(answers)).num_rows == 0


def test_comparison_uses_the_cells_that_pass(tmp_path: Path) -> None:
    rows = [
        row
        for month, n in ((1, 40), (2, 40), (3, 40))
        for unit, m in (("Breda", n), ("Gouda", n if month != 2 else 3))
        for row in some(m, unit=unit, on=date(2025, month, 28))
    ]
    ws = door(tmp_path, rows)
    assert {str(row.estimate.state) for row in ws.compare(by="unit", every="month")} == {"too_few"}
    groups = ws.compare(by="unit")
    assert groups[0].more["after"].n == 83
    assert groups.question["door"] == "statistics"


def test_ranking_and_trend_use_the_cells_that_pass(tmp_path: Path) -> None:
    months = [
        (unit, date(2025 + month // 12, month % 12 + 1, 12))
        for month in range(18)
        for unit in ("Breda", "Gouda", "Sneek", "Utrecht")
    ]
    rows = [
        row
        for unit, day in months
        for row in some(
            3 if (unit, day) == ("Utrecht", date(2026, 5, 12)) else 35, unit=unit, on=day
        )
    ]
    ws = door(tmp_path, [*rows, *some(2, unit="Zeist", on=date(2025, 1, 9))])
    ranked = ws.rank(by="unit")
    assert {str(row.estimate.state) for row in ranked} == {"too_few"}
    followed = ws.trend(by="touchpoint", every="month")
    assert followed.question["door"] == "statistics"
    assert len(followed)


def test_rows_door_shows_small_cells_and_says_so(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answers": [table(some(3))]})
    answer = workspace.nps()
    assert answer[0].estimate.n == 3
    assert "small_cells" in answer.caveats


# Snapshots --------------------------------------------------------------------------------


def test_figure_moves_only_when_enough_customers_were_added(tmp_path: Path) -> None:
    ws = door(tmp_path, some(20), some(2), some(2), some(1), some(3))
    told = [shown(ws.nps(as_of=number))[()] for number in range(1, 6)]
    assert told == [20, 20, 20, 25, 25]
    assert "older_figures" in ws.nps().caveats
    assert "older_figures" not in ws.nps(as_of=4).caveats


def test_one_customer_who_keeps_answering_moves_nothing(tmp_path: Path) -> None:
    often = some(12, same=True)
    ws = door(tmp_path, some(20), often[:4], often[4:8], often[8:])
    assert [shown(ws.nps(as_of=number))[()] for number in range(1, 5)] == [20] * 4


def test_correction_of_a_few_answers_moves_nothing(tmp_path: Path) -> None:
    rows = some(20)
    few = [row | {"recommend": 0} for row in rows[:4]]
    many = [row | {"recommend": 1} for row in rows[4:12]]
    ws = door(tmp_path, rows, few, many)
    told = [ws.nps(as_of=number)[0].estimate.value for number in range(1, 4)]
    assert told[0] == told[1] == 0.0
    assert told[2] == pytest.approx((4 - 16) / 20, abs=0.2)
    assert told[2] != told[1]


def test_new_value_of_few_customers_keeps_its_neighbours_as_they_were_or_withheld(
    tmp_path: Path,
) -> None:
    """Before: 40. After: 40 + 3, of another unit. Neither answer may tell of the 3."""
    ws = door(tmp_path, some(40, unit="Breda"), some(3, unit="Gouda"))
    assert shown(ws.nps(as_of=1)) == shown(ws.nps()) == {(): 40}
    assert shown(ws.nps(by="unit", as_of=1)) == {("Breda",): 40}
    assert shown(ws.nps(by="unit")) == {}


def test_tidying_moves_nothing(tmp_path: Path) -> None:
    ws = door(tmp_path, *(some(10) for _ in range(9)))
    before = shown(ws.nps())
    assert ws.maintain().compacted == 9
    assert shown(ws.nps()) == before == {(): 90}


def test_changed_segment_of_a_few_customers_moves_nothing(tmp_path: Path) -> None:
    rows = some(30)
    people = [
        {"customer_id": row["customer_id"], "segment": "ab"[i % 2]} for i, row in enumerate(rows)
    ]
    moved = [{"customer_id": people[0]["customer_id"], "segment": "b"}]
    tables = {
        "answers": [table(rows)],
        "customers": [pa.Table.from_pylist(people), pa.Table.from_pylist(moved)],
    }
    ws = make(tmp_path, tables).statistics
    assert (
        shown(ws.nps(by="segment", as_of=1))
        == shown(ws.nps(by="segment"))
        == {("a",): 15, ("b",): 15}
    )


def test_same_question_has_the_same_answer_whoever_asked_before(tmp_path: Path) -> None:
    imports = [some(20, unit="Breda"), some(9, unit="Gouda"), some(2, unit="Gouda")]
    asked = door(tmp_path / "one", *imports)
    for by in (None, "unit", "channel"):
        asked.nps(by=by, every="quarter")
    first = asked.nps(by="unit").as_dict()
    fresh = toh.open(tmp_path / "one")
    fresh.reader().kept.forget()
    assert fresh.statistics.nps(by="unit").as_dict() == first


# Attacks ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("customers", SIZES)
def test_one_step_attacks_isolate_nobody(tmp_path: Path, customers: int) -> None:
    workspace, population = organisation(tmp_path, SIZES[customers])
    attacker = Attacker(workspace, SIZES[customers])
    shares = share_shown(attacker)
    attacker.ask_everything()
    pairs, isolated = attacker.isolated(population)
    assert pairs > 1_000
    assert isolated == []
    assert sum(shares.values()) / len(shares) >= SHOWN_AT_LEAST[customers]


def test_attack_on_the_rows_door_isolates_somebody(tmp_path: Path) -> None:
    """The attack itself works: where nothing is withheld it finds people."""
    size = replace(SIZES[1_000], customers=120)
    workspace, population = organisation(tmp_path, size)
    attacker = Attacker(workspace, size, statistics=False)
    for by in ((), ("unit",), ("touchpoint",)):
        attacker.ask(by)
        attacker.ask(by, "quarter")
    pairs, isolated = attacker.isolated(population)
    assert pairs > 50
    assert isolated


@pytest.mark.slow
def test_asking_before_and_after_small_imports_isolates_nobody(tmp_path: Path) -> None:
    """Eight imports, most of them small: every figure of every snapshot against every other of its cell."""
    size = replace(SIZES[1_000], customers=400)
    cuts = (500, 503, 505, 512, 515, 518, 560, 640)
    workspace, population = organisation(tmp_path, size, 3, cuts)
    attackers = [
        Attacker(workspace, size, as_of=number, cuts=cuts) for number in range(1, len(cuts) + 1)
    ]
    for attacker in attackers:
        for by in ((), ("unit",), ("touchpoint",), ("channel", "segment")):
            for every in (None, "quarter", "year"):
                attacker.ask(by, every)
        pairs, isolated = attacker.isolated(population)
        assert pairs > 50
        assert isolated == [], attacker.as_of
    for earlier, later in combinations(attackers, 2):
        assert moved_by_few(earlier, later, population) == [], (earlier.as_of, later.as_of)
