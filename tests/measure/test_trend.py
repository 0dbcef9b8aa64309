"""Trends: slopes with verdicts, dated changes and what may explain them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import topofheart as toh
from small_organisation import make
from topofheart.kernel.errors import InvalidInput, LakeError
from topofheart.kernel.estimate import State
from topofheart.kernel.period import Period, parse_period

FIRST = parse_period("2023-01")


def months(count: int) -> list[Period]:
    found = [FIRST]
    while len(found) < count:
        found.append(Period(found[-1].last + timedelta(1), found[-1].last + timedelta(1), "day"))
        found[-1] = parse_period(f"{found[-1].first:%Y-%m}")
    return found


def answers(
    nets: list[float], n: int = 200, *, seed: int = 1, days: float = 1.0, **columns: Any
) -> pa.Table:
    """`n` answers a month drawn with these true net shares; a column may be a list, one per month."""
    draw = np.random.default_rng(seed)
    parts = []
    for place, (month, net) in enumerate(zip(months(len(nets)), nets, strict=True)):
        last = place == len(nets) - 1
        length = max(1, int(month.days * (days if last else 1)))
        size = max(1, int(n * (days if last else 1)))
        stamps = [month.first + timedelta(int(day)) for day in draw.integers(0, length, size)]
        stamps[-1] = month.first + timedelta(length - 1)
        more = {
            name: value[place] if isinstance(value, list) else value
            for name, value in columns.items()
        }
        tag = "-".join(map(str, more.values()))
        parts.append(
            pa.table(
                {
                    "answer_id": [f"{place}-{i}-{seed}-{tag}" for i in range(size)],
                    "answered_at": pa.array(stamps, pa.date32())
                    .cast(pa.timestamp("us"))
                    .cast(pa.timestamp("us", "UTC")),
                    "recommend": draw.choice(
                        [3, 8, 10], size, p=[0.3 - net / 2, 0.4, 0.3 + net / 2]
                    ),
                    **{name: [value] * size for name, value in more.items()},
                }
            )
        )
    return pa.concat_tables(parts)


def step(count: int, place: int, size: float, start: float = 0.2) -> list[float]:
    return [start + (size if month >= place else 0) for month in range(count)]


def ask(
    folder: Path, table: pa.Table, others: dict[str, pa.Table] | None = None, **how: Any
) -> Any:
    tables = {"answers": [table]} | {name: [rows] for name, rows in (others or {}).items()}
    return make(folder, tables).trend(**how)


def test_slow_rise_is_rising_with_its_slope(tmp_path: Path) -> None:
    row = ask(tmp_path, answers([-0.2 + 0.015 * i for i in range(30)]))[0]
    assert row.more["verdict"] == "rising"
    assert row.estimate.low <= 0.015 <= row.estimate.high
    assert row.estimate.unit == "net_share per month"


def test_flat_series_shows_no_trend_and_no_change(tmp_path: Path) -> None:
    row = ask(tmp_path, answers([0.2] * 30, 600))[0]
    assert row.more["verdict"] == "no_trend"
    assert row.more["changes"] == []
    assert row.more["alarm"] is None


def test_few_answers_cannot_tell(tmp_path: Path) -> None:
    row = ask(tmp_path, answers([0.2] * 8, 40))[0]
    assert row.more["verdict"] == "cannot_tell"


def test_five_months_are_too_short(tmp_path: Path) -> None:
    answer = ask(tmp_path, answers([0.1, 0.2, 0.3, 0.4, 0.5]))
    assert answer[0].more["verdict"] == "too_short"
    assert answer[0].estimate.state is State.TOO_FEW
    assert answer[0].estimate.value is None


def test_step_is_dated_and_sized(tmp_path: Path) -> None:
    row = ask(tmp_path, answers(step(30, 18, -0.25)))[0]
    (change,) = row.more["changes"]
    assert change["earliest"] <= parse_period("2024-07") <= change["latest"]
    assert abs((change["period"].first - date(2024, 7, 1)).days) <= 31
    assert change["size"].low <= -0.25 <= change["size"].high
    assert change["noticed"].first > date(2024, 6, 30)
    assert row.more["alarm"] is None


def test_slow_fall_raises_an_alarm_before_it_can_be_dated(tmp_path: Path) -> None:
    """Totals, exactly: eleven steady units, and one that gives in a little every month of the last ten."""
    rows = [
        {
            "answer_count_id": f"{unit}-{place}",
            "counted_on": month.first if place < 31 else month.last,
            "unit": unit,
            "promoters": 120.0 - (1.6 * max(0, place - 21) if unit == "A" else 0),
            "passives": 120.0,
            "detractors": 60.0 + (1.6 * max(0, place - 21) if unit == "A" else 0),
        }
        for unit in "ABCDEFGHIJKL"
        for place, month in enumerate(months(32))
    ]
    answer = make(tmp_path, {"answer_counts": [pa.Table.from_pylist(rows)]}).trend(by="unit")
    alarms = {row.group["unit"]: row.more["alarm"] for row in answer}
    assert [row.more["changes"] for row in answer] == [[]] * 12
    assert alarms["A"]["direction"] == "down"
    assert all(alarms[unit] is None for unit in "BCDEFGHIJKL")
    assert "Watch: since" in str(answer)


def test_single_last_month_is_dated_to_itself(tmp_path: Path) -> None:
    row = ask(tmp_path, answers([0.2] * 29 + [-0.4], 300))[0]
    (change,) = row.more["changes"]
    assert change["period"].label == "2025-06"
    assert change["latest"].label == "2025-06"


def test_month_that_is_not_over_is_left_out(tmp_path: Path) -> None:
    nets = [0.2] * 20 + [-0.9 / 2]
    answer = ask(tmp_path, answers(nets, days=0.3))
    assert answer[0].more["changes"] == []
    assert "last_period_left_out" in answer.caveats
    assert answer[0].more["series"][-1]["period"].label == "2024-08"
    assert answer.question["until"] == "2024-08-31"


def test_thin_months_are_widened_to_quarters(tmp_path: Path) -> None:
    answer = ask(tmp_path, answers(step(36, 18, -0.5), 6))
    assert answer.question["every"] == "quarter"
    assert "periods_widened" in answer.caveats
    (change,) = answer[0].more["changes"]
    assert change["period"].label == "2024-Q3"


def test_dated_event_near_the_change_is_offered_and_a_far_one_is_not(tmp_path: Path) -> None:
    events = pa.table(
        {
            "decision_id": ["1", "2"],
            "decided_on": pa.array([date(2024, 6, 28), date(2023, 5, 1)]),
            "title": ["New script, ask j.jansen@example.nl", "Another matter"],
        }
    )
    row = ask(tmp_path, answers(step(30, 18, -0.25)), {"decisions": events})[0]
    (event,) = row.more["changes"][0]["events"]
    assert event["on"] == date(2024, 6, 28)
    assert event["what"] == "New script, ask [mail]"


def test_other_channel_is_the_first_suspect_and_says_what_it_explains(tmp_path: Path) -> None:
    """Nobody thinks otherwise: the web, 40 points lower, takes over from the mail."""
    mails, webs = [150] * 15 + [50] * 15, [50] * 15 + [150] * 15
    parts = []
    for channel, net, sizes in (("mail", 0.4, mails), ("web", 0.0, webs)):
        whole = answers([net] * 30, 150, seed=len(channel), channel=channel)
        ids = whole["answer_id"].to_pylist()
        keep = [int(one.split("-")[1]) < sizes[int(one.split("-")[0])] for one in ids]
        parts.append(whole.filter(pa.array(keep)))
    row = ask(tmp_path, pa.concat_tables(parts))[0]
    (change,) = row.more["changes"]
    (suspect,) = change["suspects"]
    assert suspect["what"] == "channel_mix"
    assert suspect["moved"] == pytest.approx(0.5, abs=0.01)
    assert suspect["explains"] == pytest.approx(-0.2, abs=0.06)
    assert suspect["explains"] == pytest.approx(change["size"].value, abs=0.06)


def test_changed_survey_and_number_of_answers_are_suspects(tmp_path: Path) -> None:
    first = answers(step(15, 99, 0), 100)
    names = ["old question"] * 15 + ["new question"] * 15
    second = answers(step(30, 15, -0.3), 300, seed=2, survey=names)
    first = first.append_column("survey", pa.array(["old question"] * len(first)))
    late = [int(one.split("-")[0]) >= 15 for one in second["answer_id"].to_pylist()]
    row = ask(tmp_path, pa.concat_tables([first, second.filter(pa.array(late))]))[0]
    suspects = {one["what"]: one for one in row.more["changes"][0]["suspects"]}
    assert suspects["survey_mix"]["category"] in ("old question", "new question")
    assert suspects["answers"]["before"] == pytest.approx(100)
    assert suspects["answers"]["after"] == pytest.approx(300)


def test_other_invitations_and_response_are_suspects(tmp_path: Path) -> None:
    counts = pa.table(
        {
            "invitation_count_id": [str(i) for i in range(30)],
            "counted_on": pa.array([month.first for month in months(30)]),
            "period": ["month"] * 30,
            "sent": [1000.0] * 15 + [400.0] * 15,
            "withheld": [0.0] * 15 + [200.0] * 15,
            "answered": [200.0] * 30,
        }
    )
    row = ask(tmp_path, answers(step(30, 15, 0.25)), {"invitation_counts": counts})[0]
    suspects = {one["what"]: one for one in row.more["changes"][0]["suspects"]}
    assert suspects["invitations"] == {"what": "invitations", "before": 1000, "after": 400}
    assert suspects["response"]["before"] == pytest.approx(0.2)
    assert suspects["response"]["after"] == pytest.approx(0.5)
    assert suspects["withheld"]["after"] == pytest.approx(1 / 3)


def test_season_is_known_from_two_years_and_is_no_change(tmp_path: Path) -> None:
    season = [0.25, 0.25, 0.1, 0, 0, -0.1, -0.25, -0.25, -0.1, 0, 0, 0.1]
    answer = ask(tmp_path / "three", answers(season * 3, 400))
    row = answer[0]
    assert row.more["season"] == "shown"
    assert row.more["changes"] == []
    assert row.more["season_effects"]["1"] == pytest.approx(0.25, abs=0.08)
    assert row.more["season_effects"]["7"] == pytest.approx(-0.25, abs=0.08)
    short = ask(tmp_path / "one", answers(season + season[:8], 400))
    assert short[0].more["season"] == "unknown"
    assert "season_unknown" in short.caveats


def test_step_is_found_beside_a_season(tmp_path: Path) -> None:
    season = [0.15, 0.15, 0.1, 0, 0, -0.1, -0.15, -0.15, -0.1, 0, 0, 0.1] * 4
    nets = [one + (-0.25 if month >= 29 else 0) for month, one in enumerate(season)]
    row = ask(tmp_path, answers([0.1 + one for one in nets], 600))[0]
    assert row.more["season"] == "shown"
    (change,) = row.more["changes"]
    assert change["period"].label == "2025-06"


def test_two_years_are_enough_to_tell_a_yearly_wave_from_a_step(tmp_path: Path) -> None:
    wave = 0.15 * np.cos(2 * np.pi * np.arange(26) / 12)
    nets = [0.1 + one - (0.25 if month >= 15 else 0) for month, one in enumerate(wave)]
    row = ask(tmp_path, answers(nets, 600))[0]
    assert row.more["season"] == "shown"
    (change,) = row.more["changes"]
    assert change["period"].label == "2024-04"
    assert change["size"].low <= -0.25 <= change["size"].high


def test_groups_are_followed_apart_and_corrected_together(tmp_path: Path) -> None:
    parts = [
        answers(step(24, 12, -0.3 if unit == "B" else 0), seed=place, unit=unit)
        for place, unit in enumerate("ABCD")
    ]
    answer = ask(tmp_path, pa.concat_tables(parts), by="unit")
    changed = {row.group["unit"]: len(row.more["changes"]) for row in answer}
    assert changed == {"A": 0, "B": 1, "C": 0, "D": 0}
    assert all(row.more["p_adjusted"] >= row.more["p"] for row in answer)


def test_group_without_answers_in_some_months_keeps_its_dates(tmp_path: Path) -> None:
    whole = answers(step(24, 12, -0.4), unit="A")
    gaps = [int(one.split("-")[0]) not in (3, 4, 14) for one in whole["answer_id"].to_pylist()]
    other = answers([0.2] * 24, seed=3, unit="B")
    parts = pa.concat_tables([whole.filter(pa.array(gaps)), other])
    rows = {row.group["unit"]: row for row in ask(tmp_path, parts, by="unit")}
    assert rows["A"].more["changes"][0]["period"].label == "2024-01"


@pytest.mark.parametrize("metric", ["csat", "grade", "worry", "ces", "warmth"])
def test_every_score_can_be_followed(metric: str, tmp_path: Path) -> None:
    from small_organisation import make_all

    answer = make_all(tmp_path, 2000).trend(metric)
    assert {row.more["verdict"] for row in answer} <= {
        "rising", "falling", "no_trend", "cannot_tell", "too_short",
    }  # fmt: skip
    assert all(row.estimate.state is State.SHOWN for row in answer if row.estimate.n > 200)


def test_answers_without_days_cannot_be_followed(tmp_path: Path) -> None:
    table = pa.table({"answer_id": ["1", "2"], "recommend": [9, 3]})
    with pytest.raises(LakeError) as refused:
        ask(tmp_path, table)
    assert refused.value.code == "no_days"


def test_unknown_period_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        toh.open(tmp_path).trend(every="fortnight")


def test_every_face_of_a_trend_shows_the_change(tmp_path: Path) -> None:
    answer = ask(tmp_path, answers(step(30, 18, -0.25)))
    label = answer[0].more["changes"][0]["period"].label
    assert json.loads(answer.to_json())["rows"][0]["changes"][0]["period"] == label
    assert label in answer.to_csv()
    assert answer.to_pandas()["changes"][0][0]["period"] == label
    assert answer.to_polars()["verdict"].to_list() == [answer[0].more["verdict"]]
    assert label in str(answer)
    assert label in answer._repr_html_()
    spec = json.dumps(answer.chart().to_dict())
    assert '"period": "2023-01"' in spec
    assert f'"period": "{label}"' in spec
