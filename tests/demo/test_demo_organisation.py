"""The demo keeps to the data contract, is the same every time, and its truth is the truth."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
import pyarrow.compute as pc
import pytest

from topofheart.demo import firm
from topofheart.demo.organisation import Organisation, build
from topofheart.demo.truth import KINDS
from topofheart.lake.schema import ARROW
from topofheart.lake.tables import MADE, TABLES

SMALL = 4_000
TABLE_NAMES = sorted(set(TABLES) - set(MADE))


@cache
def small() -> Organisation:
    return build(customers=SMALL)


@cache
def medium() -> Organisation:
    return build(customers=30_000)


def month_index(times) -> np.ndarray:
    return firm.month_of(times.to_numpy().astype("datetime64[D]"))


def test_build_twice_gives_the_same_tables_and_truth():
    again = build(customers=SMALL)
    assert again.truth == small().truth
    assert again.labels.keys() == small().labels.keys()
    for name, table in small().tables.items():
        assert again.tables[name].equals(table), name


def test_another_seed_gives_other_answers():
    assert (
        not build(seed=7, customers=1_000)
        .tables["answers"]
        .equals(build(seed=8, customers=1_000).tables["answers"])
    )


def test_every_declared_table_is_present():
    assert sorted(small().tables) == TABLE_NAMES


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_table_keeps_to_its_declaration(name):
    table, declared = small().tables[name], TABLES[name]
    assert table.num_rows > 0
    assert table.schema.field(declared.id).type == ARROW["text"]
    assert pc.count_distinct(table[declared.id]).as_py() == table.num_rows
    for column in declared.columns:
        values = table[column.name]
        assert values.type == ARROW[column.type], column.name
        if column.choices:
            assert set(pc.unique(values.drop_null()).to_pylist()) <= set(column.choices)
        if column.low is not None and len(values.drop_null()):
            assert pc.min(values).as_py() >= column.low, column.name
        if column.high is not None and len(values.drop_null()):
            assert pc.max(values).as_py() <= column.high, column.name
        if column.type == "number":
            assert pc.all(pc.is_finite(values.drop_null())).as_py() in (True, None), column.name
    extra = set(table.column_names) - {declared.id, *declared.by_name}
    assert all(one.startswith(("d_", "r_")) for one in extra)


@pytest.mark.parametrize("name", [one for one in TABLE_NAMES if TABLES[one].people])
def test_every_customer_of_a_row_exists(name):
    known = small().tables["customers"]["customer_id"]
    assert pc.all(pc.is_in(small().tables[name]["customer_id"], known.combine_chunks())).as_py()


def test_answers_and_messages_point_at_rows_that_exist():
    tables = small().tables
    answered = tables["invitations"].filter(pc.equal(tables["invitations"]["outcome"], "answered"))
    assert set(tables["answers"]["invitation_id"].to_pylist()) == set(
        answered["invitation_id"].to_pylist()
    )
    assert set(tables["messages"]["order_id"].to_pylist()) <= set(
        tables["orders"]["order_id"].to_pylist()
    )


@pytest.mark.parametrize("name", [one for one in TABLE_NAMES if TABLES[one].people])
def test_every_unit_is_a_workshop(name):
    if "unit" in TABLES[name].by_name:
        assert set(small().tables[name]["unit"].to_pylist()) <= set(firm.UNITS)


@pytest.mark.parametrize(
    ("name", "column"),
    [("answers", "answered_at"), ("contacts", "contacted_at"), ("orders", "ordered_at"),
     ("jobs", "opened_at"), ("messages", "sent_at")],
)  # fmt: skip
def test_times_lie_within_the_story(name, column):
    times = small().tables[name][column]
    assert pc.min(times).as_py() >= datetime(2023, 10, 31, 23, tzinfo=UTC)
    assert pc.max(times).as_py() < datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert set(month_index(times)) == set(range(firm.MONTHS))


def test_things_end_after_they_began():
    tables = small().tables
    pairs = [("customers", "customer_since", "customer_until"), ("jobs", "opened_at", "started_at"),
             ("jobs", "started_at", "closed_at"), ("orders", "ordered_at", "delivered_at"),
             ("orders", "window_from", "window_to"), ("orders", "delivered_at", "returned_at"),
             ("designs", "started_on", "closed_on")]  # fmt: skip
    for name, first, last in pairs:
        order = pc.less_equal(tables[name][first], tables[name][last])
        assert pc.all(order).as_py(), (name, first, last)


def test_net_score_among_answers_is_what_the_truth_expects():
    answers, truth = medium().tables["answers"], medium().truth
    months = month_index(answers["answered_at"])
    score = answers["recommend"].to_numpy()
    net = np.where(score >= 9, 1, np.where(score <= 6, -1, 0))
    segment = _segments(answers)
    kind = np.array(answers["kind"].to_pylist())
    errors = []
    for one in KINDS:
        for name in firm.SEGMENTS:
            for month, label in enumerate(firm.MONTH_NAMES):
                rows = (kind == one) & (segment == name) & (months == month)
                if rows.sum() >= 30:
                    spread = net[rows].std() / np.sqrt(rows.sum())
                    errors.append(
                        (net[rows].mean() - truth.observed_nps[one][name][label]) / spread
                    )
    assert len(errors) > 100
    assert abs(np.mean(errors)) < 0.25
    assert 0.85 < np.std(errors) < 1.2


def _segments(table) -> np.ndarray:
    customers = medium().tables["customers"]
    place = pc.index_in(table["customer_id"], customers["customer_id"].combine_chunks())
    return np.array(customers["segment"].take(place).to_pylist())


def test_those_who_answer_are_happier_than_everybody():
    truth = small().truth
    for segment in firm.SEGMENTS:
        for month in firm.MONTH_NAMES:
            assert (
                truth.observed_nps["relationship"][segment][month]
                > truth.population_nps[segment][month]
            )


def test_the_change_falls_in_the_month_of_the_chatbot():
    months = small().truth.population_nps["consumer"]
    steps = np.diff(list(months.values()))
    worst = firm.MONTH_NAMES[int(np.argmin(steps)) + 1]
    assert worst == small().truth.change_on[:7]
    assert small().truth.change["consumer"]["population_change"] < -0.15


def test_customers_who_answer_twice_are_alike():
    answers = medium().tables["answers"]
    growth = datetime(2025, 5, 1, tzinfo=UTC)
    early = pc.less(answers["answered_at"], growth)
    some = answers.filter(pc.and_(pc.equal(answers["kind"], "relationship"), early))
    score = some["recommend"].to_numpy()
    net = np.select([score >= 9, score <= 6], [1, -1], 0)
    order = np.argsort(some["customer_id"].to_numpy(zero_copy_only=False), kind="stable")
    who = some["customer_id"].to_numpy(zero_copy_only=False)[order]
    same = who[1:] == who[:-1]
    assert same.sum() > 300
    found = np.corrcoef(net[order][1:][same], net[order][:-1][same])[0, 1]
    assert found == pytest.approx(medium().truth.customer_correlation, abs=0.09)


def test_drivers_correlate_as_the_truth_says():
    answers = medium().tables["answers"].filter(pc.field("r_staff").is_valid())
    names = list(small().truth.driver_correlations)
    found = np.corrcoef([answers[name].to_numpy() for name in names])
    told = [[medium().truth.driver_correlations[a][b] for b in names] for a in names]
    assert np.abs(found - np.array(told)).max() < 0.02
    assert sum(medium().truth.driver_weights.values()) == pytest.approx(1)


def test_contacts_ask_and_worry_as_the_truth_says():
    contacts = medium().tables["contacts"]
    late = month_index(contacts["contacted_at"]) >= firm.CHATBOT_MONTH
    reason = np.array(contacts["reason"].to_pylist())
    for name, told in medium().truth.contact_shares.items():
        assert (reason[~late] == name).mean() == pytest.approx(told["before"], abs=0.01)
        assert (reason[late] == name).mean() == pytest.approx(told["after"], abs=0.01)
    assert told_rises("repair_wait")
    assert told_rises("human")


def told_rises(question: str) -> bool:
    told = small().truth.contact_shares[question]
    return told["after"] > told["before"]


def test_the_bot_starts_on_its_day_and_often_gives_no_human():
    contacts = medium().tables["contacts"]
    bot = contacts.filter(pc.equal(contacts["handled_by"], "bot"))
    assert pc.min(bot["contacted_at"]).as_py().date() == firm.STORY["chatbot_on"]
    asked = bot.filter(bot["asked_for_human"])
    truth = medium().truth.bot
    assert len(asked) / len(bot) == pytest.approx(truth["asked_for_human"], abs=0.03)
    assert pc.mean(asked["got_human"].cast("int8")).as_py() == pytest.approx(
        truth["got_human"], abs=0.03
    )


def test_sales_grow_more_than_service_staff():
    tables, growth = medium().tables, medium().truth.growth
    product = tables["orders"].filter(pc.starts_with(tables["orders"]["product"], "Tureluur"))
    sold = np.bincount(month_index(product["ordered_at"]), minlength=firm.MONTHS)
    year_before = sold[10:12].sum() / sold[34:36].sum()
    assert 1 / year_before == pytest.approx(1 + growth["sales"], rel=0.12)
    staff = tables["workforce"].filter(pc.equal(tables["workforce"]["role"], "service"))
    fte = staff.group_by("month").aggregate([("fte", "sum")]).sort_by("month")["fte_sum"].to_numpy()
    assert fte[-1] / fte[0] == pytest.approx(1 + growth["service_staff"], abs=0.01)


def test_waiting_breaks_out_after_the_growth():
    seen = small().tables["availability"]
    days = (
        seen["first_free_on"].cast("int32").to_numpy()
        - seen["observed_on"].cast("int32").to_numpy()
    )
    assert days[:500].mean() < 6
    assert days[-500:].mean() > 15


def test_the_unit_with_a_mandate_does_better():
    units = small().truth.unit_population_nps
    assert units[firm.STORY["mandate_unit"]] > np.median(list(units.values()))
    assert small().truth.mandate["effect"] > 0.15


def test_totals_add_up_to_the_rows():
    tables = small().tables
    counts = tables["answer_counts"]
    total = sum(pc.sum(counts[one]).as_py() for one in ("promoters", "passives", "detractors"))
    assert total == tables["answers"].num_rows
    invited = tables["invitation_counts"]
    assert pc.sum(invited["answered"]).as_py() == tables["answers"].num_rows


def test_truth_is_written_as_json():
    told = json.loads(small().truth.to_json())
    assert date.fromisoformat(told["change_on"]) == firm.STORY["chatbot_on"]
    assert set(told["observed_nps"]) == set(KINDS)
