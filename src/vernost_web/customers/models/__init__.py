"""What is kept of customers: the directory that lists them, and what people write down about them."""

from vernost_web.customers.models.consents import Consent
from vernost_web.customers.models.directory import Customer, Stand
from vernost_web.customers.models.looks import Look
from vernost_web.customers.models.views import SavedView
from vernost_web.customers.models.writings import Care, Membership, Note, Occasion, Tagging

__all__ = ["Care", "Consent", "Customer", "Look", "Membership", "Note", "Occasion", "SavedView", "Stand", "Tagging"]
