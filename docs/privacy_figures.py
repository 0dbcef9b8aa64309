"""Runs the simulated attacks on the statistics door and writes what came out into the page on privacy.

python docs/privacy_figures.py [CUSTOMERS …]    some populations only: printed, not written
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "privacy.md"
BEGIN, END = "<!-- results: written by docs/privacy_figures.py -->", "<!-- end of results -->"
sys.path.insert(0, str(ROOT / "tests"))

from attacks import SIZES, Attacker, organisation, share_shown  # noqa: E402

HEADER = (
    "| Customers | Answers | Questions asked | Cells shown | Pairs subtracted | Isolated | Ordinary questions still shown |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def main(arguments: list[str]) -> int:
    sizes = [int(one) for one in arguments] or list(SIZES)
    rows, shares = [], {}
    for customers in sizes:
        row, shares[customers] = attacked(customers)
        rows.append(row)
        print(row, file=sys.stderr, flush=True)
    text = "\n".join((HEADER, *rows, "", *questions(shares)))
    print(text)
    if not arguments:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    return 0


def attacked(customers: int) -> tuple[str, dict[str, float]]:
    """One row of the table, and the share still shown of each ordinary question."""
    with tempfile.TemporaryDirectory(prefix="topofheart-") as folder:
        workspace, population = organisation(Path(folder), SIZES[customers])
        attacker = Attacker(workspace, SIZES[customers])
        shares = share_shown(attacker)
        attacker.ask_everything()
        pairs, isolated = attacker.isolated(population)
    counts = (
        customers, len(population.columns["score"]), attacker.asked, len(attacker.shown), pairs, len(isolated),
    )  # fmt: skip
    mean = sum(shares.values()) / len(shares)
    return f"| {' | '.join(f'{one:,}' for one in counts)} | {mean:.0%} |", shares


def questions(shares: dict[int, dict[str, float]]) -> Iterator[str]:
    """The plain list, with the rows still shown of each question."""
    yield f"| Question | {' | '.join(f'{one:,}' for one in shares)} |"
    yield f"| --- |{' ---: |' * len(shares)}"
    for name in next(iter(shares.values())):
        yield f"| {name} | {' | '.join(f'{one[name]:.0%}' for one in shares.values())} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
