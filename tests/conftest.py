"""What every test may use, and which suites this machine can run.

A suite whose machinery is missing is said to be NOT RUN at the end; with CI=true it is a failure.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

import spark_cluster

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

DATA = Path(os.environ.get("TOPOFHEART_TEST_DATA", "../shared/data"))
NOT_RUN: dict[str, tuple[str, int]] = {}


def _missing(mark: str) -> str | None:
    """Why a suite cannot run here, or None."""
    if mark == "spark":
        return spark_cluster.missing()
    if mark == "browser":
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        return None if found else "Chromium is not installed (apt-get install chromium)."
    if mark == "real":
        return None if DATA.is_dir() else f"No data sets at {DATA} (set TOPOFHEART_TEST_DATA)."
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for mark in ("spark", "browser", "real"):
        marked = [item for item in items if item.get_closest_marker(mark)]
        reason = _missing(mark) if marked else None
        if reason is None:
            continue
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"The {mark} suite must run in CI. {reason}")
        NOT_RUN[mark] = (reason, len(marked))
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for mark, (reason, count) in NOT_RUN.items():
        terminalreporter.write_line(f"NOT RUN: {mark} ({count} tests). {reason}", yellow=True)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPOFHEART_LANGUAGE", "en")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data sets."""
    return DATA
