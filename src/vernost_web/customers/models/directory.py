from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_BANDS = [
    ("low", _("low risk")), ("medium", _("medium risk")), ("high", _("high risk")), ("left", _("left already")),
]  # fmt: skip
SORTS = ("revenue", "orders", "last_order_at", "first_order_at", "known_at", "risk", "revenue_at_risk", "sort_name")
"""Columns by which a list may stand; each has an index, so that a page of a million customers costs as one of ten."""


def _sorting() -> list[models.Index]:
    """An index a sort, of the rows that have a value; those without one stand behind them, as they were added."""
    return [
        models.Index(fields=[name, "id"], name=f"customers_by_{name}"[:30], condition=Q(**{f"{name}__isnull": False}))
        for name in SORTS
    ]


class Customer(models.Model):
    """A customer as the directory lists them: what the log says in one row, made anew after each load.

    Numbers are for finding and showing; the exact money stays in the log.

    Attributes:
        customer_id: as in the log.
        print: tells whether the log still says the same of them.
        name: as the log has it.
        sort_name: the name in small letters, by which lists stand.
        words: the words of the name, each after a space, spelled as searches spell theirs.
        phone: as it is dialled from anywhere (E.164) where it can be read, else its digits.
        phone_back: the same from its last digit to its first, so that an end of it is found as a beginning.
        email: in small letters.
        channel: where they came from.
        manager: as the log names them.
        orders: how many sales, without cancelled ones.
        revenue: of all that was not cancelled, less refunds.
        risk: of leaving, from 0 to 1; None of whom nobody scored.
        revenue_expected: by the forecast.
    """

    customer_id = models.CharField(_("customer"), max_length=500, unique=True)
    print = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=500, blank=True)
    sort_name = models.CharField(max_length=100, null=True)
    words = models.CharField(max_length=600, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True, db_index=True)
    phone_back = models.CharField(max_length=100, blank=True, db_index=True)
    email = models.CharField(_("e-mail"), max_length=320, blank=True, db_index=True)
    birthday_on = models.DateField(_("birthday"), null=True)
    language = models.CharField(_("language"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=200, blank=True, db_index=True)
    channel = models.CharField(_("where they came from"), max_length=200, blank=True, db_index=True)
    segment = models.CharField(_("segment"), max_length=200, blank=True, db_index=True)
    manager = models.CharField(_("account manager"), max_length=200, blank=True, db_index=True)
    is_business = models.BooleanField(_("a company"), null=True)
    known_at = models.DateTimeField(_("known since"), null=True)
    orders = models.PositiveIntegerField(_("orders"), null=True)
    revenue = models.FloatField(_("revenue"), null=True)
    first_order_at = models.DateTimeField(_("first order"), null=True)
    last_order_at = models.DateTimeField(_("last order"), null=True)
    scored_on = models.DateField(_("scored"), null=True)
    risk = models.FloatField(_("risk"), null=True)
    band = models.CharField(_("band of risk"), max_length=6, blank=True, choices=_BANDS, db_index=True)
    revenue_expected = models.FloatField(_("revenue expected"), null=True)
    revenue_at_risk = models.FloatField(_("revenue at risk"), null=True)

    class Meta:
        verbose_name = _("customer")
        indexes: ClassVar[list[models.Index]] = _sorting()

    def __str__(self) -> str:
        return self.customer_id

    @classmethod
    def fields(cls) -> "tuple[models.Field[Any, Any], ...]":
        """What is written of a customer."""
        return tuple(field for field in cls._meta.concrete_fields if not field.primary_key)

    @classmethod
    def field(cls, name: str) -> "models.Field[Any, Any]":
        """A field by its name."""
        return next(field for field in cls._meta.concrete_fields if field.name == name)


class Stand(models.Model):
    """Which state of the log the directory shows: one row.

    Attributes:
        load: number of the load; 0 while nothing was gathered.
        loaded_at: of that load.
        customers: how many are listed.
        values: column -> value -> how many customers have it, of those that a list is filtered by.
        basis: what else the rows depend on, such as the country whose telephone numbers are written without its code.
    """

    load = models.PositiveBigIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True)
    gathered_at = models.DateTimeField(null=True)
    customers = models.PositiveIntegerField(default=0)
    values: Any = models.JSONField(default=dict)
    basis = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"load {self.load}"
