"""Worst-case bounds by hand, at their ends, and as a property: nobody's answers fall outside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.nonresponse import worst_case_bounds

answers = st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=60)


def test_net_of_30_points_from_a_fifth_has_the_bounds_of_the_method() -> None:
    assert worst_case_bounds(0.30, 0.20, lowest=-1, highest=1) == pytest.approx((-0.74, 0.86))


def test_share_and_grade_have_the_ends_of_their_own_scale() -> None:
    assert worst_case_bounds(0.8, 0.5, lowest=0, highest=1) == pytest.approx((0.4, 0.9))
    assert worst_case_bounds(7.5, 0.4, lowest=1, highest=10) == pytest.approx((3.6, 9.0))


@given(heard=answers, silent=answers)
def test_score_of_all_lies_within_the_bounds_whatever_the_silent_think(
    heard: list[int], silent: list[int]
) -> None:
    rate = len(heard) / (len(heard) + len(silent))
    low, high = worst_case_bounds(np.mean(heard), rate, lowest=-1, highest=1)
    assert low - 1e-12 <= np.mean(heard + silent) <= high + 1e-12


@given(heard=answers, silent=st.integers(1, 60))
def test_bounds_are_reached_when_all_the_silent_are_alike(heard: list[int], silent: int) -> None:
    rate = len(heard) / (len(heard) + silent)
    ends = worst_case_bounds(np.mean(heard), rate, lowest=-1, highest=1)
    assert ends == pytest.approx([np.mean(heard + [end] * silent) for end in (-1, 1)])


def test_rate_in_percent_is_refused() -> None:
    with pytest.raises(InvalidInput, match="response_rate"):
        worst_case_bounds(0.3, 20, lowest=-1, highest=1)
