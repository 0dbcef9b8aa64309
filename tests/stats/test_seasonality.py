"""The time of year: known from two years on."""

import numpy as np
import pytest

from topofheart.kernel.errors import InvalidInput
from topofheart.stats.seasonality import season_effects

EFFECTS = np.array([3, 1, 0, -1, -2, -1, 0, 0, 1, 2, -1, -2], dtype=float)


def test_effects_are_found_beside_a_change_of_level() -> None:
    levels = np.repeat([0, 1], [20, 16])
    values = np.tile(EFFECTS, 3) + np.where(levels == 0, 10, 4)
    found = season_effects([values], 1.0, [levels])
    np.testing.assert_allclose(found.effects, [EFFECTS], atol=1e-9)
    assert found.known.all()


def test_effects_equal_least_squares_with_weights() -> None:
    draw = np.random.default_rng(11)
    values, errors = draw.normal(size=(1, 30)), draw.uniform(0.5, 2, (1, 30))
    found = season_effects(values, errors, np.zeros((1, 30)), first=3)
    months = np.eye(12)[(np.arange(30) + 3) % 12]
    fitted = np.linalg.lstsq(months / errors.T, (values / errors)[0], rcond=None)[0]
    np.testing.assert_allclose(found.effects[0], fitted - fitted.mean(), atol=1e-9)


def test_one_wave_a_year_is_found_with_two_numbers() -> None:
    """By hand: a cosine that is highest in the second month; noise saves two degrees of freedom."""
    wave = 3 * np.cos(2 * np.pi * (np.arange(12) - 1) / 12)
    found = season_effects([np.tile(wave, 2)], 1.0, np.zeros((1, 24)), waves=1)
    np.testing.assert_allclose(found.effects, [wave], atol=1e-9)
    noise = np.random.default_rng(13).normal(size=(2000, 48))
    saved = season_effects(noise, 1.0, np.zeros((2000, 48)), waves=1).saved
    assert saved.mean() == pytest.approx(2, abs=0.15)


def test_under_two_years_the_season_is_unknown() -> None:
    values = np.tile(EFFECTS, 2)[None, :]
    assert season_effects(values, 1.0, np.zeros((1, 24))).known.all()
    values = values.copy()
    values[0, 5] = np.nan
    found = season_effects(values, 1.0, np.zeros((1, 24)))
    assert not found.known.any()
    assert found.saved == [0]


def test_noise_saves_as_much_as_its_degrees_of_freedom() -> None:
    noise = np.random.default_rng(12).normal(size=(2000, 48))
    found = season_effects(noise, 1.0, np.zeros((2000, 48)))
    assert found.saved.mean() == pytest.approx(11, abs=0.4)


def test_one_series_must_still_be_a_table() -> None:
    with pytest.raises(InvalidInput):
        season_effects([1.0, 2.0], 1.0, [0, 0])
