"""Pages of customers: the list, one customer, what is written down about them, who looked at them."""

from vernost_web.customers.views.card import bought, customer, timeline
from vernost_web.customers.views.lists import filters, list_file, lists, remove_view, save_view
from vernost_web.customers.views.looks import looks
from vernost_web.customers.views.writings import add, care, remove

__all__ = [
    "add", "bought", "care", "customer", "filters", "list_file", "lists", "looks", "remove", "remove_view", "save_view",
    "timeline",
]  # fmt: skip
