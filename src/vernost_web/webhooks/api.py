"""Webhooks for programs: who is told what, and what was sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, checked, found, page
from vernost_web.webhooks import actions, queries
from vernost_web.webhooks.forms import WebhookForm
from vernost_web.webhooks.models import Delivery, Webhook

router = Router()


class WebhookIn(Schema):
    """Which address is told of what; of everything without kinds."""

    url: str
    kinds: list[str] = Field(default_factory=list)


class SwitchIn(Schema):
    """Whether anything is sent."""

    is_on: bool


class WebhookOut(Schema):
    """A webhook."""

    id: UUID
    url: str
    kinds: list[str]
    is_on: bool
    failing_since: datetime | None
    made_at: datetime


class SecretOut(WebhookOut):
    """A webhook with the secret that signs what it is sent."""

    secret: str


class DeliveryOut(Schema):
    """Something that was sent, or is to be."""

    id: UUID
    kind: str
    content: Any
    state: str
    attempts: int
    made_at: datetime
    due_at: datetime
    status: int | None
    answer: str
    ended_at: datetime | None

    @staticmethod
    def resolve_kind(delivery: Delivery) -> str:
        return delivery.happening.kind

    @staticmethod
    def resolve_content(delivery: Delivery) -> Any:
        return delivery.happening.content


@router.get("/webhooks", response=Listing[WebhookOut], summary=_("All webhooks"))
@requires("manage_api")
def list_webhooks(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.webhooks(), span, ("-made_at", "pk"))


@router.get("/webhooks/kinds", response=dict[str, str], summary=_("Kinds of happenings that are told"))
@requires("manage_api")
def list_webhook_kinds(request: HttpRequest) -> Any:
    return {name: str(words) for name, words in queries.kinds().items()}


@router.post("/webhooks", response={201: SecretOut}, summary=_("Tell an address what happens"))
@requires("manage_api")
def add_webhook(request: HttpRequest, given: WebhookIn) -> Any:
    return actions.add_webhook(by=request.user, **checked(WebhookForm(given.dict())))


@router.get("/webhooks/{uuid:webhook_id}", response=SecretOut, summary=_("One webhook with its secret"))
@requires("manage_api")
def show_webhook(request: HttpRequest, webhook_id: UUID) -> Any:
    return _webhook(webhook_id)


@router.put("/webhooks/{uuid:webhook_id}", response=WebhookOut, summary=_("Change where and of what it is told"))
@requires("manage_api")
def change_webhook(request: HttpRequest, webhook_id: UUID, given: WebhookIn) -> Any:
    return actions.change_webhook(_webhook(webhook_id), by=request.user, **checked(WebhookForm(given.dict())))


@router.post("/webhooks/{uuid:webhook_id}/switch", response=WebhookOut, summary=_("Switch a webhook on or off"))
@requires("manage_api")
def switch_webhook(request: HttpRequest, webhook_id: UUID, given: SwitchIn) -> Any:
    return actions.change_webhook(_webhook(webhook_id), by=request.user, is_on=given.is_on)


@router.post("/webhooks/{uuid:webhook_id}/secret", response=SecretOut, summary=_("Give a webhook a new secret"))
@requires("manage_api")
def renew_webhook_secret(request: HttpRequest, webhook_id: UUID) -> Any:
    return actions.renew_secret(_webhook(webhook_id), by=request.user)


@router.delete("/webhooks/{uuid:webhook_id}", response={204: None}, summary=_("Tell an address nothing any more"))
@requires("manage_api")
def remove_webhook(request: HttpRequest, webhook_id: UUID) -> None:
    actions.remove_webhook(_webhook(webhook_id), by=request.user)


@router.get(
    "/webhooks/{uuid:webhook_id}/deliveries", response=Listing[DeliveryOut], summary=_("What was sent to a webhook")
)
@requires("manage_api")
def list_deliveries(request: HttpRequest, webhook_id: UUID, span: Query[Span]) -> Any:
    return page(request, queries.deliveries_of(_webhook(webhook_id)), span, ("-made_at", "-pk"))


@router.post(
    "/webhooks/{uuid:webhook_id}/deliveries/{uuid:delivery_id}/again",
    response=DeliveryOut,
    summary=_("Send something once more"),
)
@requires("manage_api")
def deliver_again(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> Any:
    delivery = found(queries.deliveries_of(_webhook(webhook_id)).filter(pk=delivery_id).first())
    return actions.deliver_again(delivery, by=request.user)


def _webhook(webhook_id: UUID) -> Webhook:
    return found(queries.webhook_of(webhook_id))
