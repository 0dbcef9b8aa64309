"""Files of kinds that we never saw: right at first sight or a question, never a wrong guess."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from listen.strange_files import Verdict, judge, strange_files

PAGE = Path(__file__).parents[2] / "docs/explanation/strange-files.md"
WORDS = ("right", "asked", "wrong")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    return [judge(file, tmp_path_factory.mktemp("strange")) for file in strange_files().values()]


def test_strange_files_are_never_read_wrongly(verdicts: list[Verdict]) -> None:
    shares = Counter(verdict.word for verdict in verdicts)
    print(dict(shares))
    wrong = [f"{v.file.name}: {'; '.join(v.because)}" for v in verdicts if v.word == "wrong"]
    assert len(verdicts) >= 60
    assert not wrong, "\n".join(wrong)


def test_strange_files_the_page_shows_the_shares_of_today(verdicts: list[Verdict]) -> None:
    assert table(verdicts) in PAGE.read_text(encoding="utf-8"), table(verdicts)


def table(verdicts: list[Verdict]) -> str:
    """The Markdown table of the page."""
    lines = ["| File like | What became of it |", "| --- | --- |"]
    lines += [f"| {verdict.file.like} | {verdict.word} |" for verdict in verdicts]
    counted = Counter(verdict.word for verdict in verdicts)
    words = ", ".join(f"{counted[word]} {word}" for word in WORDS)
    return "\n".join([f"{len(verdicts)} files: {words}.", "", *lines])
