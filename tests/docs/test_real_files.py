"""What `bench/real.py` prints, worked out again from the same files with pandas and the formulas."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import t as student

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
Z = 1.959963984540054
LINE = re.compile(r"^    (.+?)  +(-?[\d.]+)  (-?[\d.]+) … (-?[\d.]+)  n (\d+) *(\w*)$")
Row = tuple[str, float, float, float, int, str]


@pytest.fixture(scope="module")
def printed(data: Path) -> str:
    done = subprocess.run(
        [sys.executable, "bench/real.py", str(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(printed: str, file: str, question: str) -> list[Row]:
    """The rows printed under one question of one file."""
    (part,) = [part for part in printed.split("\n\n") if part.strip().startswith(file)]
    _, _, after = part.partition(f"\n  {question}\n")
    found: list[Row] = []
    for line in after.splitlines():
        match = LINE.match(line)
        if match is None:
            break
        label, *numbers, n, verdict = match.groups()
        value, low, high = map(float, numbers)
        found.append((label.strip(), value, low, high, int(n), verdict))
    assert found, f"nothing printed for {file}, {question}"
    return found


def wilson(satisfied: int, n: int) -> tuple[float, float, float]:
    """Share and limits after Wilson (1927)."""
    p = satisfied / n
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return p, centre - half, centre + half


def agresti_caffo(before: pd.Series, after: pd.Series) -> tuple[float, float, float, float]:
    """Difference of two shares, its limits and p value after Agresti and Caffo (2000)."""
    (x1, n1), (x2, n2) = ((int(s.sum()), len(s)) for s in (before, after))
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    error = math.sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    gap = p2 - p1
    p_value = math.erfc(abs(gap / error) / math.sqrt(2))
    return x2 / n2 - x1 / n1, gap - Z * error, gap + Z * error, p_value


def same(row: Row, values: tuple[float, ...], n: int) -> None:
    assert row[4] == n
    assert row[1:4] == pytest.approx(values[:3], abs=5.1e-5)


@pytest.fixture(scope="module")
def reviews(data: Path) -> pd.DataFrame:
    frame = pd.read_parquet(data / "olist/order_reviews_a.parquet")
    frame["satisfied"] = frame.review_score >= 4
    frame["month"] = frame.review_answer_timestamp.dt.strftime("%Y-%m")
    frame["quarter"] = frame.review_answer_timestamp.dt.to_period("Q").astype(str)
    frame["year"] = frame.review_answer_timestamp.dt.strftime("%Y")
    return frame


def test_reviews_overall_is_the_wilson_interval(printed: str, reviews: pd.DataFrame) -> None:
    (row,) = rows(printed, "olist/order_reviews_a", "csat")
    same(row, wilson(int(reviews.satisfied.sum()), len(reviews)), len(reviews))


def test_reviews_by_month_hold_every_answer_on_its_local_day(
    printed: str, reviews: pd.DataFrame
) -> None:
    found = rows(printed, "olist/order_reviews_a", "csat --every month")
    expected = reviews.groupby("month").satisfied.agg(["sum", "size"])
    assert [row[0] for row in found] == list(expected.index)
    for row, (_, (satisfied, n)) in zip(found, expected.iterrows(), strict=True):
        same(row, wilson(int(satisfied), int(n)), int(n))


@pytest.mark.parametrize(
    ("question", "period", "before", "after"),
    [
        ("compare --score csat --every quarter", "quarter", "2018Q2", "2018Q3"),
        ("compare --score csat --between 2017 2018", "year", "2017", "2018"),
    ],
)
def test_reviews_compared_is_agresti_caffo(
    printed: str, reviews: pd.DataFrame, question: str, period: str, before: str, after: str
) -> None:
    (row,) = rows(printed, "olist/order_reviews_a", question)
    sides = [reviews.satisfied[reviews[period] == one] for one in (before, after)]
    *values, p_value = agresti_caffo(sides[0], sides[1])
    same(row, tuple(values), len(sides[0]) + len(sides[1]))
    assert p_value > 0.05
    assert row[5] == "no_change"


def test_advertisers_grade_is_students_interval(printed: str, data: Path) -> None:
    grades = pd.read_parquet(data / "customer_sat_bayesm/customerSat.parquet").q1
    mean, high, low = rows(printed, "customer_sat_bayesm/customerSat", "grade")
    n = len(grades)
    half = float(student.ppf(0.975, n - 1)) * grades.std(ddof=1) / math.sqrt(n)
    same(mean, (grades.mean(), grades.mean() - half, grades.mean() + half), n)
    same(high, wilson(int((grades >= 8).sum()), n), n)
    same(low, wilson(int((grades <= 5).sum()), n), n)


def test_students_by_use_and_their_difference(printed: str, data: Path) -> None:
    frame = pd.read_parquet(data / "cub_satisfaction/univer.parquet")
    satisfied = frame["global"] >= 6
    (overall,) = rows(printed, "cub_satisfaction/univer", "csat")
    same(overall, wilson(int(satisfied.sum()), len(frame)), len(frame))
    for row in rows(printed, "cub_satisfaction/univer", "csat --by freqserv"):
        group = satisfied[frame.freqserv == int(row[0])]
        same(row, wilson(int(group.sum()), len(group)), len(group))
    (gap,) = rows(printed, "cub_satisfaction/univer", "compare --score csat --by freqserv")
    *values, p_value = agresti_caffo(satisfied[frame.freqserv == 0], satisfied[frame.freqserv == 1])
    same(gap, tuple(values), len(frame))
    assert p_value < 0.05
    assert gap[5] == "higher"


def test_patients_turned_around_count_each_patient_once(printed: str, data: Path) -> None:
    frame = pd.read_parquet(data / "nhs_fft_feedback/fft_v6_a.parquet")
    patients = frame.drop_duplicates("Respondent ID")
    known = patients[patients["FFT categorical answer"] <= 5]
    good = known["FFT categorical answer"] <= 2
    (row,) = rows(printed, "turned.parquet", "csat")
    same(row, wilson(int(good.sum()), len(known)), len(known))
    for trust in rows(printed, "turned.parquet", "csat --by trust"):
        own = good[known.Trust == trust[0]]
        same(trust, wilson(int(own.sum()), len(own)), len(own))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("olist/order_reviews_a.parquet", "answers"),
        ("olist/orders_a.parquet", "orders"),
        ("olist/customers_a.parquet", "customers"),
        ("customer_sat_bayesm/customerSat.parquet", "answers"),
        ("cub_satisfaction/univer.parquet", "answers"),
        ("nhs_fft_feedback/fft_v6_a.parquet", "answers"),
    ],
)
def test_every_row_of_every_file_is_accounted_for(
    printed: str, data: Path, file: str, source: str
) -> None:
    n = len(pd.read_parquet(data / file))
    assert f"{Path(file).name} → {source}: {n:,} rows read: {n:,} new." in printed


def test_missing_data_fail_loudly(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "bench/real.py", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "olist/order_reviews_a.parquet" in done.stderr
