"""Everything that is understood of comments, redaction included, beside VADER's and TextBlob's valence of the same.

Then all texts of a lake, by one process and by two. The others are no dependency: they are measured where they are installed.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
from measuring import Result, Run, fresh, interleaved, say, scratch, size, sizes
from redaction import LENGTH, comments

from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.lake import Lake
from topofheart.lake.snapshots import Snapshot
from topofheart.understand.columns import understood

PROMISED_PER_SECOND = 10_000
MOST_SHARE_OF_TWO = 0.6
HERE = str(Path(__file__).parent)
READY = """
sys.path.insert(0, {!r})
from redaction import comments
from topofheart.understand.columns import understood
texts = comments(int(sys.argv[1]))
understood(texts[:2000])
"""
UNDERSTAND = """
from pathlib import Path
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.lake import Lake
from topofheart.understand.storing import understand
lake, processes = Lake(Path(sys.argv[1])), int(sys.argv[2])
read = understand(lake, DuckEngine(spill=lake.staging), processes=processes).read
"""
AND_MEMORY = """
from resource import RUSAGE_CHILDREN, getrusage
print(json.dumps([read, getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024]))
"""


def main() -> None:
    asked = sizes(200_000, pairs=3)
    texts = comments(asked.rows)
    beside_others(texts[: asked.rows // 10], asked.pairs)
    by_processes(texts, asked.pairs)


def beside_others(texts: list[str], pairs: int) -> None:
    """In one process: the lexicons tell how positive a text is, and nothing else."""
    programs: dict[str, Callable[[], object]] = {"ours": lambda: understood(texts)}
    for package, name, made in OTHERS:
        if find_spec(package):
            valence = made()
            programs[name] = lambda valence=valence: [valence(text) for text in texts]
        else:
            say(f"{name} is not installed: not measured.")
    times = interleaved(programs, pairs)
    ours, rate = times.median("ours"), per_core(len(texts))
    for name in list(programs)[1:]:
        work = f"Understanding comments of {LENGTH} characters, {rate:,.0f} per second of a core, beside {name}"
        figures = ours, times.median(name), times.ratio("ours", name)
        promise = f"≥ {PROMISED_PER_SECOND:,} per second of a core"
        print(Result(work, len(texts), *figures, promise, rate >= PROMISED_PER_SECOND), flush=True)


def per_core(rows: int) -> float:
    """Texts per second of processor time, which other work on the machine leaves much as it is."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    code = "started = time.process_time(); understood(texts); used = time.process_time() - started"
    run = fresh(code, rows, before=READY.format(HERE), after="print(json.dumps(used))")
    return rows / float(str(run.printed))


def by_processes(texts: list[str], pairs: int) -> None:
    """A lake's comments understood and kept, from the start of a program to its end."""
    runs: dict[int, list[Run]] = {1: [], 2: []}
    for _ in range(pairs):
        for processes, own in runs.items():
            with scratch() as folder:
                lake_of(folder, texts)
                own.append(fresh(UNDERSTAND, folder, processes, after=AND_MEMORY))
    assert all(run.printed[0] == len(texts) for own in runs.values() for run in own)
    one, two = ([run.inner_seconds for run in own] for own in runs.values())
    ratio = statistics.median(b / a for a, b in zip(one, two, strict=True))
    peaks = [max(run.peak_bytes for run in own) for own in runs.values()]
    helper = max(run.printed[1] for run in runs[2])
    memory = f"peak {size(peaks[0])}, with two {size(peaks[1])} and {size(helper)} each"
    rate = len(texts) / statistics.median(one)
    work = f"Understanding a lake, {rate:,.0f} a second, by two processes beside one; {memory}"
    figures = statistics.median(two), statistics.median(one), ratio
    kept = ratio <= MOST_SHARE_OF_TWO and peaks[0] < 1e9
    print(Result(work, len(texts), *figures, f"≤ {MOST_SHARE_OF_TWO} ×, < 1 GB", kept), flush=True)


def lake_of(folder: Path, texts: list[str]) -> None:
    lake, engine = Lake(folder), DuckEngine()
    rows = pa.table({"answer_id": [str(i) for i in range(len(texts))], "comment": texts})
    with lake.writing() as writer:
        placed = add_rows(writer, engine, "answers", rows)
        writer.close(Snapshot(0, {}, "import", counts={"new": placed.new}))
    engine.close()


def vader() -> Callable[[str], object]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer().polarity_scores  # type: ignore[no-any-return]


def textblob() -> Callable[[str], object]:
    from textblob import TextBlob

    return lambda text: TextBlob(text).sentiment


OTHERS = (("vaderSentiment", "VADER", vader), ("textblob", "TextBlob", textblob))

if __name__ == "__main__":
    main()
