"""Redaction of comments, beside one pass of Python's `re` that only finds their words, and beside deduce.

deduce (Dutch clinical notes, LGPL) is no dependency: it is measured where it is installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from measuring import Result, interleaved, say, sizes

from topofheart.demo.words import sentences
from topofheart.understand.redaction import redacted

LENGTH = 150
WORD = re.compile(r"\w+")
PROMISES = {
    "a pass of re over the words": ("≤ 5 ×", 5.0),
    "deduce": ("≥ 10 × faster", 1 / 10),
}


def main() -> None:
    asked = sizes(20_000)
    texts = comments(asked.rows)
    programs: dict[str, Callable[[], object]] = {
        "ours": lambda: [redacted(text, language="nl") for text in texts],
        "a pass of re over the words": lambda: [WORD.findall(text) for text in texts],
    }
    if find_spec("deduce"):
        programs["deduce"] = by_deduce(texts)
    else:
        say("deduce is not installed: not measured.")
    times = interleaved(programs, asked.pairs)
    for name in list(programs)[1:]:
        promise, most = PROMISES[name]
        ratio = times.ratio("ours", name)
        work = f"Redaction of comments of {LENGTH} characters, beside {name}"
        medians = times.median("ours"), times.median(name)
        print(Result(work, len(texts), *medians, ratio, promise, ratio <= most))


def comments(count: int) -> list[str]:
    """Sentences of the demo's customers, put together to the length of a comment."""
    said, draw = sentences()[0].to_pylist(), np.random.default_rng(1)
    texts = []
    while len(texts) < count:
        text = ""
        while len(text) < LENGTH - 20:
            text += " " + said[draw.integers(len(said))]
        texts.append(text.strip()[: LENGTH + 20])
    return texts


def by_deduce(texts: list[str]) -> Callable[[], object]:
    from deduce import Deduce

    program = Deduce()
    return lambda: [program.deidentify(text) for text in texts]


if __name__ == "__main__":
    main()
