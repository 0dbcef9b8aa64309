"""The same answer in every face: terminal, JSON, CSV, frames, chart, notebook; in both languages."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import topofheart as toh
from small_organisation import make_all
from topofheart.answer.answer import Answer, Row
from topofheart.answer.drawing import DRAWING_WIDTH, drawing
from topofheart.answer.table import as_text
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import LANGUAGES, Words
from topofheart.kernel.period import period_of


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    workspace = make_all(tmp_path_factory.mktemp("ws"), 800)
    return workspace.nps(by="unit", every="quarter", where={"kind": "relationship"})


def estimate(
    value: float | None = 0.3, low: float | None = 0.17, high: float | None = 0.42, **more: object
) -> Estimate:
    return replace(
        Estimate(value, low, high, 100, "net_share", "score interval (Tango 1998)"), **more
    )  # type: ignore[arg-type]


def test_json_csv_and_frames_hold_the_same_values(answer: Answer) -> None:
    rows = json.loads(answer.to_json())["rows"]
    lines = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert [float(line["value"]) for line in lines] == [row["value"] for row in rows]
    assert answer.to_pandas()["value"].tolist() == [row["value"] for row in rows]
    assert answer.to_polars()["low"].to_list() == [row["low"] for row in rows]
    assert answer.to_arrow().num_rows == len(rows) == len(answer)


def test_table_shows_value_interval_and_n_of_every_row(answer: Answer) -> None:
    text = str(answer)
    say = Words("answer", "en")
    for row in answer:
        assert row.estimate.value is not None
        assert say.number(100 * row.estimate.value, signed=True, decimals=1) in text
        assert say.number(row.estimate.n) in text
    assert "95 % interval" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_verdict_has_a_word(language: str) -> None:
    say = Words("answer", language)
    for state in State:
        assert say(f"state.{state}")
    for verdict in ("rose", "fell", "higher", "lower", "no_change", "no_difference", "cannot_tell"):
        assert say(f"verdict.{verdict}")


def test_rooms_say_the_same_things_in_both_languages() -> None:
    for room in ("kernel", "answer", "listen", "cli", "report"):
        english, dutch = (Words(room, language)._sentences for language in LANGUAGES)
        assert english.keys() == dutch.keys(), room


def test_dutch_table_has_decimal_commas() -> None:
    text = as_text(Answer((Row(estimate()),), {"metric": "nps"}, language="nl"))
    assert "+30,0" in text
    assert "16,9" not in text
    assert "95 %-interval" in text


def test_drawing_places_the_value_on_a_common_axis() -> None:
    drawn = drawing(estimate(0.0, -0.2, 0.2), (-1.0, 1.0))
    assert len(drawn) == DRAWING_WIDTH
    assert drawn[DRAWING_WIDTH // 2] == "●"
    assert drawn == drawn[::-1]


def test_unit_of_the_organisation_and_unit_of_the_value_are_kept_apart(answer: Answer) -> None:
    row = answer[0].as_dict()
    assert row["by_unit"] == answer[0].group["unit"]
    assert row["unit"] == "net_share"


def test_row_that_is_not_shown_has_no_value_and_no_drawing() -> None:
    hidden = estimate(None, None, None, state=State.TOO_FEW)
    text = as_text(Answer((Row(hidden, {"unit": "Gouda"}),), {"metric": "nps"}, language="en"))
    assert "too few" in text
    assert "●" not in text


def test_csv_never_starts_a_cell_like_a_formula() -> None:
    row = Row(estimate(), {"unit": "=HYPERLINK(evil)"}, period_of(date(2026, 1, 1), "month"))
    assert "'=HYPERLINK(evil)" in Answer((row,), {"metric": "nps"}).to_csv()


def test_markup_in_a_group_name_is_shown_as_it_is() -> None:
    answer = Answer((Row(estimate(), {"unit": "[red]<b>x</b>"}),), {"metric": "nps"}, language="en")
    assert "[red]<b>x</b>" in str(answer)
    assert "<b>x</b>" not in answer._repr_html_()


def test_chart_holds_every_shown_row_with_its_interval(answer: Answer) -> None:
    found = answer.chart().to_dict()
    values = (
        found["data"]["values"]
        if "values" in found.get("data", {})
        else found["layer"][0]["data"]["values"]
    )
    assert len(values) == len(answer)
    assert {"low", "high", "value", "n"} <= set(values[0])


def test_notebook_gets_chart_and_table(answer: Answer) -> None:
    bundle = answer._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert any("vega" in kind for kind in bundle)


def test_import_of_the_package_needs_no_heavy_library() -> None:
    import subprocess
    import sys

    heavy = ["pandas", "altair", "duckdb", "ibis", "pyarrow", "deltalake", "scipy", "numpy", "rich"]
    code = f"import sys, topofheart; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert Path(toh.__file__).name == "__init__.py"
