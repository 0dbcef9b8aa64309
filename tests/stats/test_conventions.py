"""The conventions in the docstring of the package, held against every public function."""

import doctest
import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from topofheart.kernel.errors import InvalidInput
from topofheart.stats import (
    breaks,
    clusters,
    cusum,
    differences,
    events,
    means,
    misclassified,
    multiple,
    net,
    nonresponse,
    planning,
    seasonality,
    shares,
    shrinkage,
    trends,
    weights,
)

MODULES = [
    "breaks", "clusters", "cusum", "differences", "disclosure", "events", "means", "misclassified", "multiple",
    "net", "nonresponse", "planning", "representativeness", "seasonality", "shares", "shrinkage", "trends", "weights",
]  # fmt: skip
Function = Callable[..., Any]
Given = dict[str, float]


def net_difference(low: Any, mid: Any, high: Any, **options: Any) -> Any:
    return differences.net_difference((low, mid, high), (3, 4, 5), **options)


def share_difference(successes: Any, n: Any, **options: Any) -> Any:
    return differences.share_difference((successes, n), (3, 4), **options)


def newcombe_interval(successes: Any, n: Any, **options: Any) -> Any:
    return differences.newcombe_interval((successes, n), (3, 4), **options)


def mean_difference(mean: Any, standard_error: Any, df: Any, **options: Any) -> Any:
    return differences.mean_difference((mean, standard_error, df), (7, 0.1, 9), **options)


def worst_case_share(value: Any, response_rate: Any) -> Any:
    return nonresponse.worst_case_bounds(value, response_rate, lowest=0, highest=1)


def counted_share(said: Any, n: Any, **options: Any) -> Any:
    return misclassified.counted_share(said, n, error=0.5, **options)


NET: Given = {"low": 1, "mid": 2, "high": 3}
SHARE: Given = {"successes": 2, "n": 5}
SUMS: Given = {"n": 5, "total": 5, "sum_of_squares": 15}
ERRING: Given = {
    "said": 30, "n": 100, "hits": 80, "yes": 100, "rejections": 180, "no": 200,
}  # fmt: skip
T: Given = {"mean": 8, "standard_error": 0.2, "df": 9}
CLUSTERS: Given = {"clusters": 3, "n": 4, "total": 3, "sum_s2": 5, "sum_sn": 5, "sum_n2": 6}
EFFECTIVE: Given = {"variance": 0.5, "standard_error": 0.1, "n": 90, "clusters": 30}
WEIGHTED: Given = {"kish": 80, "n": 90, "clusters": 30, "alone": 0.1, "clustered": 0.2}
TWO: Given = {"variance_a": 0.5, "variance_b": 0.4}

# function, valid arguments, those that may be negative, those that may be nan
FAMILY: list[tuple[Function, Given, set[str], set[str]]] = [
    (net.net_share, NET, set(), set()),
    (net.variance, NET, set(), set()),
    (net.score_interval, NET, set(), set()),
    (net.adjusted_wald_interval, NET, set(), set()),
    (net.adjusted_net, NET, set(), set()),
    (clusters.standard_error, CLUSTERS, {"total", "sum_sn"}, set()),
    (clusters.effective_size, EFFECTIVE, set(), {"variance", "standard_error"}),
    (worst_case_share, {"value": 0.3, "response_rate": 0.2}, set(), {"value", "response_rate"}),
    (weights.kish_size, {"weight": 9, "weight_squares": 10}, set(), set()),
    (weights.effective_size, WEIGHTED, set(), {"alone", "clustered"}),
    (weights.of_finite_population, {"effective": 8, "n": 9, "population": 20}, set(), set()),
    (shares.share, SHARE, set(), set()),
    (shares.wilson_interval, SHARE, set(), set()),
    (shares.jeffreys_interval, SHARE, set(), set()),
    (misclassified.corrected_share, ERRING, set(), set()),
    (misclassified.checked_share, ERRING, set(), set()),
    (counted_share, {"said": 3, "n": 9}, set(), set()),
    (events.count_interval, {"events": 4}, set(), set()),
    (means.sample_variance, SUMS, {"total"}, set()),
    (means.mean_estimate, SUMS, {"total"}, set()),
    (means.mean_interval, SUMS, {"total"}, set()),
    (means.t_interval, T, {"mean"}, set(T)),
    (net_difference, NET, set(), set()),
    (share_difference, SHARE, set(), set()),
    (newcombe_interval, SHARE, set(), set()),
    (mean_difference, T, {"mean"}, set(T)),
    (differences.paired_difference, SUMS, {"total"}, set()),
    (planning.margin_sample_size, {"variance": 0.5, "margin": 0.1}, set(), set()),
    (planning.difference_sample_size, TWO | {"difference": 0.1}, set(), set()),
    (planning.detectable_difference, TWO | {"n_a": 9, "n_b": 8}, set(), set()),
    (multiple.benjamini_hochberg, {"p": 0.5}, set(), {"p"}),
    (multiple.benjamini_yekutieli, {"p": 0.5}, set(), {"p"}),
]
# function, a valid family or series, those that may be negative
SERIES: list[tuple[Function, dict[str, list[Any]], set[str]]] = [
    (shrinkage.borrowed_errors, {"variance": [0.5, 0.4], "n": [9, 8]}, set()),
    (shrinkage.shrink, {"value": [0.5, 0.4], "standard_error": [0.1, 0.2]}, {"value"}),
    (trends.trend, {"values": [1.0, 2.0]}, {"values"}),
    (breaks.dispersion, {"values": [1.0, 2.0], "standard_error": [1.0, 1.0]}, {"values"}),
    (breaks.change_points, {"values": [1.0, 2.0], "standard_error": [1.0, 1.0]}, {"values"}),
    (breaks.pettitt, {"values": [1.0, 2.0]}, {"values"}),
    (cusum.cusum, {"z": [1.0, 2.0]}, {"z"}),
    (cusum.self_starting, {"values": [1.0, 2.0], "standard_error": [1.0, 1.0]}, {"values"}),
    (
        seasonality.season_effects,
        {"values": [[1.0, 2.0]], "standard_error": [[1.0, 1.0]], "levels": [[0, 0]]},
        {"values", "levels"},
    ),
]
SERIES_ARGUMENTS = [
    pytest.param(function, given, name, name in signed)
    for function, given, signed in SERIES
    for name in given
]
ARGUMENTS = [
    pytest.param(function, given, name, name in signed, name in gaps)
    for function, given, signed, gaps in FAMILY
    for name in given
]
MAY_BE_NAN = [
    pytest.param(function, given, name)
    for function, given, _, gaps in FAMILY
    for name in sorted(gaps)
]
CELLWISE = [pytest.param(*member[:2]) for member in FAMILY if "p" not in member[1]]
WITH_LEVEL = [
    net.score_interval,
    net.adjusted_wald_interval,
    shares.wilson_interval,
    shares.jeffreys_interval,
    misclassified.corrected_share,
    events.count_interval,
    means.mean_interval,
    means.t_interval,
    net_difference,
    share_difference,
    newcombe_interval,
    mean_difference,
    differences.paired_difference,
    planning.margin_sample_size,
    planning.difference_sample_size,
    planning.detectable_difference,
]


