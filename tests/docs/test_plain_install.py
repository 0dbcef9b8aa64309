"""What a user gets: the wheel alone, in an environment without anything that only tests need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ANSWERS = "date,score,shop,comment\n" + "".join(
    f"2026-{month:02d}-{day:02d},{(month * day) % 11},{'north' if day % 2 else 'south'},it went well enough today\n"
    for month in range(1, 7)
    for day in range(1, 29)
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as it is installed from the wheel."""
    folder = tmp_path_factory.mktemp("plain")
    environment = folder / "environment"
    run(sys.executable, "-m", "venv", str(environment))
    python = environment / "bin" / "python"
    run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "-c", str(ROOT / "constraints.txt"), str(ROOT))  # fmt: skip
    return python.with_name("topofheart")


def run(*command: str, folder: Path | None = None) -> str:
    """What a command prints; whatever it says of a failure is shown."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=plain)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_question_is_answered_by_the_wheel_alone(program: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    run(str(program), "read", "acme", "answers.csv", folder=tmp_path)
    questions = (
        ("nps", "acme", "--by", "shop"), ("compare", "acme", "--by", "shop"), ("trend", "acme"),
        ("voices", "acme"), ("doctor", "acme"), ("tools",), ("tables",),
    )  # fmt: skip
    for question in questions:
        assert run(str(program), *question, folder=tmp_path).strip()


def test_page_is_made_by_the_wheel_alone(program: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    run(str(program), "kijk", "answers.csv", "--out", "page.html", folder=tmp_path)
    assert "</html>" in (tmp_path / "page.html").read_text(encoding="utf-8")
