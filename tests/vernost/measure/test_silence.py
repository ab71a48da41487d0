"""Who left without a word, counted by hand."""

import pytest
from tests.vernost.measure.facts import customers, frame, picked, shop, subscriptions, who

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure import silent_leaver_rate
from vernost.store.log import Log

AS_OF = "2024-06-30"
NOBODY = "zoe 2024-06-30"
"""A word of someone who never left, for a log in which words are kept at all."""


def tickets(*lines: str) -> object:
    return frame("customer_id opened_at", *lines)


def answers(*lines: str) -> object:
    return frame("customer_id answered_at", *lines).assign(response_id="1", survey="s", question="q", kind="nps")


def reviews(*lines: str) -> object:
    return frame("customer_id posted_at", *lines).assign(platform="p")


def contracts(*lines: str, **tables: object) -> Log:
    return Log.wrap(
        subscriptions=subscriptions(*lines, more="cancel_reason cancel_text went_to"),
        **tables or {"tickets": tickets(NOBODY)},
    )


@pytest.mark.parametrize(
    ("word", "is_silent"),
    [
        pytest.param("ann 2024-03-02", False, id="90 days before"),
        pytest.param("ann 2024-03-01", True, id="91 days before is too long ago"),
        pytest.param("ann 2024-05-31T23:59", False, id="on the day"),
        pytest.param("ann 2024-06-01", True, id="afterwards"),
        pytest.param("bob 2024-05-01", True, id="of another customer"),
    ],
)
@pytest.mark.parametrize(("table", "said"), [("tickets", tickets), ("answers", answers), ("reviews", reviews)])
def test_a_word_within_90_days_before_the_end_breaks_the_silence(
    table: str, said: object, word: str, is_silent: bool
) -> None:
    answer = silent_leaver_rate(contracts("ann 2023-01-01 2024-05-31", **{table: said(word)}), as_of=AS_OF)
    assert picked(answer, "numerator", "denominator") == [(int(is_silent), 1)]
    assert who(answer) == [{"customer_id": "ann", "numerator": is_silent}]


@pytest.mark.parametrize(("table", "said"), [("answers", answers), ("reviews", reviews)])
def test_a_word_of_nobody_known_breaks_no_silence(table: str, said: object) -> None:
    answer = silent_leaver_rate(contracts("ann 2023-01-01 2024-05-31", **{table: said("- 2024-05-01")}), as_of=AS_OF)
    assert picked(answer, "numerator", "denominator") == [(1, 1)]


def test_the_days_before_can_be_given() -> None:
    log = contracts("ann 2023-01-01 2024-05-31", tickets=tickets("ann 2024-05-21"))
    assert picked(silent_leaver_rate(log, days=10, as_of=AS_OF), "numerator") == [(0,)]
    assert picked(silent_leaver_rate(log, days=9, as_of=AS_OF), "numerator") == [(1,)]


@pytest.mark.parametrize(
    ("reason", "is_silent"),
    [
        pytest.param("price - -", False, id="a reason"),
        pytest.param("- dear -", False, id="a text"),
        pytest.param("- - rival", False, id="where to"),
        pytest.param("- - -", True, id="none"),
    ],
)
def test_a_reason_given_breaks_the_silence(reason: str, is_silent: bool) -> None:
    answer = silent_leaver_rate(contracts(f"ann 2024-01-01 2024-05-31 basic {reason}"), as_of=AS_OF)
    assert picked(answer, "numerator", "denominator") == [(int(is_silent), 1)]


def test_a_blank_reason_says_nothing() -> None:
    table = subscriptions("ann 2024-01-01 2024-05-31", "bob 2024-01-01 2024-05-31")
    log = Log.wrap(subscriptions=table.assign(cancel_reason=["  ", "price"]))
    assert picked(silent_leaver_rate(log), "numerator", "denominator") == [(1, 2)]


