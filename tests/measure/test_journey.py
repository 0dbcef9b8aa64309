"""The journey against the same sums by hand, and the order of its steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import topofheart as toh
from small_organisation import answers, contacts, make, totals
from topofheart.answer.answer import Answer
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import State
from topofheart.measure.journey_order import _median
from topofheart.measure.steps import common_steps, placed, step_of
from topofheart.stats import shares

START = datetime(2025, 3, 1, 9, tzinfo=UTC)
COUNT = 600


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    tables = {"answers": [answers(COUNT, seed=4)], "contacts": [contacts()]}
    return make(tmp_path_factory.mktemp("journey"), tables)


@pytest.fixture(scope="module")
def found(workspace: toh.Workspace) -> Answer:
    return workspace.journey()


def row(answer: Answer, name: str | None) -> dict[str, object]:
    return next(one for one in answer.as_dict()["rows"] if one["touchpoint"] == name)


def test_journey_score_and_worry_equal_the_scores_of_the_same_answers(
    workspace: toh.Workspace, found: Answer
) -> None:
    where = {"kind": "transaction"}
    for metric, of in (("nps", None), ("worry", "worry")):
        for one in workspace.score(metric, by="touchpoint", where=where).as_dict()["rows"]:
            ours = row(found, one["touchpoint"])
            ours = ours[of] if of else ours
            assert [ours[name] for name in ("value", "low", "high", "n")] == [
                one[name] for name in ("value", "low", "high", "n")
            ]
    assert found.question["where"] == {"kind": ["transaction"]}
    assert "one_kind" in found.caveats


def test_journey_worry_before_equals_its_mean_by_hand(found: Answer) -> None:
    worries = [
        one["worry_before"]
        for one in answers(COUNT, seed=4).to_pylist()
        if one["touchpoint"] == "repair" and one["kind"] == "transaction"
    ]
    assert row(found, "repair")["worry_before"]["value"] == pytest.approx(np.mean(worries))


def test_contacts_are_counted_at_the_touchpoint_that_their_reason_names(found: Answer) -> None:
    mine = [one for one in contacts().to_pylist() if one["direction"] == "in"]
    of_delivery = [one for one in mine if one["reason"] in ("delivery_when", "Brievenbus?")]
    ours = row(found, "delivery")
    assert ours["contacts"] == len(of_delivery)
    assert row(found, None)["contacts"] == sum(one["reason"] == "weather" for one in mine)
    spoken = [one["wait_seconds"] >= 300 for one in of_delivery if one["channel"] != "Mail"]
    low, high = shares.wilson_interval(sum(spoken), len(spoken))
    waiting = ours["waiting"]
    assert [waiting["value"], waiting["low"], waiting["high"], waiting["n"]] == pytest.approx(
        [np.mean(spoken), float(low), float(high), len(spoken)]
    )
    purposes = [one["purpose"] for one in of_delivery if one["purpose"]]
    assert ours["asked"]["value"] == pytest.approx(np.mean([one == "question" for one in purposes]))


def test_touchpoint_without_contacts_says_nothing_of_them(found: Answer) -> None:
    order = row(found, "order")
    assert order["state"] == "shown"
    assert not {"contacts", "waiting", "asked"} & order.keys()


def test_contacts_with_their_own_touchpoint_go_there(tmp_path: Path) -> None:
    own = contacts(300, d_touchpoint=["Order"] * 300)
    workspace = make(tmp_path / "own", {"answers": [answers(COUNT, seed=4)], "contacts": [own]})
    assert row(workspace.journey(), "order")["contacts"] == 270


def test_longer_patience_leaves_fewer_waiting(workspace: toh.Workspace) -> None:
    short, long = (workspace.journey(patience_seconds=one) for one in (60, 900))
    assert row(short, "repair")["waiting"]["value"] > row(long, "repair")["waiting"]["value"]


def test_filter_that_contacts_do_not_hold_leaves_them_out_and_says_so(
    workspace: toh.Workspace,
) -> None:
    held = workspace.journey(where={"channel": "phone"})
    assert "contacts_not_filtered" not in held.caveats
    assert row(held, "repair")["contacts"]
    found = workspace.journey(where={"touchpoint": ["repair", "order"]})
    assert "contacts_not_filtered" in found.caveats
    assert all("contacts" not in one.more for one in found)


def test_order_follows_the_names_of_the_steps_the_given_order_or_the_volume(
    workspace: toh.Workspace, found: Answer, tmp_path: Path
) -> None:
    names = [one.group["touchpoint"] for one in found]
    assert names == ["order", "delivery", "repair", None]
    assert found.question["ordered_by"] == "steps"
    (workspace.folder / "config.toml").write_text('journey = ["Repair", "order"]\n')
    given_order = toh.open(workspace.folder).journey()
    assert [one.group["touchpoint"] for one in given_order] == [
        "repair",
        "order",
        "delivery",
        None,
    ]
    assert given_order.question["ordered_by"] == "declared"
    strange = answers(COUNT, seed=4)
    place = strange.schema.get_field_index("touchpoint")
    names = [{"order": "α", "delivery": "β", "repair": "γ"}[one] for one in strange["touchpoint"].to_pylist()]  # fmt: skip
    strange = strange.set_column(place, "touchpoint", pa.array(names))
    by_volume = make(tmp_path / "strange", {"answers": [strange]}).journey()
    n = [one.estimate.n for one in by_volume]
    assert n == sorted(n, reverse=True)
    assert by_volume.question["ordered_by"] == "volume"


def test_order_follows_the_days_after_the_order_where_names_say_nothing(tmp_path: Path) -> None:
    steps = {"α": 30, "β": 2, "γ": 400}
    rows = [(name, i) for name in steps for i in range(20)]
    given_answers = pa.table(
        {
            "answer_id": [f"A{name}{i}" for name, i in rows],
            "customer_id": [f"K{i}" for _, i in rows],
            "answered_at": pa.array(
                [START + timedelta(days=steps[name] + i) for name, i in rows],
                pa.timestamp("us", "UTC"),
            ),
            "touchpoint": [name for name, _ in rows],
            "recommend": pa.array([8 + i % 3 for _, i in rows], pa.int64()),
        }
    )
    orders = pa.table(
        {
            "order_id": [f"O{i}" for i in range(20)],
            "customer_id": [f"K{i}" for i in range(20)],
            "ordered_at": pa.array(
                [START + timedelta(days=i) for i in range(20)], pa.timestamp("us", "UTC")
            ),
        }
    )
    workspace = make(tmp_path / "days", {"answers": [given_answers], "orders": [orders]})
    found = workspace.journey()
    assert [one.group["touchpoint"] for one in found] == ["β", "α", "γ"]
    assert found.question["ordered_by"] == "orders"


def test_journey_of_totals_has_scores_and_says_so(tmp_path: Path) -> None:
    found = make(tmp_path / "totals", {"answer_counts": [totals()]}).journey(by="unit")
    assert {one.group["unit"] for one in found} == {"Breda", "Gouda"}
    assert "from_totals" in found.caveats


def test_journey_of_a_score_that_nobody_gave_is_no_evidence(tmp_path: Path) -> None:
    silent = answers(50, seed=1).drop_columns(["recommend"])
    found = make(tmp_path / "silent", {"answers": [silent]}).journey("nps")
    assert [one.estimate.state for one in found] == [State.NO_EVIDENCE]


def test_journey_by_nothing_or_without_patience_is_refused(workspace: toh.Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        workspace.journey(patience_seconds=0)
    assert refused.value.code == "bad_patience"
    with pytest.raises(InvalidInput) as refused:
        workspace.journey(by=["unit", "channel"])  # type: ignore[arg-type]
    assert refused.value.code == "one_dimension"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_journey_shows_itself_in_both_languages_wide_and_narrow(
    found: Answer, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from topofheart.answer.table import as_text

    said = replace(found, language=language)
    for width in (60, 120):
        text = as_text(said, width)
        assert all(len(line.rstrip()) <= width for line in text.splitlines())
        assert "repair" in text
        assert "…" in text
    assert "<td>repair</td>" in said._repr_html_()
    assert said.to_pandas()["contacts"].sum() == 810


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("na_levering", "delivery"),
        ("Waar blijft mijn pakket?", "delivery"),
        ("border control", None),
        ("invoice 2", "invoice"),
        ("klacht over levering", "delivery"),
        ("", None),
    ],
)
def test_step_of_a_name_is_found_by_how_its_words_begin(name: str, step: str | None) -> None:
    assert step_of(name) == step


def test_reason_of_a_step_with_two_touchpoints_gets_neither() -> None:
    both = placed(["delivery_when", "DELIVERY NL"], ["delivery nl", "delivery be"])
    assert both == {"delivery_when": "delivery", "DELIVERY NL": "delivery nl"}
    assert set(both.values()) - {"delivery nl", "delivery be"} <= set(common_steps())


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_median_of_counts_equals_numpy(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert _median(counts) == float(np.median(values))
