"""How well two blind labellings of the same texts agree: Krippendorff's alpha per label.

`python models/agreement.py` compares the corpus with `corpus/second.txt`, whose lines are
`id|valence|feels|topics|worry|asks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path

from corpus import Line, lines

from topofheart.understand.labels import ACTS, EMOTIONS, TOPICS, WORRIES

SECOND = Path(__file__).parents[1] / "corpus" / "second.txt"
ENOUGH = 0.667


def alpha(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Krippendorff's alpha of two complete labellings with unordered values.

    `1 − observed / expected disagreement`, the expected one over all values of both together without
    replacement (Krippendorff 2019, Content Analysis, ch. 12).
    """
    values = Counter(value for pair in pairs for value in pair)
    n = sum(values.values())
    observed = sum(first != second for first, second in pairs) / len(pairs)
    expected = 1 - sum(count * (count - 1) for count in values.values()) / (n * (n - 1))
    return 1 - observed / expected if expected else 1.0


def second() -> dict[str, list[str]]:
    """The second labelling by the id of its text."""
    rows = SECOND.read_text(encoding="utf-8").splitlines()
    return {row.split("|")[0]: row.split("|")[1:] for row in rows if row}


def agreements() -> dict[str, tuple[float, int]]:
    """Alpha of every label, and how many texts either labelling gave it."""
    told = second()
    both = [(line, told[line.id]) for line in lines() if line.id in told]
    customers = [(line, other) for line, other in both if line.kind != "reply"]
    replies = [(line, other) for line, other in both if line.kind == "reply"]
    found = {"valence": _of([(line.valence, other[0]) for line, other in customers], None)}
    found["asks"] = _of([(bool(line.questions), other[4] == "y") for line, other in customers])
    found["worry"] = _of([(bool(line.worries), bool(other[3])) for line, other in customers])
    for kind, names, place, rows in (
        ("emotion", EMOTIONS, 1, customers), ("topic", TOPICS, 2, both),
        ("worry", WORRIES, 3, customers), ("act", ACTS, 1, replies),
    ):  # fmt: skip
        for name in names:
            pairs = [
                (name in _own(line, kind), name in other[place].split(",")) for line, other in rows
            ]
            found[f"{kind}.{name}"] = _of(pairs)
    return found


def _own(line: Line, kind: str) -> tuple[str, ...]:
    return {"topic": line.topics, "worry": line.worry}.get(kind, line.feels)


def _of(pairs: list[tuple[Hashable, Hashable]], nothing: Hashable = False) -> tuple[float, int]:
    return alpha(pairs), sum(first != nothing or second != nothing for first, second in pairs)


def main() -> None:
    for name, (value, given) in agreements().items():
        print(f"{name:24} {value:6.3f} {given:5d} {'' if value >= ENOUGH else 'under .667'}")


if __name__ == "__main__":
    main()
