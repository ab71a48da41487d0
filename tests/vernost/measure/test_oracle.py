"""Every measure against a slow oracle that is written from the meanings alone, on small random logs."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.oracle.catalogue import ORACLES, Case, random_case
from tests.oracle.comparison import check
from tests.oracle.dice import HypothesisDice
from tests.oracle.engines import duckdb_log
from tests.oracle.world import Lacking

from vernost.errors import MissingFacts
from vernost.measure import CATALOGUE, find_measure

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

EXAMPLES = int(os.environ.get("VERNOST_EXAMPLES", "30"))
"""Of each measure; an example costs about a tenth of a second."""

PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""Logs are small as they are, and shrinking them further takes minutes: a wish, not a habit."""
if os.environ.get("VERNOST_SHRINK"):
    PHASES.append(Phase.shrink)


WITHOUT_ORACLE = {"benchmarks"}
"""A table of published figures, which is looked up, not worked out."""


@st.composite
def cases(draw: Any, measure: str) -> Case:
    return random_case(HypothesisDice(draw), measure)


@pytest.fixture(scope="module")
def duckdb() -> "Iterator[Backend]":
    import ibis

    connection = ibis.duckdb.connect(threads=1)
    yield connection
    connection.disconnect()


@pytest.mark.parametrize("measure", ORACLES)
@settings(max_examples=EXAMPLES, phases=PHASES, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_measure_answers_what_its_oracle_says(measure: str, duckdb: "Backend", data: Any) -> None:
    case = data.draw(cases(measure))
    asked = {**case.question.asked(), **case.options}
    log = duckdb_log(duckdb, case.log)
    try:
        expected = case.expected()
    except Lacking:
        with pytest.raises(MissingFacts):
            find_measure(measure)(log, **asked).to_dict()
        return
    check(find_measure(measure)(log, **asked), expected)


def test_every_other_measure_has_an_oracle() -> None:
    assert set(CATALOGUE) == set(ORACLES) | WITHOUT_ORACLE
    assert not set(ORACLES) & WITHOUT_ORACLE
