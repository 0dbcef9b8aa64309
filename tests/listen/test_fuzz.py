"""Broken files: an error with a sentence or an account that adds up, never a traceback, never a row less."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from listen.fuzzing import Tally, fuzzed, trial

FILES = 10_000
AT_ONCE = 250
PROCESSES = 2


@pytest.mark.slow
def test_fuzz_ten_thousand_broken_files_no_traceback_and_no_silent_drop() -> None:
    tally = Tally()
    for part in _trials():
        tally.add(part.result())
    print(f"{tally.files} files, {tally.errors} refused whole, {tally.rows} rows: {tally.codes}")
    assert tally.files == FILES
    assert not tally.wrong, f"{len(tally.wrong)} of {FILES}:\n" + "\n".join(tally.wrong[:20])
    assert tally.errors < FILES / 2  # most of them must reach the rows, or this tests nothing
    assert tally.rows > FILES


def _trials() -> Iterator[Future[Tally]]:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        yield from [
            pool.submit(trial, range(start, start + AT_ONCE)) for start in range(0, FILES, AT_ONCE)
        ]


def test_fuzz_some_broken_files_no_traceback_and_no_silent_drop() -> None:
    assert trial(range(100)).wrong == []


def test_fuzzed_file_made_again_from_its_number_is_the_same() -> None:
    assert fuzzed(4711) == fuzzed(4711)
    assert len({fuzzed(number)[1] for number in range(200)}) > 150
