import json
import uuid
from hashlib import sha256
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost_web.privacy.kinds import KINDS
from vernost_web.ui.sealing import seal, unseal

_SEALED_AS = "privacy"


class Erasure(models.Model):
    """The erasing of one person: first a wish, then the certificate that it is done, which does not say who it was.

    Attributes:
        pseudonym: what stands in the place of the person.
        sealed: who it is, encrypted; empty once that is no longer needed.
        asked_by: who said so.
        asked_name: who, as called then.
        job: does it.
        places: what was erased where: title by language, count.
        left: places that could not be reached: sentences by language.
        ended_at: when all was done.
        digest: of what the certificate says, by which a copy is known.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.CharField(_("pseudonym"), max_length=40)
    sealed = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_name = models.CharField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)
    job = models.UUIDField(null=True)
    places: Any = models.JSONField(_("places"), default=list)
    ended_at = models.DateTimeField(_("done"), null=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def key(self) -> str:
        """By which the log knows it."""
        return f"erasure {self.pk}"

    @property
    def count(self) -> int:
        """How many records were erased in all places."""
        return sum(each["count"] for each in self.places)

    def hide(self, person: dict[str, Any]) -> None:
        """Keep, encrypted, who it is."""
        self.sealed = seal(json.dumps(person, ensure_ascii=False), of=_SEALED_AS)

    def seen(self) -> dict[str, Any]:
        """Who it is, while that is needed."""
        found: dict[str, Any] = json.loads(unseal(self.sealed, of=_SEALED_AS))
        return found

    def note(self, name: str, titles: dict[str, str], count: int) -> None:
        """Write down what was erased in a place; of several tries the one that found most."""
        known = next((each for each in self.places if each["name"] == name), None)
        if known is None:
            self.places.append({"name": name, "title": titles, "count": count})
        else:
            known["count"] = max(known["count"], count)
        self.save(update_fields=["places"])

    def said(self) -> dict[str, Any]:
        """All that the certificate says, as plain data."""
        return {
            "certificate": str(self.pk),
            "pseudonym": self.pseudonym,
            "asked_by": self.asked_name,
            "asked_at": self.asked_at.isoformat(),
            "done_at": self.ended_at.isoformat() if self.ended_at else None,
            "places": self.places,
        }

    def close(self) -> None:
        """Say that all is done; from now on nothing here tells who it was."""
        self.sealed, self.ended_at = "", timezone.now()
        told = json.dumps(self.said(), sort_keys=True, ensure_ascii=False)
        self.digest = sha256(told.encode()).hexdigest()
        self.save(update_fields=["sealed", "ended_at", "digest"])


class Term(models.Model):
    """How long data of a kind are kept.

    Attributes:
        kind: of data.
        days: from when they came; nothing is kept longer.
    """

    kind = models.CharField(_("kind of data"), max_length=40, primary_key=True, choices=KINDS)
    days = models.PositiveIntegerField(_("days"))

    class Meta:
        ordering: ClassVar[list[str]] = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"
