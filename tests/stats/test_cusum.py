"""The tabular CUSUM: Montgomery's data, and how long it takes."""

import numpy as np
import pytest

from topofheart.stats.cusum import NEVER, cusum, self_starting

MONTGOMERY = np.array([
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08,
    9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
])  # fmt: skip


def test_montgomery_signals_at_29() -> None:
    """Montgomery (2012), table 9.1, with target 10, slack .5 and alarm 5."""
    found = cusum(MONTGOMERY - 10)
    np.testing.assert_allclose(found.up[-3:], [4.47, 5.28, 5.30], atol=5e-3)
    assert found.alarm_up == 28
    assert found.alarm_down == NEVER


def test_upside_down_the_other_sum_signals() -> None:
    assert cusum(10 - MONTGOMERY).alarm_down == 28


def test_period_without_a_value_adds_nothing() -> None:
    found = cusum([2.0, np.nan, 2.0])
    np.testing.assert_allclose(found.up, [1.5, 1.5, 3.0])


def test_each_period_is_weighed_by_its_own_error() -> None:
    by_hand = (5 - (1 / 1 + 3 / 4) / (1 / 1 + 1 / 4)) / np.sqrt(9 + 1 / 1.25)
    found = self_starting([1.0, 3.0, 5.0], [1.0, 2.0, 3.0])
    assert np.isnan(found[0])
    assert found[2] == pytest.approx(by_hand)


def test_self_starting_values_are_standard_normal_without_change() -> None:
    draw = np.random.default_rng(9)
    errors = draw.uniform(0.5, 2, 24)
    z = self_starting(7 + draw.normal(size=(4000, 24)) * errors, errors)[:, 1:]
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.06)
    np.testing.assert_allclose(z.std(axis=0), 1, atol=0.05)
    assert abs(np.corrcoef(z[:, 5], z[:, 9])[0, 1]) < 0.05


def test_false_alarm_comes_about_once_in_465() -> None:
    """Average run length of Montgomery (2012), section 9.1.3."""
    found = cusum(np.random.default_rng(10).normal(size=(1500, 3000)))
    first = np.where(found.alarm_up == NEVER, 3000, found.alarm_up)
    second = np.where(found.alarm_down == NEVER, 3000, found.alarm_down)
    assert np.minimum(first, second).mean() == pytest.approx(465, rel=0.08)
