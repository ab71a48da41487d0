"""Kinds of data that are kept no longer than somebody says."""

from django.utils.translation import gettext_lazy as _

KINDS = [
    ("events", _("Visits and other events")),
    ("contacts", _("Messages that were sent")),
    ("ticket_texts", _("Texts of requests to support")),
    ("answer_texts", _("Texts of answers to surveys")),
    ("review_texts", _("Texts of reviews, and of replies to them")),
    ("uploads", _("Files that were brought in and loaded")),
    ("states", _("Earlier states of the log, to which loads can be taken back")),
    ("reports", _("Reports that were made")),
    ("audit", _("The audit trail")),
    ("certificates", _("Certificates of erasure")),
]
