"""Krippendorff's alpha: a case done by hand, published examples, and what must always hold."""

from __future__ import annotations

import pytest
from agreement import alpha, second
from corpus import lines
from hypothesis import given
from hypothesis import strategies as st

LABELLINGS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2)


def test_alpha_by_hand() -> None:
    # Four texts, one disagreement: observed 1/4. Of the eight values five are yes and three no:
    # expected 1 − (5·4 + 3·2)/(8·7) = 30/56. So alpha = 1 − (1/4)·(56/30) = 16/30.
    pairs = [("yes", "yes"), ("yes", "yes"), ("no", "no"), ("yes", "no")]
    assert alpha(pairs) == pytest.approx(16 / 30)


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ("0100000010", "1110010000", 0.095),  # A: binary, Meg and Owen, ten articles
        ("aabbdcccedda", "babbbccceddd", 0.692),  # B: five categories, Ben and Gerry, twelve
    ],
)
def test_alpha_of_krippendorffs_examples_is_as_published(
    first: str, second: str, published: float
) -> None:
    # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, examples for two observers.
    assert alpha(list(zip(first, second, strict=True))) == pytest.approx(published, abs=0.0005)


@given(LABELLINGS)
def test_alpha_is_one_only_where_all_agree(pairs: list[tuple[str, str]]) -> None:
    if all(first == second for first, second in pairs):
        assert alpha(pairs) == 1
    else:
        assert alpha(pairs) < 1


@given(LABELLINGS)
def test_alpha_does_not_mind_who_is_first(pairs: list[tuple[str, str]]) -> None:
    assert alpha([(second, first) for first, second in pairs]) == pytest.approx(alpha(pairs))


def test_second_labelling_is_of_texts_that_exist() -> None:
    told = second()
    assert len(told) > 1_000
    assert set(told) <= {line.id for line in lines()}
    assert {len(fields) for fields in told.values()} == {5}
