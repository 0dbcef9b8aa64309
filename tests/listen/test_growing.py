"""A file that somebody is still writing while it is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from listen.files import accounted, lake_rows
from topofheart.kernel.errors import TopOfHeartError
from topofheart.workspace import Workspace

HEADER = "Nummer;Datum;NPS;Toelichting\n"
ROWS = 60_000
COMMENT = "Goed geholpen door een vriendelijke collega in de winkel"


def line(number: int) -> str:
    return f"{number};{number % 28 + 1:02}-03-2026;{number % 11};{COMMENT} {number}\n"


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Append to the file, in pieces that end in the middle of a row, until the body is done."""
    stop = threading.Event()

    def write() -> None:
        number = ROWS
        with path.open("a", encoding="utf-8") as file:
            while not stop.is_set():
                text = "".join(line(number + more) for more in range(50))
                middle = text.index(COMMENT[5:], len(text) // 3)
                for piece in (text[:middle], text[middle:]):
                    file.write(piece)
                    file.flush()
                    stop.wait(0.001)
                number += 50

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "klanten.csv"
    path.write_text(HEADER + "".join(map(line, range(ROWS))), encoding="utf-8")
    return path


def test_file_that_grows_while_it_is_read_gives_whole_rows_or_an_error(
    path: Path, workspace: Workspace
) -> None:
    try:
        with growing(path):
            done = workspace.read(path)
    except TopOfHeartError as error:
        assert error.code == "file_changed"
        assert lake_rows(workspace) == []
    else:
        assert accounted(done)
        rows = lake_rows(workspace, "comment")
        numbers = {int(comment.rsplit(" ", 1)[1]) for (comment,) in rows}
        assert numbers == set(range(len(rows)))
        assert all(comment == f"{COMMENT} {comment.rsplit(' ', 1)[1]}" for (comment,) in rows)


def test_file_that_grew_read_again_when_it_is_whole_loses_and_doubles_nothing(
    path: Path, workspace: Workspace
) -> None:
    try:
        with growing(path):
            workspace.read(path)
    except TopOfHeartError as error:
        assert error.code == "file_changed"
    workspace.read(path)
    lines = path.read_text(encoding="utf-8").count("\n") - 1
    assert len(lake_rows(workspace)) == lines
    assert len(set(lake_rows(workspace, "comment"))) == lines
