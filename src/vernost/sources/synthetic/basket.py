"""What is in orders and what they cost: products of lasting prices, chosen so that orders are gamma-gamma in money."""

from dataclasses import dataclass

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns
from vernost.sources.synthetic.preset import Category
from vernost.sources.synthetic.purchases import price_level
from vernost.sources.synthetic.setting import Setting

APART = 1e3
"""Distance between the logarithms of prices of one category and the next, so that one search finds within one."""
NEIGHBOURS = 3
"""Products on each side of the fitting one among which people choose."""


@dataclass(frozen=True)
class Catalogue:
    """All products, by category and then by price: ``logs`` of prices for the search, and prices in cents."""

    categories: tuple[Category, ...]
    logs: Array
    cents: Array

    @property
    def per_category(self) -> int:
        """Products of one category."""
        return self.cents.size // len(self.categories)


def catalogue(setting: Setting) -> Catalogue:
    """The products of the company: the same for all chunks."""
    basket, draws = setting.preset.basket, setting.chance.of("products")
    middling = np.array([each.price for each in basket.categories]) * setting.preset.spend.mean * setting.money
    spread = np.sort(basket.price_spread * draws.standard_normal((len(basket.categories), basket.products)), axis=1)
    cents = np.maximum(np.round(middling[:, None] * np.exp(spread), 0 if setting.language == "ru" else 1) * 100, 10)
    logs = np.log(cents) + np.arange(len(basket.categories))[:, None] * APART
    return Catalogue(basket.categories, logs.ravel(), cents.ravel().astype(np.int64))


def draw_lines(setting: Setting, chunk: int, traits: Columns, orders: Columns, products: Catalogue) -> Columns:
    """Lines by order: ``order`` (its row), ``product``, ``quantity``, ``cents`` a piece."""
    basket, draws = setting.preset.basket, setting.chance.of("lines", chunk)
    size = orders["at"].size
    counts = 1 + draws.poisson(basket.lines - 1, size)
    order = np.repeat(np.arange(size), counts)
    customer = orders["customer"]
    spend = setting.preset.spend
    worth = traits["mean_spend"][customer] * draws.gamma(spend.p, 1 / spend.p, size)
    pieces = draws.exponential(1.0, order.size) + 0.15
    whole = np.bincount(order, weights=pieces, minlength=size)
    wanted = np.maximum(worth[order] * pieces / whole[order] * 100, 1)
    shares = [each.share for each in basket.categories]
    category = np.where(
        draws.random(order.size) < basket.affinity,
        traits["favourite"][customer][order],
        draws.choice(len(shares), order.size, p=shares),
    )
    quantity = np.where(draws.random(order.size) < 0.15, draws.integers(2, 4, order.size), 1)
    product = _fitting(
        products, category, np.log(wanted / quantity), draws.integers(-NEIGHBOURS, NEIGHBOURS + 1, order.size)
    )
    price = products.cents[product]
    # The dearest product may be too cheap for what is spent: then more pieces of it are bought.
    quantity = np.maximum(quantity, np.round(wanted / price)).astype(np.int64)
    level = price_level(setting, orders["at"])[order]
    return {"order": order, "product": product, "quantity": quantity, "cents": np.round(price * level).astype(np.int64)}


def _fitting(products: Catalogue, category: Array, log_cents: Array, jitter: Array) -> Array:
    per = products.per_category
    found = np.searchsorted(products.logs, log_cents + category * APART) - category * per
    return category * per + np.clip(found + jitter, 0, per - 1)


def amounts(setting: Setting, orders: Columns, lines: Columns, coupon: Array) -> Columns:
    """What each order cost, in cents, and the discount in it."""
    gross = np.bincount(lines["order"], weights=lines["quantity"] * lines["cents"], minlength=orders["at"].size).astype(
        np.int64
    )
    discount = np.where(coupon, np.round(gross * setting.preset.purchases.coupon_discount), 0).astype(np.int64)
    return {"cents": gross - discount, "discount": discount}


def draw_refunds(setting: Setting, chunk: int, orders: Columns, is_defect: Array, left: Array) -> Columns:
    """Money given back: ``order`` (its row), ``customer, at, cents`` (above 0), all of it before the customer left."""
    refunds, size = setting.preset.refunds, orders["at"].size
    draws = setting.chance.of("refunds", chunk)
    chance = np.where(is_defect, refunds.after_defect, refunds.chance)
    at = orders["received"] + draws.gamma(2.0, refunds.days / 2, size)
    share = np.where(draws.random(size) < refunds.whole_share, 1.0, np.round(draws.uniform(0.2, 0.8, size), 1))
    given = (draws.random(size) < chance) & ~orders["is_cancelled"] & (orders["cents"] > 0)
    given &= (at < setting.days) & (at < left[orders["customer"]])
    rows = np.flatnonzero(given)
    cents = np.maximum(np.round(orders["cents"][rows] * share[rows]).astype(np.int64), 1)
    return {"order": rows, "customer": orders["customer"][rows], "at": at[rows], "cents": cents, "share": share[rows]}
