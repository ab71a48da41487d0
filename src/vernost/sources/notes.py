"""Sentences about what was assumed while reading; each keeps its code and values, so that it can be said otherwise."""

from types import MappingProxyType
from typing import cast

from vernost.messages import Message

SENTENCES = MappingProxyType(
    {
        "date_order_assumed": "{source}: dates in {column} could be read either way; they were read {order}.",
        "decimal_assumed": "{source}: numbers in {column} such as 1,234 could be read either way; the decimal sign was"
        " taken to be {sign!r}.",
        "local_times": "Times without an offset were read by the clock of {zone}.",
        "stand_in": "{source} has no id of customers; {column} stands for it.",
        "lines_are_sales": "{source} has no numbers of orders; each row is one sale.",
        "lines_are_orders": "{source} has a row for each product; rows of one {column} make one order.",
        "numbers_begin_anew": "{source}: numbers in {column} begin anew; with its day each names an order.",
        "amounts_summed": "{source}: the amount of an order is the sum over its rows.",
        "amounts_computed": "{source} has no amounts of sales; {column} was taken for them.",
        "no_amount": "{source} has no amounts; measures of money will lack them.",
        "refunds_dated": "{source}: what {column} says was given back stands beside its sale as a refund of its own;"
        " rows added: {count}.",
        "refunds_on_the_day_of_the_sale": "{source}: what {column} says was given back stands beside its sale as a"
        " refund of its own, on the day of the sale, for no other day is given; rows added: {count}.",
        "set_aside": "{source}: {count} cells of {column} could not be read; they were left empty and kept in extra.",
        "skipped": "{source} was skipped: {why}.",
        "not_used": "{source} was not used: it looks most like {table}, but nothing in it fits {missing}.",
        "not_understood": "{source} was not used: none of its columns ({columns}) speaks for a table of the log.",
        "left_out": "{source} was left out, as was said.",
        "no_price": "{source} has no prices of subscriptions; they were taken to be 0.",
        "price_by_month": "{source}: {column} was read as the price of a month.",
        "by_contents": "{source} has no header; its columns were told by their contents, so check them.",
        "purpose_assumed": "{source} does not say what the money was for; it was taken to be acquisition.",
        "variant_assumed": "{source} names no test groups; every customer in it was taken to be treated.",
    }
)


class Note(Message):
    """A sentence of these, found by its code."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, code: str, /, **values: object) -> "Note":
        """The sentence of a code, with its gaps filled."""
        note = cast("Note", super().__new__(cls, SENTENCES[code], **values))
        note.code = code
        return note

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What it is made anew of where it is copied."""
        return (self.code,), self.values
