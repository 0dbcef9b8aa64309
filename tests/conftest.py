"""What every test may use, and which suites this machine can run.

A suite whose machinery is missing is said to be NOT RUN at the end; with CI=true it is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

import spark_cluster

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

DATA = Path(os.environ.get("TOPOFHEART_TEST_DATA", "../shared/data"))
NOT_RUN = "NOT RUN: "
SUITES = ("spark", "browser", "real")


@cache
def _missing(suite: str) -> str | None:
    """Why a suite cannot run here, or None."""
    if suite == "spark":
        return spark_cluster.missing()
    if suite == "browser":
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        return None if found else "Chromium is not installed (apt-get install chromium)."
    return None if DATA.is_dir() else f"No data sets at {DATA} (set TOPOFHEART_TEST_DATA)."


def pytest_runtest_setup(item: pytest.Item) -> None:
    for suite in SUITES:
        reason = _missing(suite) if item.get_closest_marker(suite) else None
        if reason is not None and os.environ.get("CI") == "true":
            pytest.fail(f"The {suite} suite must run in CI. {reason}", pytrace=False)
        if reason is not None:
            pytest.skip(f"{NOT_RUN}{suite}. {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = (str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ()))
    for why, count in Counter(why.removeprefix("Skipped: ") for why in skipped).items():
        if why.startswith(NOT_RUN):
            terminalreporter.write_line(f"{why} ({count} tests)", yellow=True)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPOFHEART_LANGUAGE", "en")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data sets."""
    return DATA
