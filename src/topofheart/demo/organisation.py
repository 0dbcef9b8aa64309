"""The simulated organisation: every table of the lake, and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pyarrow import csv

from topofheart.demo import answers, contacts, opinions, trade, truth, workshops
from topofheart.demo.columns import arrange
from topofheart.demo.people import customers as customer_table
from topofheart.demo.people import gather
from topofheart.demo.truth import Truth


@dataclass(frozen=True)
class Organisation:
    """The tables as they would be imported, the truth, and what each text was written to say."""

    tables: dict[str, Any]
    truth: Truth
    labels: dict[str, Any]


def registers() -> dict[str, Any]:
    """What the organisation keeps about itself: courses, decisions, agendas, claims …"""
    empty = csv.ConvertOptions(strings_can_be_null=True)
    tables = {}
    for path in sorted(files("topofheart.demo").joinpath("registers").iterdir(), key=str):
        kept = csv.read_csv(path.open("rb"), convert_options=empty)
        name = path.name.removesuffix(".csv")
        tables[name] = arrange(name, **{column: kept[column] for column in kept.column_names})
    return tables


def build(*, seed: int = 2026, customers: int = 200_000) -> Organisation:
    """The same organisation for the same seed and size, on every machine."""
    people = gather(seed, customers)
    chances = opinions.chances(seed)
    asked = answers.ask(seed, people, chances)
    invited = arrange("invitations", asked)
    answered, answer_moods = answers.answers(seed, asked)
    contacted, contact_moods = contacts.contacts(seed, people)
    tables = {
        "customers": customer_table(seed, people),
        "invitations": invited,
        "answers": answered,
        "contacts": contacted,
        "answer_counts": answers.answer_counts(answered),
        "invitation_counts": answers.invitation_counts(invited),
        "contact_counts": contacts.contact_counts(contacted),
        **trade.trade(seed, people),
        **workshops.workshops(seed, people),
        **registers(),
    }
    told = truth.tell(chances, people, asked, contacted)
    return Organisation(tables, told, {"answers": answer_moods, "contacts": contact_moods})
