"""Calendar periods: every day lies in exactly one, labels read back, weeks are ISO weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.period import EVERY, parse_period, period_of

DAYS = st.dates(date(1999, 1, 1), date(2040, 12, 31))


@given(DAYS, st.sampled_from(EVERY))
def test_period_holds_its_day_and_reads_back_from_its_label(day: date, every: str) -> None:
    period = period_of(day, every)
    assert period.first <= day <= period.last
    assert parse_period(period.label) == period


@given(DAYS, st.sampled_from(EVERY))
def test_periods_follow_each_other_without_a_gap(day: date, every: str) -> None:
    period = period_of(day, every)
    assert period.before().last == period.first - timedelta(1)
    assert period.before(3) == period.before().before().before()


@given(DAYS)
def test_week_is_the_iso_week(day: date) -> None:
    year, week, _ = day.isocalendar()
    assert period_of(day, "week").label == f"{year}-W{week:02d}"
    assert period_of(day, "week").first.weekday() == 0


def test_range_runs_from_the_first_day_to_the_last() -> None:
    assert parse_period("2026-01..2026-03") == parse_period("2026-01-01…2026-03-31")
    assert parse_period("2026-01..2026-03").days == 90


@pytest.mark.parametrize(
    "text", ["", "26", "2026-13", "2026-Q5", "2026-W54", "2026-02-30", "last month"]
)
def test_what_is_no_period_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_period(text)
    assert refused.value.hint
