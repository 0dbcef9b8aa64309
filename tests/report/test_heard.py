"""What customers ask and fear on the first page, from files as customers' words come in."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

import topofheart as toh
from topofheart.report import heard as hearing
from topofheart.report.customer_picture import customer_picture
from topofheart.report.heard import FEWEST_SHOWN, heard
from topofheart.report.picture import Heard, Picture

WHEN = (
    "Wanneer wordt mijn bestelling bezorgd?",
    "Hoe laat komt mijn pakket vandaag?",
    "Wanneer komt mijn bestelling nou eindelijk aan?",
    "When will my order be delivered?",
)
AFRAID = (
    "Ik ben bang dat mijn bestelling nooit meer aankomt.",
    "Ik maak me zorgen dat het pakket helemaal niet meer komt.",
)
CALM = (
    "Vriendelijk geholpen aan de balie.",
    "De winkel was netjes en ruim.",
    "Prima advies gekregen.",
    "Alles naar wens, dank u wel.",
)
HARM = "Door het wachten dacht ik aan zelfmoord."


def look(
    folder: Path, texts: list[str], *, column: str = "Opmerking"
) -> tuple[toh.Workspace, Picture]:
    path = folder / "klanten.csv"
    rows = [[f"K{i}", f"2026-03-{1 + i % 28:02d}", i % 11, text] for i, text in enumerate(texts)]
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([["Klantnummer", "Datum", "NPS", "Opmerking"], *rows])
    workspace = toh.open(folder / "workspace")
    read = workspace.read(path)
    return workspace, customer_picture(workspace, read, made_on=date(2026, 4, 1), language="nl")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    texts = [f"{WHEN[i % 4]} {CALM[i % 4]}" for i in range(40)]
    texts += [AFRAID[i % 2] for i in range(60)] + [CALM[i % 4] for i in range(100)]
    said = look(tmp_path_factory.mktemp("look"), [*texts, HARM])[1].heard
    assert said
    return said


def test_question_that_many_ask_comes_with_its_share_and_real_questions(found: Heard) -> None:
    first = found.questions[0]
    assert (found.place, found.written, found.sampled) == ("answers", 201, False)
    assert first.name == "Wanneer komt mijn bestelling?"
    assert first.times >= 20
    assert first.share.value == pytest.approx(first.times / found.texts)
    assert first.share.low is not None
    assert first.share.low < first.times / found.texts
    assert set(first.quotes) <= set(WHEN)
    assert len(first.quotes) == 2
    assert found.asking >= first.times


def test_worry_comes_with_its_share_and_the_words_of_it(found: Heard) -> None:
    first = found.worries[0]
    assert first.code == "not_coming"
    assert first.quote in AFRAID
    assert first.share.low is not None
    assert 0 < first.share.low < (first.share.value or 0)


def test_text_of_harm_is_counted_and_stands_nowhere(tmp_path: Path, found: Heard) -> None:
    assert found.unquoted == 1
    picture = look(tmp_path, [CALM[i % 4] for i in range(40)] + [HARM])[1]
    assert HARM not in repr(picture)


def test_low_score_with_words_of_harm_is_called_without_printing_them(tmp_path: Path) -> None:
    """Row 44 gives a 0."""
    picture = look(tmp_path, [CALM[i % 4] for i in range(44)] + [HARM])[1]
    first = picture.calls[0]
    assert (first.id, first.why, first.comment) == ("K44", ("harm",), None)


def test_fewer_texts_than_can_tell_give_no_shares(tmp_path: Path) -> None:
    found = look(tmp_path, [WHEN[0]] * 12)[1].heard
    assert found
    assert (found.questions, found.worries, found.worried) == ((), (), None)
    assert found.written == 12


@pytest.mark.parametrize(("askers", "shown"), [(FEWEST_SHOWN - 1, False), (FEWEST_SHOWN, True)])
def test_question_of_too_few_customers_is_not_shown(
    tmp_path: Path, askers: int, shown: bool
) -> None:
    workspace, _ = look(tmp_path, [WHEN[0]] * askers + [CALM[i % 4] for i in range(60)])
    found = heard(workspace, "nl")
    assert found
    assert found.asking == askers
    assert bool(found.questions) == shown


def test_file_without_texts_has_nothing_heard(tmp_path: Path) -> None:
    assert look(tmp_path, [""] * 40)[1].heard is None


def test_large_file_is_drawn_by_lot_and_a_second_look_reads_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_READ", 50)
    workspace, picture = look(tmp_path, [f"{WHEN[i % 4]} {i}" for i in range(120)])
    found = picture.heard
    assert found
    assert (found.written, found.texts, found.sampled) == (120, 50, True)
    before = workspace.lake.snapshot().versions["readings"]
    assert heard(workspace, "nl") == found
    assert workspace.lake.snapshot().versions["readings"] == before


def test_contacts_are_heard_before_comments_and_need_no_score(tmp_path: Path) -> None:
    path = tmp_path / "contacten.csv"
    lines = [f"C{i},K{i},2026-03-{1 + i % 28:02d} 10:00,phone,{WHEN[i % 4]}" for i in range(40)]
    path.write_text(
        "\n".join(["contact_id,customer_id,contacted_at,channel,text", *lines]), "utf-8"
    )
    workspace = toh.open(tmp_path / "workspace")
    read = workspace.read(path, table="contacts")
    picture = customer_picture(workspace, read, made_on=date(2026, 4, 1), language="en")
    assert picture.heard
    assert picture.heard.place == "contacts"
    assert picture.heard.questions[0].name == "When will my order arrive?"
    assert picture.score is None
    assert (picture.unknowns[0].code, picture.unknowns[0].table) == ("score", "answers")


def test_lot_falls_on_the_same_rows_of_a_file_in_every_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_READ", 50)
    drawn = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        workspace, _ = look(tmp_path / name, [f"{WHEN[i % 4]} {i}" for i in range(120)])
        drawn.append(rows_read(workspace))
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 50
    assert drawn[0] != sorted(range(1, 121))[:50]


def rows_read(workspace: toh.Workspace) -> list[int]:
    reader = workspace.reader()
    answers = reader.engine.read(reader.engine.table(reader.files("answers"))).to_pylist()
    readings = reader.engine.read(reader.engine.table(reader.files("readings"))).to_pylist()
    read = {row["row_key"] for row in readings}
    return sorted(row["read_row"] for row in answers if row["key"] in read)
