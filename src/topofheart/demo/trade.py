"""What was sold: orders, the messages about them, the bicycles in use and the money made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from topofheart.demo import firm
from topofheart.demo.columns import arrange, money, named, numbered, only
from topofheart.demo.firm import BIKES, MONTHS, UNITS, Array
from topofheart.demo.people import People

ACCESSORIES = (
    "fietstas",
    "accu 500 Wh",
    "lader",
    "reservesleutel",
    "spatbordset",
    "binnenband",
    "helm",
    "slot",
)
ACCESSORY_PRICES = np.array([79.95, 649.0, 129.0, 39.5, 49.95, 12.95, 89.0, 74.5])
IN_LETTERBOX = np.array([0, 0, 0, 1, 0, 1, 0, 0], dtype=bool)
PRODUCTS = tuple(f"Tureluur {bike}" for bike in BIKES) + ACCESSORIES
BIKE_SHARES = np.array([0.34, 0.36, 0.10, 0.08, 0.12])
ACCESSORIES_PER_CUSTOMER = 0.55
RETURN_REASONS = ("verkeerde maat", "beschadigd", "past niet", "bedacht", "te laat geleverd")
ABOUT = ("uw bestelling is ontvangen", "wanneer uw bestelling komt")


def trade(seed: int, people: People) -> dict[str, Any]:
    """Orders, messages, base and results, all from the same sales."""
    draw = firm.stream(seed, "orders")
    new = np.flatnonzero(people.came > 0)
    since = people.table["customer_since"].to_numpy()[new].astype("datetime64[D]")
    who, month = _accessory_buyers(draw, people)
    kind = draw.choice(
        len(ACCESSORIES), len(who), p=(0.24, 0.08, 0.09, 0.07, 0.1, 0.18, 0.13, 0.11)
    )
    who = np.concatenate([new, who])
    days = np.concatenate([since, firm.days_within(draw, month)])
    product = np.concatenate([draw.choice(len(BIKES), len(new), p=BIKE_SHARES), kind + len(BIKES)])
    order = np.argsort(days, kind="stable")
    who, days, product = who[order], days[order], product[order]
    prices = np.concatenate([firm.BIKE_PRICES, ACCESSORY_PRICES])[product]
    amount = np.rint(prices * (1 - 0.1 * (draw.random(len(who)) < 0.3)) * 100) / 100
    orders = _orders(draw, people, who, days, product, amount)
    unit, month = people.unit[who], firm.month_of(days)
    return {
        "orders": orders,
        "messages": _messages(draw, orders),
        "base": _base(draw, people, unit, month, product),
        "results": _results(draw, unit, month, amount),
    }


def _accessory_buyers(draw: Any, people: People) -> tuple[Array, Array]:
    level = firm.sales_level() * np.array([len(people.present(month)) for month in range(MONTHS)])
    sizes = np.rint(ACCESSORIES_PER_CUSTOMER * len(people.segment) * level / level.sum()).astype(
        int
    )
    buyers = []
    for month, size in enumerate(sizes):
        present = people.present(month)
        buyers.append(present[draw.integers(0, len(present), size)])
    return np.concatenate(buyers), np.repeat(np.arange(MONTHS), sizes)


def _orders(
    draw: Any, people: People, who: Array, days: Array, product: Array, amount: Array
) -> Any:
    n = len(who)
    growth = firm.ramp()[firm.month_of(days)]
    bike = product < len(BIKES)
    lead = np.where(bike, 7 + draw.poisson(6 + 14 * growth), 1 + draw.poisson(1, n))
    late = np.where(draw.random(n) < 0.08 + 0.3 * growth * bike, draw.geometric(0.12, n), 0)
    promised, arrived = days + lead, days + lead + late
    cancelled = draw.random(n) < 0.03 + 0.03 * growth
    delivered = ~cancelled & (arrived <= np.datetime64(firm.LAST_DAY))
    back = arrived + draw.integers(2, 15, n)
    returned = delivered & (draw.random(n) < 0.06) & (back <= np.datetime64(firm.LAST_DAY))
    stop = days + draw.integers(0, np.maximum(lead, 1))
    stopped = cancelled & (stop <= np.datetime64(firm.LAST_DAY)) & (stop > days)
    start = arrived.astype("datetime64[us]") + np.timedelta64(7, "h")
    width = np.where(bike, 6, 2).astype("timedelta64[h]")
    letterbox = np.concatenate([np.zeros(len(BIKES), dtype=bool), IN_LETTERBOX])[product]
    why = draw.integers(0, len(RETURN_REASONS), n)
    return arrange("orders", {
        "order_id": numbered("O", np.arange(1, n + 1)),
        "customer_id": people.ids.take(pa.array(who)),
        "ordered_at": firm.instants(draw, days),
        "product": named(PRODUCTS, product),
        "amount": money(amount),
        "currency": named(("EUR",), np.zeros(n, dtype=int)),
        "promised_on": promised,
        "window_from": only(start, delivered),
        "window_to": only(start + width, delivered),
        "fits_letterbox": letterbox,
        "delivered_at": only(firm.instants(draw, arrived, 8, 21), delivered),
        "cancelled_at": only(firm.instants(draw, stop), stopped),
        "returned_at": only(firm.instants(draw, back), returned),
        "return_reason": named(RETURN_REASONS, why, where=returned),
        "unit": named(UNITS, people.unit[who]),
    })  # fmt: skip


def _messages(draw: Any, orders: Any) -> Any:
    n = len(orders)
    ordered = orders["ordered_at"].to_numpy()
    delivered = orders["delivered_at"].to_numpy()
    told = ~np.isnat(delivered) & (draw.random(n) < 0.35)
    index = np.concatenate([np.arange(n), np.flatnonzero(told)])
    hour = np.timedelta64(1, "h")
    sent = np.concatenate([ordered + np.timedelta64(2, "m"), delivered[told] - 14 * hour])
    order = np.argsort(sent, kind="stable")
    return arrange("messages", {
        "message_id": numbered("M", np.arange(1, len(order) + 1)),
        "customer_id": orders["customer_id"].take(pa.array(index[order])),
        "order_id": orders["order_id"].take(pa.array(index[order])),
        "sent_at": sent[order],
        "channel": named(("mail", "text message"), (order >= n).astype(int)),
        "about": named(ABOUT, (order >= n).astype(int)),
    })  # fmt: skip


def _cells(*index: Array, shape: tuple[int, ...], weights: Array | None = None) -> Array:
    flat = np.ravel_multi_index(index, shape)
    return np.bincount(flat, weights, minlength=int(np.prod(shape))).reshape(shape)


def _base(draw: Any, people: People, unit: Array, month: Array, product: Array) -> Any:
    bikes = product < len(BIKES)
    shape = (MONTHS, len(UNITS), len(BIKES))
    sold = _cells(month[bikes], unit[bikes], product[bikes], shape=shape)
    old = np.bincount(people.unit[people.came == 0], minlength=len(UNITS))[:, None] * BIKE_SHARES
    months, units, kinds = (one.ravel() for one in np.indices(shape))
    return arrange("base", {
        "month": firm.MONTH_STARTS[months],
        "product": named(PRODUCTS, kinds),
        "units_in_use": np.rint(old + np.cumsum(sold, axis=0)).ravel(),
        "units_sold": sold.ravel(),
        "unit": named(UNITS, units),
    })  # fmt: skip


def _results(draw: Any, unit: Array, month: Array, amount: Array) -> Any:
    revenue = _cells(month, unit, shape=(MONTHS, len(UNITS)), weights=amount)
    level = firm.sales_level()
    typical = revenue[:18].sum(axis=0) / level[:18].sum()
    plan = typical * level[:, None] * (1 + 0.04 * firm.ramp()[:, None])
    months, units = (one.ravel() for one in np.indices(revenue.shape))
    service = 0.052 * plan * (1 - 0.25 * firm.ramp()[:, None])
    return arrange("results", {
        "month": firm.MONTH_STARTS[months],
        "revenue": money(revenue.ravel()),
        "plan": money(plan.ravel()),
        "margin": money((revenue * 0.34).ravel()),
        "service_cost": money(service.ravel()),
        "sales_cost": money((0.11 * plan * draw.normal(1, 0.03, plan.shape)).ravel()),
        "currency": named(("EUR",), np.zeros(revenue.size, dtype=int)),
        "unit": named(UNITS, units),
    })  # fmt: skip
