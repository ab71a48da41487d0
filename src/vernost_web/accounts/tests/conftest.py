"""The clock of second factors stands: a code made late in its half minute is not refused early in the next."""

import pytest
from allauth.mfa.totp.internal import auth

from vernost_web.accounts.tests.entering import STEP


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([STEP]))