def arrays(result: Any) -> list[Any]:
    if isinstance(result, differences.Difference):
        return [getattr(result, name) for name in result.__dataclass_fields__]
    return list(result) if isinstance(result, tuple | list) else [result]


@pytest.mark.parametrize(("function", "given", "name", "signed", "gaps"), ARGUMENTS)
def test_argument_outside_its_domain_is_refused_by_name(
    function: Function, given: Given, name: str, signed: bool, gaps: bool
) -> None:
    bad = [np.inf] + ([] if signed else [-1.0]) + ([] if gaps else [np.nan])
    for value in bad:
        with pytest.raises(InvalidInput, match=name.split("_")[0]):
            function(**given | {name: np.array([given[name], value])})


@pytest.mark.parametrize(("function", "given", "name", "signed"), SERIES_ARGUMENTS)
def test_series_outside_its_domain_is_refused_by_name(
    function: Function, given: dict[str, Any], name: str, signed: bool
) -> None:
    for value in [np.inf] + ([] if signed else [-1.0]):
        wrong = np.array(given[name], dtype=float)
        wrong.flat[-1] = value
        with pytest.raises(InvalidInput, match=name.split("_")[0]):
            function(**given | {name: wrong})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("function", "given", "signed"), SERIES)
def test_series_without_any_value_gives_nothing_silently(
    function: Function, given: dict[str, Any], signed: set[str]
) -> None:
    function(**given | {next(iter(given)): np.full(np.shape(next(iter(given.values()))), np.nan)})


@pytest.mark.parametrize(("function", "given", "name"), MAY_BE_NAN)
def test_argument_that_may_be_nan_gives_nan_in_that_cell_only(
    function: Function, given: Given, name: str
) -> None:
    *_, last = arrays(function(**given | {name: np.array([given[name], np.nan])}))
    np.testing.assert_array_equal(np.isnan(last), [False, True])


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, float("nan")])
@pytest.mark.parametrize("function", WITH_LEVEL)
def test_level_outside_0_to_1_is_refused(function: Function, level: float) -> None:
    given = next(given for member, given, _, _ in FAMILY if member is function)
    with pytest.raises(InvalidInput, match="level"):
        function(**given, level=level)


@pytest.mark.parametrize(("function", "given"), CELLWISE)
def test_arguments_broadcast_and_cells_do_not_touch_each_other(
    function: Function, given: Given
) -> None:
    alone = arrays(function(**given))
    table = arrays(function(**{name: np.full((2, 1, 3), x) for name, x in given.items()}))
    for one, many in zip(alone, table, strict=True):
        np.testing.assert_array_equal(many, np.full((2, 1, 3), one))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "result",
    [
        net.net_share(0, 0, 0),
        net.score_interval(0, 0, 0),
        net.adjusted_wald_interval(0, 0, 0),
        net.adjusted_net(0, 0, 0),
        weights.kish_size(0, 0),
        shares.wilson_interval(0, 0),
        shares.jeffreys_interval(0, 0),
        misclassified.corrected_share(0, 0, 8, 10, 9, 10),
        misclassified.corrected_share(3, 9, 0, 0, 9, 10),
        misclassified.corrected_share(3, 9, 8, 10, 0, 0),
        means.mean_interval(0, 0, 0),
        means.mean_interval(1, 5, 25),
        clusters.standard_error(0, 0, 0, sum_s2=0, sum_sn=0, sum_n2=0),
        clusters.standard_error(1, 2, 2, sum_s2=4, sum_sn=4, sum_n2=4),
        net_difference(0, 0, 0),
        share_difference(0, 0),
        newcombe_interval(0, 0),
        mean_difference(np.nan, np.nan, 0),
        differences.paired_difference(0, 0, 0),
    ],
)
def test_cell_with_too_few_answers_gives_nan_silently(result: Any) -> None:
    assert all(np.isnan(array).all() for array in arrays(result))


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_give_what_they_say(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"topofheart.stats.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_import_of_the_package_leaves_scipy_stats_alone() -> None:
    program = f"import sys; from topofheart.stats import {', '.join(MODULES)}; " + (
        "sys.exit(any(name.startswith(('scipy.stats', 'pandas')) for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
