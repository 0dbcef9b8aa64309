"""Processes that understand texts: the same as one, in any script, and heard when they end too early."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from topofheart.kernel.errors import TopOfHeartError
from topofheart.understand import workers
from topofheart.understand.columns import understood
from topofheart.understand.workers import Workers

TEXTS = [
    "Wanneer komt mijn pakket?",
    "",
    None,
    "Thank you, lovely people!",
    "😀",
    "x" * 5000,
]


def test_workers_understand_as_one_process_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "SHARE", 4)
    with Workers(2) as several:
        for replies in (False, True):
            told = several.understood(pa.chunked_array([TEXTS, TEXTS]), replies=replies)
            assert told.equals(understood([*TEXTS, *TEXTS], replies=replies))


def test_a_worker_that_ends_is_told_and_leaves_nothing_behind() -> None:
    with Workers(1) as one:
        one.understood(pa.array(["Hallo"]), replies=False)
        [process] = one._running
        process.kill()
        process.wait()
        with pytest.raises(TopOfHeartError, match="ended before"):
            one.understood(pa.array(["Hallo"]), replies=False)
    assert process.poll() is not None


def test_a_script_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import pyarrow as pa\n"
        "from topofheart.understand.workers import Workers\n"
        "print('begun')\n"
        "with Workers(2) as several:\n"
        "    print(several.understood(pa.array(['Hallo daar'] * 3), replies=False).num_rows)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["begun", "3"]
