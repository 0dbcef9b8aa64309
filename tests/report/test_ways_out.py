"""Personal data planted in every column of text of a file comes out nowhere."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

import topofheart as toh
from cli.test_commands import run
from topofheart.measure.question import ask
from topofheart.measure.quotes import quotes
from topofheart.measure.voices import callers

CANARIES = {
    "phone": "06-24681357",
    "mail": "sanne.bakker@voorbeeld.example",
    "iban": "NL91ABNA0417164300",
    "bsn": "111222333",
    "name": "Yilmaz",
}
SAID = (
    "Bel Fatima Yilmaz terug op 06-24681357 want het duurde lang",
    "Stuur het naar sanne.bakker@voorbeeld.example of mevrouw Yilmaz",
    "Maak over naar NL91ABNA0417164300, met groet, Fatima Yilmaz",
    "Mijn bsn is 111222333 en dat weet mevrouw Yilmaz",
)
HEADER = (
    "nr",
    "datum",
    "Aanbeveling 0-10",
    "opmerking",
    "waarover",
    "vestiging",
    "kanaal",
    "vraag2",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text column holds remarks, one among values that look like an ordinary dimension."""
    draw, path = random.Random(4), tmp_path_factory.mktemp("file") / "klanten.csv"
    rows = [
        [
            i, f"2026-{1 + i % 6:02d}-{1 + i % 28:02d}", draw.choice([0, 2, 5, 7, 9, 10]),
            f"{SAID[i % 4]}, nummer {i}", SAID[(i + 1) % 4], draw.choice(["Ede", SAID[0]]),
            draw.choice(["web", SAID[2]]), SAID[(i + 2) % 4] if i % 5 else "niets",
        ]
        for i in range(1, 241)
    ]  # fmt: skip
    rows[10][2], rows[11][2], rows[12][1] = f"elf {SAID[0]}", f"99 {SAID[3]}", SAID[1]
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([HEADER, *rows])
    return path


@pytest.fixture(scope="module")
def workspace(file: Path) -> toh.Workspace:
    opened = toh.open(file.parent / "organisation")
    opened.read(file)
    return opened


def leaks(text: str) -> set[str]:
    assert text
    return {kind for kind, canary in CANARIES.items() if canary.lower() in text.lower()}


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("read", "organisation", "klanten.csv", "--dry-run"),
    ("read", "organisation", "klanten.csv"),
    ("nps", "organisation", "--by", "nothing"),
    ("nps", "organisation", "--by", "waarover"),
    ("nps", "organisation", "--by", "vraag2", "--format", "csv"),
    ("nps", "organisation", "--by", "unit", "--format", "json"),
    ("compare", "organisation", "--by", "waarover"),
    ("journey", "organisation", "--by", "waarover"),
    ("voices", "organisation", "--by", "unit"),
)


def test_commands_print_no_personal_data(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    printed = [run(*command, folder=tmp_path) for command in COMMANDS]
    for done in printed:
        assert not leaks(done.stdout + done.stderr), done.args
    assert all("[phone]" in done.stdout or "[account]" in done.stdout for done in printed[3:])


@pytest.mark.parametrize("word", ["look", "kijk"])
def test_the_page_holds_no_personal_data(file: Path, tmp_path: Path, word: str) -> None:
    run(word, file, "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert not leaks(page)
    assert ("[name]" if word == "look" else "[naam]") in page


def test_answers_hold_no_personal_data_on_any_face(workspace: toh.Workspace) -> None:
    for by in ("waarover", "unit", "channel", "vraag2"):
        asked = (
            workspace.nps, workspace.compare, workspace.rank, workspace.trend, workspace.journey,
            workspace.voices,
        )  # fmt: skip
        for answer in (question(by=by) for question in asked):
            faces = (
                answer.to_json(),
                answer.to_csv(),
                str(answer),
                repr(answer),
                answer._repr_html_(),
            )
            assert not leaks("".join(faces))
            assert not leaks(answer.to_pandas().to_csv() + answer.chart().to_json())


def test_voices_hold_no_personal_data(workspace: toh.Workspace) -> None:
    reader, question = workspace.reader(), ask("nps")
    called, _ = callers(reader, question, low=6, days=400, most=500)
    heard = [*called, *(one.voice for one in quotes(reader, question, count=100))]
    assert len(heard) > 100
    assert not leaks(" ".join(voice.text or "" for voice in heard))


def test_the_doctor_names_no_personal_data(workspace: toh.Workspace) -> None:
    found = workspace.doctor()
    assert not leaks(str(found) + found.to_json() + repr(found))
