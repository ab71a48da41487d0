"""The certificate of an erasure: what was erased where, when and by whom; it does not say who it was."""

from django.db import transaction

from vernost_web.audit import actions as audit
from vernost_web.privacy.models import Erasure


@transaction.atomic
def certify(erasure: Erasure) -> None:
    """Say, once, that all is done."""
    erasure.close()
    audit.record("privacy.erased", by=erasure.asked_by, thing=erasure, after={"count": erasure.count})
