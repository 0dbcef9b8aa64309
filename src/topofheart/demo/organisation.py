"""The simulated organisation: every table of the lake, and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from topofheart.demo import answers, boardroom, contacts, service, trade, truth
from topofheart.demo.opinions import opinions
from topofheart.demo.people import gather
from topofheart.demo.truth import Truth
from topofheart.demo.words import Writer


@dataclass(frozen=True)
class Organisation:
    """The tables as they would be imported, the truth, and what each text was written to say."""

    tables: dict[str, Any]
    truth: Truth
    labels: dict[str, Any]


def build(*, seed: int = 2026, customers: int = 200_000) -> Organisation:
    """The same organisation for the same seed and size, on every machine."""
    people = gather(seed, customers)
    model = opinions(seed)
    writer = Writer()
    asked = answers.ask(seed, people, model)
    answered, answer_labels = answers.answers(seed, asked, people, writer)
    invited = answers.invitations(asked, people)
    contacted, contact_labels = contacts.contacts(seed, people, writer)
    tables = {
        "customers": people.table,
        "invitations": invited,
        "answers": answered,
        "contacts": contacted,
        "answer_counts": answers.answer_counts(answered),
        "invitation_counts": answers.invitation_counts(invited),
        "contact_counts": contacts.contact_counts(contacted),
        **trade.trade(seed, people),
        **service.service(seed, people),
        **boardroom.boardroom(seed),
    }
    told = truth.tell(
        model,
        people,
        truth.expected_answers(model, *answers.delivered(asked, people)),
        repeat_share=_repeat_share(asked),
        contacts=contacts.contact_truth(people),
        bot=contacts.bot_truth(people),
    )
    return Organisation(tables, told, {"answers": answer_labels, "contacts": contact_labels})


def _repeat_share(asked: answers.Asked) -> float:
    counts = np.bincount(asked.who[asked.outcome == 0])
    return float((counts > 1).sum() / (counts > 0).sum())
