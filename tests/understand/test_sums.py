"""The sums of weights: many texts at once give what each gives alone, and memory stays bounded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from topofheart.understand import sums
from topofheart.understand.sums import Sums, Weights, restored, stored
from topofheart.understand.words import SHOUT, segments

TEXTS = [
    "Waar blijft mijn pakket? Ik ben niet blij.",
    "niet niet niet",
    "NIET GOED!!",
    "qwxzzyk onbekendwoord 😡",
    "blij pakket",
    "pakket blij",
    ".",
    "Prima, maar duur",
]


def _weights() -> Weights:
    chance = np.random.default_rng(4)
    words = ("blij", "duur", "goed", "niet", "pakket", "prima", "waar", SHOUT)

    def rows(count: int) -> npt.NDArray[np.float32]:
        return chance.normal(size=(count, 5)).astype(np.float32)

    return Weights(
        words=words,
        of_words=rows(len(words)),
        of_negated=rows(len(words)),
        of_pieces=rows(64),
        stems={"onbekend*": 0},
        of_stems=rows(1),
        pairs=np.array([0 * sums.PAIR + 4], dtype=np.int64),  # "blij pakket"
        of_pairs=rows(1),
    )


def _of(one: Sums, *texts: str) -> npt.NDArray[np.float32]:
    return one.of(texts, [segments(text) or [(0, 0)] for text in texts])[0]


def test_many_texts_at_once_give_what_each_gives_alone() -> None:
    together = _of(Sums(_weights()), *TEXTS)
    alone = np.concatenate([_of(Sums(_weights()), text) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_order_of_texts_does_not_matter() -> None:
    one = Sums(_weights())
    backwards = [_of(one, text) for text in reversed(TEXTS)][::-1]
    np.testing.assert_allclose(_of(Sums(_weights()), *TEXTS), np.concatenate(backwards), atol=1e-5)


def test_a_sum_is_that_of_its_words() -> None:
    weights = _weights()
    expected = weights.of_words[5] + weights.of_words[1]
    np.testing.assert_allclose(_of(Sums(weights), "prima duur")[0], expected, atol=1e-6)


def test_a_negated_word_and_a_known_pair_weigh_more_than_their_words() -> None:
    weights = _weights()
    alone = weights.of_words
    turned = alone[3] + alone[2] + weights.of_negated[2]
    np.testing.assert_allclose(_of(Sums(weights), "niet goed")[0], turned, atol=1e-6)
    pair = alone[0] + alone[4] + weights.of_pairs[0]
    np.testing.assert_allclose(_of(Sums(weights), "blij pakket")[0], pair, atol=1e-6)
    no_pair = alone[0] + alone[4]
    np.testing.assert_allclose(_of(Sums(weights), "pakket blij")[0], no_pair, atol=1e-6)


def test_an_unknown_word_weighs_by_its_letters_and_its_stem() -> None:
    weights = _weights()
    found = _of(Sums(weights), "qwxzzyk")[0]
    assert np.abs(found).sum() > 0
    buckets = sums.piece_buckets("onbekendst", len(weights.of_pieces))
    expected = weights.of_pieces[buckets].sum(axis=0) * sums.piece_scale(buckets)
    np.testing.assert_allclose(
        _of(Sums(weights), "onbekendst")[0], expected + weights.of_stems[0], atol=1e-5
    )


def test_no_words_weigh_nothing() -> None:
    one = Sums(_weights())
    found, lengths = one.of([""], [[(0, 0)]])
    assert found.tolist() == [[0] * 5]
    assert lengths.tolist() == [0]


def test_what_is_remembered_stays_bounded_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MOST_REMEMBERED", 50)
    monkeypatch.setattr(sums, "ROOM", 4)
    one = Sums(_weights())
    right = _of(Sums(_weights()), *TEXTS)
    for number in range(40):
        _of(
            one,
            " ".join(
                f"{'abcdefgh'[number % 8]}{chr(97 + place)}{number * 'x'}" for place in range(20)
            ),
        )
        assert len(one._places) <= 50 + 20
    np.testing.assert_allclose(_of(one, *TEXTS), right, atol=1e-5)


def test_weights_come_back_from_their_file_as_they_went() -> None:
    weights = _weights()
    back = restored(
        stored({**vars(weights), "words": list(weights.words), "stems": list(weights.stems)})
    )
    assert back.words == weights.words
    assert back.stems == weights.stems
    assert back.pairs.tolist() == weights.pairs.tolist()
    for name in ("of_words", "of_negated", "of_pieces", "of_stems", "of_pairs"):
        np.testing.assert_allclose(getattr(back, name), getattr(weights, name), atol=5e-3)
