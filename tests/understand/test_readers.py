"""What every reader keeps to, ours or another's; and that one which does not is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from topofheart.kernel.errors import InvalidInput
from topofheart.understand.labels import OF_A_TEXT
from topofheart.understand.model import shipped
from topofheart.understand.reader import Reader, Scores, checked
from topofheart.understand.reading import BATCH, Reading, reading, readings

TEXTS = (
    "Waar blijft mijn pakket? Ik ben bang dat het te laat komt.",
    "Thanks, that was quick!",
    "",
    "Wo bleibt mein Paket?",
    "😡😡",
    "geen\nletter",
    "x" * 5_000,
    "Vraag? " * 500,
)


class Constant:
    """The simplest reader there is: every label half likely, every text one question and one worry."""

    name = "constant-1"

    def __init__(self, thresholds: dict[str, float] | None = None) -> None:
        self.thresholds = thresholds or {}
        self.seen: list[list[str]] = []

    def scores(self, texts: Sequence[str]) -> Scores:
        self.seen.append(list(texts))
        labels = np.full((len(texts), len(OF_A_TEXT)), 0.5, np.float32)
        return Scores(labels, _whole(texts), _whole(texts))


def _whole(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    return [[(0, len(text))] if text else [] for text in texts]


READERS: dict[str, Callable[[], Reader]] = {"ours": shipped, "constant": Constant}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]()


def test_a_reader_has_a_name_and_thresholds_of_known_labels(reader: Reader) -> None:
    assert reader.name.strip()
    assert set(reader.thresholds) <= set(OF_A_TEXT)
    assert all(0 < least < 1 for least in reader.thresholds.values())


def test_scores_of_any_texts_pass_the_check(reader: Reader) -> None:
    scores = reader.scores(TEXTS)
    assert checked(scores, TEXTS, reader) is scores
    for spans in (*scores.asked, *scores.worried):
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_no_texts_have_no_scores(reader: Reader) -> None:
    scores = checked(reader.scores([]), [], reader)
    assert scores.labels.shape == (0, len(OF_A_TEXT))
    assert list(readings([], reader)) == []


def test_a_text_scores_the_same_alone_and_among_others(reader: Reader) -> None:
    together = reader.scores(TEXTS)
    for place, text in enumerate(TEXTS):
        alone = reader.scores([text])
        np.testing.assert_allclose(alone.labels[0], together.labels[place], atol=1e-4)
        assert alone.asked[0] == together.asked[place]
        assert alone.worried[0] == together.worried[place]


def test_the_same_texts_score_the_same_twice(reader: Reader) -> None:
    first, second = reader.scores(TEXTS), reader.scores(TEXTS)
    assert first.labels.tolist() == second.labels.tolist()
    assert (first.asked, first.worried) == (second.asked, second.worried)


def test_the_texts_given_are_left_alone(reader: Reader) -> None:
    given = list(TEXTS)
    reader.scores(given)
    assert given == list(TEXTS)


def test_a_reader_gives_readings_in_the_order_of_the_texts(reader: Reader) -> None:
    texts = [TEXTS[place % 2] for place in range(BATCH + 3)]
    found = list(readings(texts, reader))
    assert len(found) == len(texts)
    assert found == [found[place % 2] for place in range(len(texts))]
    assert all(isinstance(one, Reading) for one in found)


def test_a_reader_never_sees_personal_data_and_few_texts_at_once() -> None:
    plugged = Constant()
    list(readings(["mail jan@example.nl of bel 06-12345678"] * (BATCH + 1), plugged))
    assert [len(texts) for texts in plugged.seen] == [BATCH, 1]
    assert {text for texts in plugged.seen for text in texts} == {"mail [mail] of bel [phone]"}


def test_a_threshold_of_the_reader_decides_what_is_told() -> None:
    told = reading("Is het er al?", Constant())
    assert told.asks
    assert told.worry
    strict = reading("Is het er al?", Constant({"asks": 0.6, "emotion.joy": 0.6}))
    assert not strict.asks
    assert strict.questions == ()
    assert "joy" in told.emotions
    assert "joy" not in strict.emotions


TWO = ("Waar is het?", "Prima.")


def _good() -> Scores:
    return Constant().scores(TWO)


def _with_label(value: float) -> Scores:
    scores = _good()
    scores.labels[1, 3] = value
    return scores


def _asked(*spans: tuple[int, int]) -> Scores:
    return replace(_good(), asked=[list(spans), []])


BROKEN: dict[str, Callable[[], Scores]] = {
    "a label too few": lambda: replace(_good(), labels=_good().labels[:, 1:]),
    "a text too few": lambda: replace(_good(), labels=_good().labels[:1]),
    "no second dimension": lambda: replace(_good(), labels=_good().labels.ravel()),
    "lists": lambda: replace(_good(), labels=_good().labels.tolist()),
    "nothing": lambda: replace(_good(), labels=None),
    "texts for numbers": lambda: replace(_good(), labels=_good().labels.astype(str)),
    "not a number": lambda: _with_label(float("nan")),
    "endless": lambda: _with_label(float("inf")),
    "more than sure": lambda: _with_label(1.01),
    "less than impossible": lambda: _with_label(-0.01),
    "spans of a text too few": lambda: replace(_good(), asked=[[]]),
    "worries of a text too many": lambda: replace(_good(), worried=[[], [], []]),
    "a span past the end": lambda: _asked((0, len(TWO[0]) + 1)),
    "a span before the start": lambda: _asked((-1, 3)),
    "an empty span": lambda: _asked((2, 2)),
    "a span backwards": lambda: _asked((5, 2)),
    "spans that overlap": lambda: _asked((0, 5), (4, 8)),
    "spans out of order": lambda: _asked((5, 8), (0, 3)),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_reader_is_refused_by_name(what: str) -> None:
    class Broken(Constant):
        name = "broken-7"

        def scores(self, texts: Sequence[str]) -> Scores:
            return BROKEN[what]()

    with pytest.raises(InvalidInput, match="broken-7") as refused:
        checked(Broken().scores(TWO), TWO, Broken())
    assert refused.value.code == "bad_reader"
    with pytest.raises(InvalidInput) as refused:
        list(readings(TWO, Broken()))
    assert refused.value.code == "bad_reader"


def test_what_the_broken_ones_are_made_of_is_good() -> None:
    assert checked(_good(), TWO, Constant())
    assert checked(_asked((0, 4), (4, 8)), TWO, Constant())
