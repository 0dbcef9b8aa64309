"""Scores of real files, through the commands that everybody has; nothing of the files is kept.

    python bench/real.py DATA

Each file is read with a mapping that is printed with its reasons. `tests/docs/test_real_files.py`
works every printed score out again from the same files, in another way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

PROGRAM = str(Path(sys.executable).with_name("topofheart"))
NHS = "nhs_fft_feedback/fft_v6_a.parquet"
Columns = dict[str, str]


@dataclass(frozen=True)
class File:
    """One real file: how it is read and why so, and what is asked of it.

    `columns` maps the file's names to the program's, with the way days are written after a space.
    """

    path: str
    why: tuple[str, ...]
    table: str
    columns: Columns
    questions: tuple[str, ...] = ()
    constants: Columns | None = None
    time_zone: str = "UTC"

    def mapping(self) -> str:
        lines = [
            f"table = {json.dumps(self.table)}",
            f"source = {json.dumps(Path(self.path).stem)}",
        ]
        lines += [f"time_zone = {json.dumps(self.time_zone)}", "[constants]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in (self.constants or {}).items()]
        for name, use in self.columns.items():
            to, _, form = use.partition(" ")
            where = "withhold = true" if to == "-" else f"to = {json.dumps(to)}"
            lines += ["[[columns]]", f"name = {json.dumps(name)}", where]
            lines += [f"format = {json.dumps(form)}"] if form else []
        return "\n".join(lines) + "\n"


REVIEWS = File(
    "olist/order_reviews_a.parquet",
    (
        "review_score is a satisfaction on 1–5, asked after an order: kind = transaction.",
        "It is counted on the day of the answer, on the clock of São Paulo, not on the day of the invitation.",
        "The file names no customer; the order's own customer number is new with every order.",
    ),
    "answers",
    {
        "review_pk": "id",
        "review_score": "satisfaction",
        "review_answer_timestamp": "answered_at iso",
    },
    (
        "csat",
        "csat --every month",
        "compare --score csat --every quarter",
        "compare --score csat --between 2017 2018",
    ),
    {"satisfaction_scale": "1-5", "kind": "transaction"},
    "America/Sao_Paulo",
)
ORDERS = File(
    "olist/orders_a.parquet",
    (
        "The estimated day is the promise made to the customer: promised_on.",
        "Orders hold no score; they are read to be counted and for later questions about promises.",
    ),
    "orders",
    {
        "order_id": "id",
        "customer_id": "customer_id",
        "order_status": "d_status",
        "order_purchase_timestamp": "ordered_at iso",
        "order_delivered_customer_date": "delivered_at iso",
        "order_estimated_delivery_date": "promised_on iso",
    },
    time_zone="America/Sao_Paulo",
)
CUSTOMERS = File(
    "olist/customers_a.parquet",
    ("The postcode stays outside: it helps to find a person and no question needs it.",),
    "customers",
    {"customer_id": "customer_id", "customer_state": "region", "customer_zip_code_prefix": "-"},
)
ADVERTISERS = File(
    "customer_sat_bayesm/customerSat.parquet",
    (
        "q1 is overall satisfaction with a supplier on 1–10: a grade, of the relationship.",
        "q2–q10 are ratings of price, reach and distribution: kept as numbers, for drivers.",
    ),
    "answers",
    {"q1": "satisfaction"} | {f"q{i}": f"r_q{i}" for i in range(2, 11)},
    ("grade", "csat"),
    {"satisfaction_scale": "1-10", "kind": "relationship"},
)
STUDENTS = File(
    "cub_satisfaction/univer.parquet",
    (
        "global is satisfaction with the whole service on 1–7; its name alone does not say so.",
        "Whether one visit or the whole relation was rated is not documented: kind stays empty, and is said.",
        "faculty, gender and freqserv are codes, not amounts: dimensions.",
    ),
    "answers",
    {
        "global": "satisfaction",
        "faculty": "d_faculty",
        "gender": "d_gender",
        "freqserv": "d_freqserv",
        "informat": "r_informat",
        "willingn": "r_willingn",
        "officeho": "r_officeho",
        "compete": "r_compete",
    },
    ("csat", "csat --by freqserv", "compare --score csat --by freqserv"),
    {"satisfaction_scale": "1-7"},
)
PATIENTS = File(
    NHS,
    (
        "A row is a comment; a patient has up to several, with the same answer on each row.",
        "The answer runs from 1 = very good to 5 = very poor: the other way round, and no mapping turns it.",
        "6 and 7 are undocumented. So the answer is kept as a label to split by, not as a score.",
        "Days are written in two orders (31/05/2022 and 9/30/2022): no day is taken.",
    ),
    "answers",
    {
        "Comment ID": "id",
        "Respondent ID": "customer_id",
        "FFT answer": "comment",
        "Trust": "d_trust",
        "Service type 1": "d_service",
        "FFT question": "d_question",
        "FFT categorical answer": "d_answer",
    },
    constants={"kind": "transaction"},
)
TURNED = File(
    "turned.parquet",
    (
        "Made here from the same file: one row per patient, 6 − answer for 1–5, empty for 6 and 7.",
        "That decision is the analyst's and stands outside the program; 4–5 is 'good' or 'very good'.",
    ),
    "answers",
    {"Respondent ID": "id", "answer": "satisfaction", "Trust": "d_trust"},
    ("csat", "csat --by trust"),
    {"satisfaction_scale": "1-5", "kind": "transaction"},
)
FILES = (REVIEWS, ORDERS, CUSTOMERS, ADVERTISERS, STUDENTS, PATIENTS, TURNED)
LEFT_OUT = (
    "hcahps_cms: official shares, adjusted for case mix and rounded, with numbers of answers in bands. An "
    "interval needs counts; made-up counts would give a made-up interval.",
    "leadership_multilevel: answers of soldiers about their leaders, not of customers.",
    "telco_churn: fictional, and without a score.",
)


def main(data: Path) -> None:
    missing = [
        file.path for file in FILES if file is not TURNED and not (data / file.path).is_file()
    ]
    if missing:
        sys.exit(f"bench/real.py: missing in {data}: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="topofheart-real-") as folder:
        place = Path(folder)
        turn(data / NHS, place / TURNED.path)
        for file in FILES:
            show(file, place if file is TURNED else data, place)
        print("\nOne page of the patients' file")
        mapping = str(place / "fft_v6_a.toml")
        page = ask("look", str(data / NHS), "--mapping", mapping, "--out", str(place / "page.html"))
        size = (place / "page.html").stat().st_size
        print(
            f"  {len(page.splitlines())} line printed, a page of {size / 1000:.0f} kB, without a score"
        )
    print("\nLeft out")
    for reason in LEFT_OUT:
        print(f"  {reason}")


def show(file: File, data: Path, place: Path) -> None:
    """Read one file into a workspace of its own and print what was decided, counted and found."""
    name = Path(file.path).stem
    print(f"\n{file.path}")
    for reason in file.why:
        print(f"  · {reason}")
    mapping = place / f"{name}.toml"
    mapping.write_text(file.mapping(), encoding="utf-8")
    workspace = str(place / name)
    Path(workspace).mkdir()
    settings = f"time_zone = {json.dumps(file.time_zone)}\n"
    (Path(workspace) / "config.toml").write_text(settings, encoding="utf-8")
    print(f"  {ask('read', workspace, str(data / file.path), '--mapping', str(mapping)).strip()}")
    for question in file.questions:
        command, *options = question.split()
        answer = json.loads(ask(command, workspace, *options, "--format", "json"))
        print(f"  {question}")
        for line in lines(answer["rows"]):
            print(f"    {line}")


def lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """`2018-08  0.7919  0.7423 … 0.8342  n 298`, and the verdict of a comparison."""
    fixed = {"state", "value", "low", "high", "n", "unit", "period", "share_high", "share_low"}
    fixed |= {
        "verdict",
        "detectable",
        "p",
        "p_adjusted",
        "before",
        "after",
        "earlier",
        "later",
        "wider",
    }
    for row in rows:
        groups = [str(value) for key, value in row.items() if key not in fixed]
        periods = [str(row[key]) for key in ("period", "earlier", "later") if key in row]
        label = " ".join([*groups, *periods]) or "all"
        yield f"{label:<16}  {numbers(row)}  {row.get('verdict', '')}".rstrip()
        for name in ("share_high", "share_low"):
            if name in row:
                yield f"{name:<16}  {numbers(row[name])}"


def numbers(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return f"{one['state']}  n {one['n']}"
    return f"{one['value']:.4f}  {one['low']:.4f} … {one['high']:.4f}  n {one['n']}"


def ask(*arguments: str) -> str:
    """What the command prints; its words are passed on when it fails."""
    english = os.environ | {"TOPOFHEART_LANGUAGE": "en"}
    done = subprocess.run(
        [PROGRAM, *arguments],
        env=english,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"topofheart {' '.join(arguments)}\n{done.stderr}")
    return done.stdout


def turn(source: Path, target: Path) -> None:
    """One row per patient, with the answer the other way round."""
    seen: dict[str, dict[str, Any]] = {}
    for row in pq.read_table(source).to_pylist():
        answer = row["FFT categorical answer"]
        known = 6 - answer if 1 <= answer <= 5 else None
        seen[row["Respondent ID"]] = {
            "Respondent ID": row["Respondent ID"],
            "Trust": row["Trust"],
            "answer": known,
        }
    pq.write_table(pa.Table.from_pylist(list(seen.values())), target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
