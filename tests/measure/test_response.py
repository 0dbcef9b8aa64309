"""Response, from a log and from totals, by hand and on the demo whose response is known."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import topofheart as toh
from small_organisation import OUTCOMES, invitations, make
from topofheart.answer.answer import Row
from topofheart.demo.organisation import Organisation, build
from topofheart.kernel.errors import LakeError, UnknownName
from topofheart.kernel.estimate import State
from topofheart.stats import shares


def answered(asked: pa.Table, *, linked: bool = True) -> pa.Table:
    """The answers to those invitations: every third a promoter, every third a detractor."""
    came = [row for row in asked.to_pylist() if row["outcome"] == "answered"]
    return pa.table(
        {
            "answer_id": [f"A{row['invitation_id']}" for row in came],
            "customer_id": [row["customer_id"] for row in came],
            "invitation_id": [row["invitation_id"] if linked else None for row in came],
            "answered_at": pa.array([row["invited_at"] for row in came], pa.timestamp("us", "UTC")),
            "channel": [row["channel"] for row in came],
            "recommend": pa.array([(10, 8, 3)[i % 3] for i in range(len(came))], pa.int64()),
        }
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    tables = {"invitations": [invitations()], "answers": [answered(invitations())]}
    return make(tmp_path_factory.mktemp("ws"), tables)


def counted(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(row["outcome"] for row in rows)


def assert_is(row: Row, became: Counter[str]) -> None:
    """The row says exactly what became of these invitations."""
    invited = became.total() - became["withheld"]
    low, high = shares.wilson_interval(became["answered"], invited)
    one = row.estimate
    assert one.n == invited
    assert (one.value, one.low, one.high) == pytest.approx(
        (became["answered"] / invited, float(low), float(high))
    )
    assert {name: row.more[name] for name in OUTCOMES} == {name: became[name] for name in OUTCOMES}


def test_response_equals_the_log_counted_by_hand(workspace: toh.Workspace) -> None:
    rows = invitations().to_pylist()
    assert_is(workspace.response()[0], counted(rows))
    split = workspace.response(by="channel", every="month")
    assert len(split) == 6
    for row in split:
        assert row.period
        channel, month = row.group["channel"], row.period.first.month
        assert_is(
            row,
            counted(
                [r for r in rows if r["channel"] == channel and r["invited_at"].month == month]
            ),
        )


def test_withheld_invitations_come_with_their_reasons(workspace: toh.Workspace) -> None:
    answer = workspace.response()
    withheld = counted(invitations().to_pylist())["withheld"]
    assert answer[0].more["reasons"] == {"open complaint": withheld}
    assert f"Withheld because: open complaint ({withheld})." in str(answer)
    assert "no_withheld_log" not in answer.caveats


def test_worst_case_counts_the_withheld_as_silent(workspace: toh.Workspace) -> None:
    row = workspace.response(by="channel")[0]
    became = counted([r for r in invitations().to_pylist() if r["channel"] == "mail"])
    score = workspace.nps(by="channel")[0].estimate.value
    rate = became["answered"] / became.total()
    bounds = row.more["worst_case"]
    assert score is not None
    assert (bounds.low, bounds.high) == pytest.approx(
        (rate * score - (1 - rate), rate * score + (1 - rate))
    )


def test_answers_tell_who_answered_where_the_log_does_not(tmp_path: Path) -> None:
    silent = invitations().set_column(
        invitations().column_names.index("outcome"),
        "outcome",
        pa.array([None if one in ("answered", "no_answer") else one for one in invitations()["outcome"].to_pylist()], pa.string()),
    )  # fmt: skip
    tables = {"invitations": [silent], "answers": [answered(invitations())]}
    answer = make(tmp_path, tables).response(by="channel")
    for row in answer:
        rows = [r for r in invitations().to_pylist() if r["channel"] == row.group["channel"]]
        assert row.more["answered"] == counted(rows)["answered"]
    assert "outcomes_unknown" in answer.caveats


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    kept = invitations(outcomes=("answered", "no_answer"))
    unlinked = make(
        tmp_path / "a", {"invitations": [kept], "answers": [answered(kept, linked=False)]}
    )
    assert unlinked.response().caveats == ("no_withheld_log", "answers_uninvited", "no_register")
    more = make(
        tmp_path / "b", {"invitations": [invitations(30)], "answers": [answered(invitations())]}
    )
    assert "more_answers_than_invitations" in more.response().caveats


def test_workspace_without_invitations_says_what_to_bring(tmp_path: Path) -> None:
    workspace = make(tmp_path, {"answers": [answered(invitations())]})
    with pytest.raises(LakeError) as refused:
        workspace.response()
    assert refused.value.code == "no_invitations"
    assert refused.value.hint


def test_dimension_that_invitations_do_not_have_is_refused(workspace: toh.Workspace) -> None:
    with pytest.raises(UnknownName, match="shoe_size"):
        workspace.response(by="shoe_size")


def test_filter_that_leaves_nobody_is_no_evidence(workspace: toh.Workspace) -> None:
    answer = workspace.response(where={"channel": "pigeon"})
    assert [row.estimate.state for row in answer] == [State.NO_EVIDENCE]


def test_totals_give_the_same_response_and_say_what_they_cannot(tmp_path: Path) -> None:
    rows = invitations().to_pylist()
    months = [counted([r for r in rows if r["invited_at"].month == month]) for month in (1, 2, 3)]
    totals = pa.table(
        {
            "invitation_count_id": ["T1", "T2", "T3"],
            "counted_on": [datetime(2026, month, 1).date() for month in (1, 2, 3)],
            "channel": ["all"] * 3,
            "sent": [float(one.total() - one["withheld"]) for one in months],
            "withheld": [float(one["withheld"]) for one in months],
            "answered": [float(one["answered"]) for one in months],
        }
    )
    workspace = make(tmp_path, {"invitation_counts": [totals]})
    answer = workspace.response(every="month")
    for row, became in zip(answer, months, strict=True):
        assert row.estimate.value == pytest.approx(
            became["answered"] / (became.total() - became["withheld"])
        )
        assert row.more["withheld"] == became["withheld"]
    assert answer.caveats == ("invitations_from_totals",)
    assert workspace.response()[0].estimate.n == sum(row.estimate.n for row in answer)


def test_more_answers_than_invitations_in_totals_give_no_rate(tmp_path: Path) -> None:
    totals = pa.table(
        {
            "invitation_count_id": ["T1", "T2"],
            "counted_on": [datetime(2026, month, 1).date() for month in (1, 2)],
            "sent": [100.0, 100.0],
            "answered": [20.0, 130.0],
        }
    )
    answer = make(tmp_path, {"invitation_counts": [totals]}).response(every="month")
    assert [row.estimate.state for row in answer] == [State.SHOWN, State.CANNOT_TELL]
    assert "more_answers_than_invitations" in answer.caveats
    assert "no_withheld_log" in answer.caveats


def test_new_invitations_are_added_to_what_was_counted(tmp_path: Path) -> None:
    whole = invitations()
    workspace = make(tmp_path, {"invitations": [whole.slice(0, 300), whole.slice(300)]})
    first = workspace.response(as_of=1)[0]
    assert_is(first, counted(whole.slice(0, 300).to_pylist()))
    assert_is(workspace.response()[0], counted(whole.to_pylist()))


# The demo ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return build(customers=20_000)


@pytest.fixture(scope="module")
def demo(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> toh.Workspace:
    names = ("invitations", "answers", "customers")
    return make(
        tmp_path_factory.mktemp("demo"), {name: [organisation.tables[name]] for name in names}
    )


def test_log_and_totals_of_the_demo_agree(
    organisation: Organisation, demo: toh.Workspace, tmp_path: Path
) -> None:
    totals = make(tmp_path, {"invitation_counts": [organisation.tables["invitation_counts"]]})
    for one, other in zip(demo.response(by="channel"), totals.response(by="channel"), strict=True):
        assert (one.group, one.estimate) == (other.group, other.estimate)


def test_true_score_of_everybody_lies_within_the_worst_case(
    organisation: Organisation, demo: toh.Workspace
) -> None:
    """The unhappy and the delighted answer more readily, so the score of those who answer is no
    estimate of everybody's; the bounds hold it all the same."""
    truth = json.loads(organisation.truth.to_json())
    everybody = truth["population_nps"]["consumer"]
    where = {"survey": "relatieonderzoek", "segment": "consumer"}
    rows = demo.response(where=where, every="month")
    scores = demo.nps(where=where, every="month")
    assert len(rows) == len(scores) == 36
    for row in rows:
        assert row.period
        bounds = row.more["worst_case"]
        assert bounds.low <= everybody[row.period.label] <= bounds.high
    misses = [s.estimate.value - everybody[s.period.label] for s in scores]  # type: ignore[union-attr, operator]
    assert np.mean(misses) > 0.05


def test_register_shows_which_response_is_uneven(
    organisation: Organisation, demo: toh.Workspace
) -> None:
    """By segment 1, .85 and .75 as likely to answer: R = 1 − 2 sd of those chances."""
    row = demo.response(where={"survey": "relatieonderzoek"})[0]
    alike = row.more["representativeness"]
    sent = organisation.tables["invitations"].to_pylist()
    segment = {
        one["customer_id"]: one["segment"] for one in organisation.tables["customers"].to_pylist()
    }
    asked = [one for one in sent if one["survey"] == "relatieonderzoek"]
    n = Counter(segment[one["customer_id"]] for one in asked)
    came = Counter(segment[one["customer_id"]] for one in asked if one["outcome"] == "answered")
    rates = np.repeat([came[name] / n[name] for name in n], [n[name] for name in n])
    assert alike.n == len(asked)
    assert alike.low <= 1 - 2 * np.std(rates) <= alike.high
    assert alike.high < 1
