"""The boardroom: what is taught, steered on, discussed, decided and claimed.

The words are in `texts/boardroom.toml`; the long registers (agenda, exceptions, visits, the
employee survey) are drawn here.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from topofheart.demo import firm
from topofheart.demo.columns import arrange, money, named
from topofheart.demo.firm import MONTHS, UNITS
from topofheart.demo.words import load
from topofheart.lake.tables import table

FIELDS = {
    "courses": "title goals hours participants audience mandatory legally_required",
    "indicators": "name function class owner target pay_weight",
    "decisions": "decided_on body title options evidence changed_by_customer expected_effect"
    " actual_effect cost",
    "designs": "title started_on specified_on closed_on budget customers_involved level"
    " why_not_involved acceptance",
    "claims": "stated_on role_group statement about",
    "predictions": "role_group about predicted",
    "mandates": "role case_type limit since",
    "commitments": "what owner started_on first_effect_expected_on no_verdict_before stop_if"
    " kept_in_bad_quarter ended_on",
    "channels": "name open_from closed_on monthly_cost steps_to_human announced_as_bot",
    "published": "question channel from_on",
    "market": "observed_on who measure value source not_comparable_because",
}  # fmt: skip
ITEMS = (
    "Ik mag zelf een klant helpen", "Mijn leidinggevende praat over klanten",
    "Ik heb tijd voor een klant", "Ik zou Tureluur als werkgever aanbevelen",
    "Een fout mag ik melden", "Ik weet wat klanten vragen",
)  # fmt: skip
CASES = ("coulance", "leenfiets", "verzendkosten", "accu buiten garantie")
APPROVERS = ("bedrijfsleider", "regiomanager", "monteur")
LESSONS = ("eerst het framenummer nakijken", "de klant vooraf bellen", "onderdeel eerst testen")
COUNCIL_ON = date(2025, 1, 1)


def boardroom(seed: int) -> dict[str, Any]:
    """All the tables about the organisation itself."""
    texts = load("boardroom")
    tables = {name: _listed(name, texts[name]) for name in FIELDS}
    draw = firm.stream(seed, "boardroom")
    return tables | {
        "agenda": _agenda(draw, texts["agenda"]),
        "exceptions": _exceptions(draw),
        "exposure": _exposure(draw),
        "staff_answers": _staff(draw),
    }


def _listed(name: str, rows: list[list[Any]]) -> Any:
    """A table from rows of text; what was left out follows from what is there."""
    declared = table(name)
    names = FIELDS[name].split()
    columns: dict[str, Any] = {}
    for position, field in enumerate(names):
        values = [None if row[position] == "" else row[position] for row in rows]
        kind = declared.by_name[field].type
        if kind == "money":
            values = [None if one is None else _decimal(one) for one in values]
        elif kind == "day":
            values = [date.fromisoformat(one) if isinstance(one, str) else one for one in values]
        columns[field] = values
    if "currency" in declared.by_name:
        columns["currency"] = ["EUR"] * len(rows)
    return arrange(name, columns | _derived(name, columns))


def _decimal(amount: float) -> Any:
    return money(np.array([float(amount)]))[0].as_py()


def _derived(name: str, columns: dict[str, Any]) -> dict[str, Any]:
    if name == "indicators":
        counted: dict[str, int] = {}
        place = []
        for function in columns["function"]:
            counted[function] = counted.get(function, 0) + 1
            place.append(counted[function])
        return {"place": place}
    if name == "decisions":
        days = columns["decided_on"]
        done = [day + timedelta(days=134) for day in days]
        return {
            "evidence_at": _attached(columns["evidence"], days),
            "rejected": [one == "uitgesteld" for one in columns["expected_effect"]],
            "due_on": [day + timedelta(days=120) for day in days],
            "done_on": [day if day <= firm.LAST_DAY else None for day in done],
        }
    if name == "designs":
        many = columns["customers_involved"]
        later = [day + timedelta(days=50) for day in columns["started_on"]]
        return {
            "involved_on": [day if one else None for day, one in zip(later, many, strict=True)],
            "involvement_cost": [_decimal(400.0 * one) for one in many],
            "exempt": [why == "het is wettelijk verplicht" for why in columns["why_not_involved"]],
        }
    if name == "predictions":
        return {
            "predicted_at": np.full(
                len(columns["about"]), np.datetime64("2026-10-05T08:30:00", "us")
            )
        }
    return {}


def _attached(evidence: list[Any], days: list[date]) -> Any:
    """Evidence was attached six days before the decision, where there was any."""
    stamps = [
        f"{day - timedelta(days=6)}T09:00:00" if one else "NaT"
        for one, day in zip(evidence, days, strict=True)
    ]
    return np.array(stamps, dtype="datetime64[us]")


def _agenda(draw: Any, subjects: list[list[Any]]) -> Any:
    rows = []
    for month in range(MONTHS):
        for body, day in (("board", 12), ("management team", 5), ("management team", 19)):
            met = (firm.MONTH_STARTS[month] + day).astype(object)
            for subject, minutes, often in subjects:
                if draw.random() < often / 10:
                    rows.append(
                        (met, body, subject, float(max(3, round(minutes * draw.normal(1, 0.2)))))
                    )
    columns = zip(*rows, strict=True)
    return arrange(
        "agenda",
        dict(zip(("met_on", "body", "subject", "minutes"), map(list, columns), strict=True)),
    )


def _exceptions(draw: Any) -> Any:
    home = UNITS.index(firm.MANDATE_UNIT)
    sizes = np.where(np.arange(len(UNITS)) == home, 620, 70)
    unit = np.repeat(np.arange(len(UNITS)), sizes)
    n = len(unit)
    since = np.datetime64(firm.MANDATE_ON)
    span = (np.datetime64(firm.LAST_DAY) - since).astype(int)
    days = since + draw.integers(0, span, n)
    front = (unit == home) & (draw.random(n) < 0.93)
    audited = draw.random(n) < 0.2
    error = audited & (draw.random(n) < 0.03)
    amount = np.round(np.minimum(draw.gamma(2, 24, n) + 5, np.where(front, 150, 400)), 2)
    return arrange("exceptions", {
        "decided_on": days,
        "case_type": named(CASES, draw.choice(4, n, p=(0.5, 0.2, 0.15, 0.15))),
        "amount": amount,
        "currency": named(("EUR",), np.zeros(n, dtype=int)),
        "decided_by": named(("manager", "front_line"), front.astype(int)),
        "approver_role": named(APPROVERS, np.where(front, 2, draw.integers(0, 2, n))),
        "days": np.where(front, 0.0, np.rint(draw.gamma(2, 5, n)) + 1),
        "audited": audited,
        "error": error,
        "loss": money(np.where(error, amount, 0.0), audited),
        "lesson": named(LESSONS, draw.integers(0, 3, n), where=audited & (draw.random(n) < 0.3)),
        "unit": named(UNITS, unit),
    })  # fmt: skip


def _exposure(draw: Any) -> Any:
    kinds = ("listened", "shop_floor", "called_complainant", "visited_elsewhere")
    groups = ("board", "directors", "managers")
    n = 64
    days = np.datetime64(firm.FIRST_DAY) + np.sort(draw.integers(0, 1095, n))
    return arrange("exposure", {
        "exposed_on": days,
        "role_group": named(groups, draw.choice(3, n, p=(0.06, 0.24, 0.70))),
        "kind": named(kinds, draw.choice(4, n, p=(0.2, 0.45, 0.05, 0.3))),
        "minutes": np.rint(draw.gamma(3, 25, n)) + 5,
    })  # fmt: skip


def _staff(draw: Any) -> Any:
    quarters = [date(2025 + (one // 4), 3 * (one % 4) + 2, 15) for one in range(7)]
    assert quarters[0] >= COUNCIL_ON
    when, item, unit = (one.ravel() for one in np.indices((len(quarters), len(ITEMS), len(UNITS))))
    level = np.array([5.2, 5.6, 5.9, 6.4, 6.3, 6.6])[item] - 0.15 * when * (item != 4)
    home = (unit == UNITS.index(firm.MANDATE_UNIT)) & (when > 0)
    value = np.clip(level + 1.6 * home + draw.normal(0, 0.35, len(when)), 1, 10)
    return arrange("staff_answers", {
        "answered_on": np.array(quarters, dtype="datetime64[D]")[when],
        "item": named(ITEMS, item),
        "value": np.round(value, 2),
        "unit": named(UNITS, unit),
    })  # fmt: skip
