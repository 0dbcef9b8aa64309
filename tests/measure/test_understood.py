"""Shares of what was understood: corrected where they were checked, else as read, on a lake of known readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import topofheart as toh
from measure.understood_lake import READER, Told, add_readings, understood_lake
from small_organisation import make, orders, said_contacts
from topofheart.answer.answer import Answer
from topofheart.answer.table import as_text
from topofheart.kernel.errors import InvalidInput, LakeError, UnknownName
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure import understood
from topofheart.measure.question import ask
from topofheart.measure.texts import source_of_texts
from topofheart.measure.understood import FEWEST_TEXTS, understood_shares
from topofheart.stats.misclassified import checked_share, corrected_share, counted_share
from topofheart.stats.shares import wilson_interval
from topofheart.understand.elsewhere import Elsewhere, elsewhere
from topofheart.understand.labels import EMOTIONS, WORRIES

RIGHT = (100, 100, 100, 100)
ERRING = (80, 100, 180, 200)


def told(count: int, of: int, language: str = "nl", **more: Any) -> list[Told]:
    """`of` texts, `count` of them with joy and relief."""
    joyful = {"emotions": " joy relief "}
    return [{"language": language, **more, **(joyful if i < count else {})} for i in range(of)]


def shares(workspace: toh.Workspace, kind: str = "emotions", **how: Any) -> Answer:
    question = replace(ask("nps", **how), source="contacts", clusters=False)
    return understood_shares(workspace.reader(), question, kind, by_reader=READER)


def erring(monkeypatch: pytest.MonkeyPatch, errors: tuple[int, int, int, int]) -> None:
    """As if joy had been checked with these errors; how they are counted is tested with the checks."""
    counted = {"emotion.joy": errors}
    monkeypatch.setattr(understood, "errors_here", lambda *_: counted)


def of_joy(answer: Answer) -> Estimate:
    return next(row.estimate for row in answer if row.group["emotion"] == "joy")


@pytest.mark.parametrize("count", [0, 1, 30, 100, 160])
@pytest.mark.parametrize(
    ("how", "way", "method"),
    [
        ({}, checked_share, "double sampling"),
        ({"where": {"unit": "Breda"}}, corrected_share, "Rogan–Gladen"),
        ({"since": "2025"}, corrected_share, "Rogan–Gladen"),
    ],
    ids=["all", "a unit", "a year"],
)
def test_share_of_a_checked_label_is_corrected_by_the_check(
    tmp_path: Path,
    count: int,
    how: dict[str, Any],
    way: Callable[..., Any],
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both languages together: a check is of all the texts that are there, and of a part tells errors only."""
    erring(monkeypatch, ERRING)
    answer = shares(understood_lake(tmp_path, told(count, 160) + told(0, 40, "en")), **how)
    found = of_joy(answer)
    value, low, high = map(float, way(count, 200, *ERRING))
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high))
    assert (found.n, found.method) == (200, method)
    beside = {row.group["emotion"]: row.more.get("as_read") for row in answer}
    assert beside == dict.fromkeys(EMOTIONS) | {"joy": count / 200}
    assert answer.caveats == ("checked_here", "counted_as_read")


@pytest.mark.parametrize("count", [0, 1, 100, 200])
def test_unchecked_share_is_counted_as_read_with_the_error_of_other_sources(
    tmp_path: Path, count: int
) -> None:
    answer = shares(
        understood_lake(tmp_path, told(count, 150) + told(max(count - 150, 0), 50, "en"))
    )
    found, known = of_joy(answer), elsewhere()
    expected = counted_share(found.value * 200 if found.value else 0, 200, error=known.error)
    assert (found.value, found.low, found.high) == pytest.approx(tuple(map(float, expected)))
    assert found.value == min(count, 150) / 200 + max(count - 150, 0) / 200
    assert answer.caveats == ("counted_as_read",)
    assert answer.question["elsewhere"]["error"] == known.error
    assert all("as_read" not in row.more for row in answer)


@pytest.mark.parametrize("how", [{"by": "unit"}, {"every": "year"}])
def test_rows_to_compare_have_no_error_of_level_in_their_intervals(
    tmp_path: Path, how: dict[str, str]
) -> None:
    answer = shares(understood_lake(tmp_path, told(50, 200)), **how)
    found = of_joy(answer)
    assert (found.value, found.low, found.high) == pytest.approx((0.25, *wilson_interval(50, 200)))
    assert answer.caveats == ("level_unsure",)
    whole = of_joy(shares(understood_lake(tmp_path / "whole", told(50, 200))))
    assert whole.low is not None
    assert found.low is not None
    assert whole.low < found.low - 0.05


def test_what_other_sources_told_is_plausible() -> None:
    """A typical error is above half of them, and none is known without its sources and day."""
    known = elsewhere()
    assert 0 < known.half < known.error < 3
    assert known.pairs >= 2 * len(known.sources) > 0
    assert date.fromisoformat(known.date) > date(2026, 1, 1)


def test_texts_in_other_languages_do_not_count(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, told(20, 40) + told(0, 60, "other"))
    assert (of_joy(shares(workspace)).n, of_joy(shares(workspace)).value) == (40, 0.5)


def test_readings_of_another_reader_do_not_count(tmp_path: Path) -> None:
    workspace = understood_lake(tmp_path, told(20, 40))
    add_readings(workspace, told(40, 40), reader="other-2")
    found = of_joy(shares(workspace))
    assert (found.n, found.value) == (40, 0.5)


def test_few_texts_and_a_reader_that_hardly_tells_have_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = understood_lake(tmp_path / "few", told(20, FEWEST_TEXTS - 1))
    assert of_joy(shares(few)).state is State.TOO_FEW
    enough = understood_lake(tmp_path / "enough", told(20, FEWEST_TEXTS))
    assert of_joy(shares(enough)).state is State.SHOWN
    erring(monkeypatch, (55, 100, 60, 100))
    assert of_joy(shares(enough)).state is State.SHOWN
    found = of_joy(shares(enough, since="2025"))
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
    assert answer.caveats == ("counted_as_read",)
    assert answer.question["reader"] == READER


@pytest.mark.parametrize(
    ("language", "words", "factor", "checked"),
    [("nl", "blijdschap", "1,5", "zoals gelezen"), ("en", "joy", "1.5", "as read")],
)
def test_shares_are_told_in_words(
    tmp_path: Path,
    language: str,
    words: str,
    factor: str,
    checked: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOPOFHEART_LANGUAGE", language)
    monkeypatch.setattr(
        understood, "elsewhere", lambda: Elsewhere(1.1, 0.4, 9, ("a",), "2026-11-22")
    )
    workspace = understood_lake(tmp_path, told(20, 40))
    plain = as_text(shares(workspace), 100)
    assert words in plain
    assert factor in " ".join(plain.split())
    assert checked not in plain.partition("·")[0]
    erring(monkeypatch, RIGHT)
    corrected = shares(workspace)
    for width in (80, 120):
        told_of = as_text(corrected, width)
        assert checked in told_of.partition("·")[0]
        assert max(map(len, told_of.splitlines())) <= width
        assert "50.0 %" in told_of.replace(",", ".")
        assert ("●" in told_of) == (width == 120)
    assert f"<td>{words}</td>" in corrected._repr_html_()


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
