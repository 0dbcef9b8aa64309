"""Shares of what was understood: corrected for known errors, in each language apart, on a lake of known readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import topofheart as toh
from measure.understood_lake import READER, Told, add_readings, understood_lake
from small_organisation import make, orders, said_contacts
from topofheart.answer.answer import Answer
from topofheart.kernel.errors import InvalidInput, LakeError, UnknownName
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.question import ask
from topofheart.measure.understood import FEWEST_TEXTS, source_of_texts, understood_shares
from topofheart.stats.misclassified import corrected_share
from topofheart.understand.labels import EMOTIONS, WORRIES

PERFECT = [10**7, 10**7, 10**7, 10**7]
ERRING = [80, 100, 180, 200]


def told(count: int, of: int, language: str = "nl", **more: Any) -> list[Told]:
    """`of` texts, `count` of them with joy and relief."""
    joyful = {"emotions": " joy relief "}
    return [{"language": language, **more, **(joyful if i < count else {})} for i in range(of)]


def shares(
    workspace: toh.Workspace,
    kind: str = "emotions",
    errors: dict[str, list[int]] | None = None,
    **how: Any,
) -> Answer:
    question = replace(ask("nps", **how), source="contacts", clusters=False)
    of_each = errors or {"nl": PERFECT, "en": PERFECT}
    labels = [f"emotion.{one}" for one in EMOTIONS] + ["worry", "valence.mixed", "topic.pay"]
    labels += [f"worry.{one}" for one in WORRIES]
    return understood_shares(
        workspace.reader(), question, kind, by_reader=READER, errors=dict.fromkeys(labels, of_each)
    )


def of_joy(answer: Answer) -> Estimate:
    return next(row.estimate for row in answer if row.group["emotion"] == "joy")


def test_share_is_corrected_in_each_language_for_its_own_errors(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, told(30, 100) + told(10, 100, "en"))
    found = of_joy(shares(workspace, errors={"nl": ERRING, "en": PERFECT}))
    assert found.value == pytest.approx((2 / 7 + 0.1) / 2)
    assert (found.n, found.method) == (200, "Rogan–Gladen")
    dutch, english = (
        corrected_share(said, 100, *errors) for said, errors in ((30, ERRING), (10, PERFECT))
    )
    for place, limit in ((1, found.low), (2, found.high)):
        wide = [abs(float(one[place] - one[0])) / 2 for one in (dutch, english)]
        assert limit is not None
        assert abs(limit - found.value) == pytest.approx((wide[0] ** 2 + wide[1] ** 2) ** 0.5)


@pytest.mark.parametrize("count", [0, 1, 100, 160])
def test_interval_of_one_language_is_that_of_its_own_share(tmp_path: Path, count: int) -> None:
    """At 0 and 1 it is lopsided, and stays as long as it was."""
    found = of_joy(shares(understood_lake(tmp_path, told(count, 200)), errors={"nl": ERRING}))
    value, low, high = map(float, corrected_share(count, 200, *ERRING))
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high))


def test_texts_in_other_languages_do_not_count(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, told(20, 40) + told(0, 60, "other"))
    assert (of_joy(shares(workspace)).n, of_joy(shares(workspace)).value) == (40, 0.5)


def test_readings_of_another_reader_do_not_count(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, told(20, 40))
    add_readings(workspace, told(40, 40), reader="other-2")
    found = of_joy(shares(workspace))
    assert (found.n, found.value) == (40, 0.5)


def test_few_texts_and_unknown_errors_have_no_value(tmp_path: Path) -> None:
    few = understood_lake(tmp_path / "few", told(20, FEWEST_TEXTS - 1))
    assert of_joy(shares(few)).state is State.TOO_FEW
    enough = understood_lake(tmp_path / "enough", told(20, FEWEST_TEXTS))
    assert of_joy(shares(enough)).state is State.SHOWN
    for errors in ({"en": PERFECT}, {"nl": [55, 100, 60, 100]}):
        found = of_joy(shares(enough, errors=errors))
        assert (found.state, found.value) == (State.CANNOT_TELL, None)


def test_shares_split_by_group_and_period(tmp_path: Path) -> None:
    rows = [
        one
        for month, unit, count in ((1, "Breda", 10), (1, "Gouda", 20), (2, "Breda", 40))
        for one in told(count, 40, unit=unit, day=date(2025, month, 5))
    ]
    workspace = understood_lake(tmp_path, rows)
    found = {
        (row.group["unit"], row.period.label if row.period else None): row.estimate.value
        for row in shares(workspace, by="unit", every="month")
        if row.group["emotion"] == "joy"
    }
    cells = {("Breda", "2025-01"): 0.25, ("Gouda", "2025-01"): 0.5, ("Breda", "2025-02"): 1.0}
    assert found == pytest.approx(cells, abs=1e-6)
    assert of_joy(shares(workspace, where={"unit": "Gouda"})).n == 40
    assert of_joy(shares(workspace, since="2025-02")).value == pytest.approx(1)
    assert of_joy(shares(workspace, until="2025-01")).value == pytest.approx(30 / 80)


def test_periods_stand_in_the_order_of_the_calendar(tmp_path: Path) -> None:
    rows = [one for month in (10, 4, 1) for one in told(1, 30, day=date(2025, month, 5))]
    answer = shares(understood_lake(tmp_path, rows), every="quarter")
    found = [row.period.label for row in answer if row.period and row.group["emotion"] == "joy"]
    assert found == ["2025-Q1", "2025-Q2", "2025-Q4"]


def test_each_kind_counts_its_own_labels_the_most_frequent_first(tmp_path: Path) -> None:
    rows = [{"worry": i < 30, "worries": " money stuck " if i < 20 else None} for i in range(40)]
    answer = shares(understood_lake(tmp_path, rows), "worries")
    found = [(row.group["worry"], round(row.estimate.value or 0.0, 4)) for row in answer]
    assert found[:3] == [("any", 0.75), ("money", 0.5), ("stuck", 0.5)]
    assert {value for _, value in found[3:]} == {0.0}
    assert len(found) == 1 + len(WORRIES)
    assert answer.caveats == ("errors_elsewhere",)
    assert answer.question["reader"] == READER


@pytest.mark.parametrize(("language", "words"), [("nl", "blijdschap"), ("en", "joy")])
def test_shares_are_told_in_words(
    tmp_path: Path, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOPOFHEART_LANGUAGE", language)
    assert words in str(shares(understood_lake(tmp_path, told(20, 40))))


def test_workspace_without_texts_or_readings_says_what_to_do(tmp_path: Path) -> None:
    silent = make(tmp_path / "silent", {"orders": [orders(10)]})
    with pytest.raises(LakeError) as refused:
        silent.emotions()
    assert (refused.value.code, bool(refused.value.hint)) == ("no_texts", True)
    unread = make(tmp_path / "unread", {"contacts": [said_contacts(20)]})
    with pytest.raises(LakeError) as refused:
        shares(unread)
    assert refused.value.code == "no_readings"
    with pytest.raises(UnknownName, match="orders"):
        unread.topics(of="orders")
    assert source_of_texts(unread.reader(), "answers") == "contacts"


def test_texts_stay_behind_the_door_for_what_is_shared(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, told(20, 40)).statistics
    for kind in ("questions", "emotions", "valence", "worries", "topics"):
        with pytest.raises(InvalidInput):
            getattr(workspace, kind)()