@pytest.mark.parametrize(
    ("lines", "months"),
    [
        pytest.param(["ann 2024-01-01 2024-05-31"], {"2024-05-01": 1}, id="ended in May"),
        pytest.param(["ann 2024-01-01 2024-06-01"], {"2024-05-01": 1}, id="with the first instant of June May ends"),
        pytest.param(["ann 2024-01-01 2024-06-01T00:01"], {"2024-06-01": 1}, id="a minute later is June"),
        pytest.param(["ann 2024-01-01 -"], {}, id="runs still"),
        pytest.param(["ann 2024-01-01 2024-07-15"], {}, id="ends after as_of"),
        pytest.param(["ann 2024-01-01 2024-05-31", "ann 2024-06-10 -"], {}, id="came back"),
        pytest.param(
            ["ann 2024-01-01 2024-03-15", "ann 2024-04-10 2024-05-31"], {"2024-05-01": 1}, id="left for good once"
        ),
        pytest.param(["ann 2024-01-01 2024-05-31", "ann 2024-01-01 2024-03-15"], {"2024-05-01": 1}, id="the last end"),
    ],
)
def test_a_customer_leaves_when_the_last_subscription_has_ended(lines: list[str], months: dict[str, int]) -> None:
    answer = silent_leaver_rate(contracts(*lines), by="month", as_of=AS_OF)
    assert {str(row["period"]): row["denominator"] for row in answer.rows if row["denominator"]} == months
    assert [str(row["period"])[:7] for row in answer.rows] == [f"2024-0{month}" for month in range(1, 7)]


@pytest.mark.parametrize(
    ("word", "is_silent"),
    [
        pytest.param("ann 2024-01-31", False, id="30 days before the last sale"),
        pytest.param("ann 2024-01-30", True, id="31 days before the last sale is too long ago"),
        pytest.param("ann 2024-04-11", False, id="on the day of the lapse"),
        pytest.param("ann 2024-04-12", True, id="after the lapse"),
    ],
)
def test_without_a_contract_words_count_from_before_the_last_sale(word: str, is_silent: bool) -> None:
    log = shop("ann 2023-12-01", "ann 2024-03-01", tickets=tickets(word))
    answer = silent_leaver_rate(log, days=30, lapse_days=41, as_of=AS_OF)
    assert who(answer) == [{"customer_id": "ann", "numerator": is_silent}]


@pytest.mark.parametrize(
    ("lines", "months"),
    [
        pytest.param(["ann 2024-01-10"], {"2024-02-01": 1}, id="30 days later, in February"),
        pytest.param(["ann 2024-05-30"], {"2024-06-01": 1}, id="silent for 31 days"),
        pytest.param(["ann 2024-05-31"], {}, id="silent for 30 days, no longer than the window"),
        pytest.param(["ann 2024-01-10", "ann 2024-06-29"], {}, id="came back"),
        pytest.param(["ann 2024-01-10", "ann 2024-03-05"], {"2024-04-01": 1}, id="the last sale counts"),
    ],
)
def test_without_a_contract_a_customer_leaves_with_the_lapse(lines: list[str], months: dict[str, int]) -> None:
    log = shop(*lines, tickets=tickets(NOBODY))
    answer = silent_leaver_rate(log, by="month", lapse_days=30, as_of=AS_OF)
    assert {str(row["period"]): row["denominator"] for row in answer.rows if row["denominator"]} == months
    assert answer.summary == {"lapse_days": 30}


def test_a_window_keeps_those_who_left_in_it_whatever_was_before() -> None:
    log = shop("ann 2024-01-01", "bob 2024-02-01", "eve 2024-03-01", tickets=tickets("bob 2024-01-31", NOBODY))
    # They lapse on 31 January, 2 March and 31 March.
    answer = silent_leaver_rate(log, lapse_days=30, since="2024-02-01", until="2024-03-30")
    assert who(answer) == [{"customer_id": "bob", "numerator": False}]


def test_cuts_are_those_of_the_customer_and_of_the_last_subscription() -> None:
    log = contracts(
        "ann 2024-01-01 2024-03-01 basic",
        "ann 2024-03-01 2024-05-31 gold",
        "bob 2024-01-01 2024-05-31 basic",
        tickets=tickets("bob 2024-05-30"),
        customers=customers("ann Tver"),
    )
    answer = silent_leaver_rate(log, cut=["plan", "city"])
    assert picked(answer, "plan", "city", "numerator", "denominator") == [("basic", None, 0, 1), ("gold", "Tver", 1, 1)]


def test_nobody_left_is_no_rate() -> None:
    answer = silent_leaver_rate(contracts("ann 2024-01-01 -"), as_of=AS_OF)
    assert picked(answer, "value", "numerator", "denominator") == [(None, 0, 0)]


def test_a_log_in_which_nobody_could_speak_says_what_it_lacks() -> None:
    for log in (shop("ann 2024-01-01"), Log.wrap(subscriptions=subscriptions("ann 2024-01-01 2024-05-31"))):
        with pytest.raises(MissingFacts, match="tickets, answers or reviews"):
            silent_leaver_rate(log)


def test_days_below_0_are_refused() -> None:
    with pytest.raises(InvalidValue, match="days"):
        silent_leaver_rate(contracts("ann 2024-01-01 -"), days=-1)
