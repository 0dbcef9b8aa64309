"""Quotes that stand for all answers: in proportion, redacted, different, the same every time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_organisation import make
from topofheart.answer.answer import Answer
from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.kernel.estimate import State
from topofheart.measure import quotes as quoting
from topofheart.measure.quotes import MOST_GROUPS, _targets

WORDS = [f"woord{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]


def said(scores: list[int], **columns: list[object]) -> pa.Table:
    """One answer per score, each with words of its own."""
    draw = np.random.default_rng(2)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return pa.table(
        {
            "answer_id": [f"A{i}" for i in range(len(scores))],
            "answered_at": pa.array(
                [start + timedelta(hours=i) for i in range(len(scores))], pa.timestamp("us", "UTC")
            ),
            "recommend": pa.array(scores, pa.int64()),
            "comment": [" ".join(draw.choice(WORDS, 12, replace=False)) for _ in scores],
        }
        | columns
    )


def quoted(answer: Answer) -> list[float]:
    return [row.more["score"] for row in answer]


def test_quotes_are_spread_over_the_scores_as_the_answers_are(tmp_path: Path) -> None:
    scores = [0] * 20 + [6] * 30 + [8] * 50 + [10] * 100
    found = make(tmp_path / "w", {"answers": [said(scores)]}).voices(count=10)
    assert quoted(found) == [0, 6, 6, 8, 8, 10, 10, 10, 10, 10]
    share = next(row.estimate for row in found if row.more["score"] == 6)
    assert (share.value, share.n) == (0.15, 200)
    assert share.low is not None
    assert share.high is not None
    assert share.low < 0.15 < share.high


def test_few_loud_writers_do_not_outweigh_the_silent(tmp_path: Path) -> None:
    """Only the unhappy write much; the quotes still follow what all customers answered."""
    scores = [1] * 40 + [9] * 160
    table = said(scores)
    words = [one if i < 43 else None for i, one in enumerate(table["comment"].to_pylist())]
    table = table.set_column(table.schema.get_field_index("comment"), "comment", pa.array(words))
    found = make(tmp_path / "w", {"answers": [table]}).voices(count=4)
    assert quoted(found) == [1, 9, 9, 9]


def test_quotes_are_unlike_each_other_and_from_different_places(tmp_path: Path) -> None:
    scores = [9] * 60
    table = said(scores, touchpoint=[("order", "repair", "delivery")[i % 3] for i in range(60)])
    copies = ["Alles ging goed en snel, dank jullie wel hoor." if i < 40 else one
              for i, one in enumerate(table["comment"].to_pylist())]  # fmt: skip
    table = table.set_column(table.schema.get_field_index("comment"), "comment", pa.array(copies))
    found = make(tmp_path / "w", {"answers": [table]}).voices(count=3)
    words = [set(row.more["said"].split()) for row in found]
    assert len(found) == 3
    assert all(len(a & b) < len(a | b) / 2 for a in words for b in words if a is not b)
    assert {row.more["from"]["touchpoint"] for row in found} == {"order", "repair", "delivery"}


def test_quotes_are_redacted_and_the_same_every_time(tmp_path: Path) -> None:
    table = said([3, 5, 9] * 10)
    words = [f"{one} mail mij op jan.{i}@example.nl" for i, one in enumerate(table["comment"].to_pylist())]  # fmt: skip
    table = table.set_column(table.schema.get_field_index("comment"), "comment", pa.array(words))
    first = make(tmp_path / "one", {"answers": [table]}).voices()
    again = make(tmp_path / "two", {"answers": [table.take(pa.array(range(29, -1, -1)))]}).voices()
    assert not any("@" in row.more["said"] for row in first)
    assert [row.more["said"] for row in first] == [row.more["said"] for row in again]
    assert "single_customers" in first.caveats


def test_about_keeps_words_that_begin_so_in_any_case(tmp_path: Path) -> None:
    table = said([4, 7, 9, 10] * 10)
    words = [
        f"{'Wachten' if i % 4 == 0 else '(wachttijd)' if i % 4 == 1 else 'verwacht'} {one}"
        for i, one in enumerate(table["comment"].to_pylist())
    ]
    table = table.set_column(table.schema.get_field_index("comment"), "comment", pa.array(words))
    found = make(tmp_path / "w", {"answers": [table]}).voices("wacht", count=6)
    assert {row.more["score"] for row in found} == {4, 7}
    assert all(re.search(r"\bwacht", row.more["said"], re.IGNORECASE) for row in found)
    assert all(row.estimate.n == 20 for row in found)


def test_words_that_nobody_used_are_no_evidence(tmp_path: Path) -> None:
    found = make(tmp_path / "w", {"answers": [said([3, 9] * 5)]}).voices("olifant.*[")
    assert [row.estimate.state for row in found] == [State.NO_EVIDENCE]
    assert "No comment fits the question." in str(found)


def test_by_gives_quotes_for_each_of_the_largest_groups(tmp_path: Path) -> None:
    units = [f"unit {i % 20:02d}" if i % 20 < 15 else "big" for i in range(400)]
    found = make(tmp_path / "w", {"answers": [said([5, 8, 10, 9] * 100, unit=units)]}).voices(
        by="unit", count=2
    )
    groups = [row.group["unit"] for row in found]
    assert len(set(groups)) == MOST_GROUPS
    assert "big" in groups
    assert groups == sorted(groups)
    assert all("unit" not in row.more["from"] for row in found)


def test_few_rows_leave_the_engine_however_many_answers_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make(tmp_path / "w", {"answers": [said([i % 11 for i in range(3_000)])]})
    read = workspace.engine.read
    sizes: list[int] = []

    def watched(expression: object) -> pa.Table:
        found = read(expression)  # type: ignore[arg-type]
        sizes.append(found.num_rows)
        return found

    monkeypatch.setattr(workspace.engine, "read", watched)
    workspace.voices()
    assert max(sizes) <= 11 * quoting.CANDIDATES


def test_comments_without_a_score_are_quoted_without_a_share(tmp_path: Path) -> None:
    table = said([1] * 12).drop_columns(["recommend"])
    found = make(tmp_path / "w", {"answers": [table]}).voices(count=3)
    assert [row.more["score"] for row in found] == [None] * 3
    assert all(row.estimate.state is State.NO_EVIDENCE for row in found)
    assert "no score" in str(found)


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("width", [60, 120])
def test_voices_show_themselves_in_both_languages_wide_and_narrow(
    tmp_path: Path, language: str, width: int
) -> None:
    from dataclasses import replace

    from topofheart.answer.table import as_text

    units = ["[bold]Gouda[/bold]"] * 30
    workspace = make(tmp_path / "w", {"answers": [said([3, 9, 10] * 10, unit=units)]})
    found = replace(workspace.voices(by="unit"), language=language)
    text = as_text(found, width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "[bold]Gouda[/bold]" in text
    assert found[0].more["said"].split()[0] in text
    assert not any("vegalite" in kind for kind in found._repr_mimebundle_())
    assert "said" in found.to_csv().splitlines()[0]
    assert found.to_pandas()["unit"].unique().tolist() == ["share"]


def test_impossible_count_or_group_is_refused(tmp_path: Path) -> None:
    workspace = make(tmp_path / "w", {"answers": [said([3, 9])]})
    with pytest.raises(InvalidInput) as refused:
        workspace.voices(count=0)
    assert refused.value.code == "bad_count"
    with pytest.raises(UnknownName):
        workspace.voices(by="comment")


@given(
    st.dictionaries(st.integers(0, 10).map(float), st.integers(1, 500), min_size=1),
    st.integers(1, 50),
)
def test_targets_are_the_quantiles_of_the_answers(spread: dict[float, int], count: int) -> None:
    every = np.repeat(sorted(spread), [spread[score] for score in sorted(spread)])
    middles = [(2 * i + 1) / (2 * count) for i in range(count)]
    quantiles = [float(np.quantile(every, q, method="inverted_cdf")) for q in middles]
    assert _targets({**spread}, count) == quantiles
