"""What was sold: orders, the messages about them, the bicycles in use and the money made."""

from __future__ import annotations

from typing import Any

import numpy as np

from topofheart.demo import firm
from topofheart.demo.columns import Rows, arrange, counted, only
from topofheart.demo.firm import LAST_DAY, MONTHS, STORY, UNITS
from topofheart.demo.people import People

FACTS = STORY["trade"]
BIKES = len(FACTS["bike"])


def trade(seed: int, people: People) -> dict[str, Any]:
    """Orders, messages, base and results, all from the same sales."""
    draw = firm.stream(seed, "orders")
    sales = _sales(draw, people)
    orders = _orders(draw, sales)
    return {
        "orders": orders,
        "messages": _messages(draw, orders, sales),
        "base": _base(people, sales),
        "results": _results(draw, sales),
    }


def _sales(draw: Any, people: People) -> Rows:
    """What was sold to whom on which day: a bicycle to everybody new, accessories to many."""
    new = np.flatnonzero(people.came > 0)
    visits = people.visits(draw, FACTS["accessories_per_customer"], firm.sales_level())
    bikes = firm.choose(draw, FACTS["bike"], len(new))
    accessories = BIKES + firm.choose(draw, FACTS["accessory"], len(visits.day))
    product, day = np.append(bikes, accessories), np.append(people.customer_since[new], visits.day)
    amount = np.array(FACTS["price"])[product] * draw.choice([0.9, 1.0], len(day), p=[0.3, 0.7])
    sales = people.at(np.append(new, visits.customer_id)).having(
        day=day, month=firm.month_of(day), product=product, amount=amount
    )
    return sales.at(np.argsort(day, kind="stable"))


def _orders(draw: Any, sales: Rows) -> Any:
    n, day, bike = len(sales.day), sales.day, sales.product < BIKES
    growth = firm.ramp()[sales.month]
    lead = np.where(bike, 7 + draw.poisson(6 + 14 * growth), 1 + draw.poisson(1, n))
    late = np.where(draw.random(n) < 0.08 + 0.3 * growth * bike, draw.geometric(0.12, n), 0)
    arrived, stopped = day + lead + late, day + draw.integers(1, lead + 1)
    back = arrived + draw.integers(2, 15, n)
    cancelled = draw.random(n) < 0.03 + 0.03 * growth
    delivered = ~cancelled & (arrived <= LAST_DAY)
    returned = delivered & (draw.random(n) < 0.06) & (back <= LAST_DAY)
    window = arrived.astype("M8[us]") + np.timedelta64(7, "h")
    return arrange(
        "orders", sales, ordered_at=firm.instants(draw, day), promised_on=day + lead,
        window_from=only(window, delivered),
        window_to=only(window + np.where(bike, 6, 2).astype("m8[h]"), delivered),
        fits_letterbox=np.array(FACTS["fits_letterbox"])[sales.product],
        delivered_at=only(firm.instants(draw, arrived), delivered),
        cancelled_at=only(firm.instants(draw, stopped), cancelled & (stopped <= LAST_DAY)),
        returned_at=only(firm.instants(draw, back), returned),
        return_reason=np.where(returned, draw.integers(0, 5, n), -1),
    )  # fmt: skip


def _messages(draw: Any, orders: Any, sales: Rows) -> Any:
    """That it was ordered, to everybody; when it will come, to some."""
    ordered, delivered = (orders[one].to_numpy() for one in ("ordered_at", "delivered_at"))
    told = np.flatnonzero(~np.isnat(delivered) & (draw.random(len(ordered)) < 0.35))
    sent = np.append(ordered + np.timedelta64(2, "m"), delivered[told] - np.timedelta64(14, "h"))
    order = np.argsort(sent, kind="stable")
    about, index = (order >= len(ordered)) * 1, np.append(np.arange(len(ordered)), told)[order]
    return arrange(
        "messages", customer_id=sales.customer_id[index], order_id=index, sent_at=sent[order],
        channel=about, about=about,
    )  # fmt: skip


def _base(people: People, sales: Rows) -> Any:
    shape = (MONTHS, len(UNITS), BIKES)
    month, unit, bike = np.indices(shape).reshape(3, -1)
    bikes = sales.at(sales.product < BIKES)
    sold = counted(bikes.month, bikes.unit, bikes.product, shape=shape)
    old = counted(people.unit[people.came == 0], shape=shape[1:2])
    in_use = np.rint(np.outer(old, FACTS["bike"]) + sold.cumsum(axis=0))
    return arrange(
        "base", month=firm.MONTH_STARTS[month], unit=unit, product=bike,
        units_in_use=in_use.ravel(), units_sold=sold.ravel(),
    )  # fmt: skip


def _results(draw: Any, sales: Rows) -> Any:
    """Revenue by month and unit beside a plan that hardly foresees the growth of each unit."""
    shape, level, ramp = (MONTHS, len(UNITS)), firm.sales_level()[:, None], firm.ramp()[:, None]
    month, unit = np.indices(shape).reshape(2, -1)
    revenue = counted(sales.month, sales.unit, shape=shape, weights=sales.amount)
    before = slice(firm.GROWTH_MONTH)
    plan = revenue[before].sum(axis=0) / level[before].sum() * level * (1 + 0.04 * ramp)
    return arrange(
        "results", month=firm.MONTH_STARTS[month], unit=unit, revenue=revenue.ravel(),
        plan=plan.ravel(), margin=0.34 * revenue.ravel(),
        service_cost=(0.052 * plan * (1 - 0.25 * ramp)).ravel(),
        sales_cost=(0.11 * plan * draw.normal(1, 0.03, shape)).ravel(),
    )  # fmt: skip
