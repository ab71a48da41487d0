"""The record of a model card."""

import json

import pytest

from vernost.predict.evaluate import auc, evaluate


def test_an_evaluation_gathers_the_metrics_and_is_plain_json() -> None:
    y, p, weight = [0, 1, 0, 1], [0.2, 0.6, 0.4, 0.9], [1, 2, 1, 1]

    found = evaluate(y, p, weight)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))

    assert (found.customers, found.left, found.auc) == (5, 3, auc(y, p, weight))
    assert told["auc"] == 1.0
    assert [each["customers"] for each in told["reliability"]] == pytest.approx([1, 1, 2, 1])
    assert told["gains"][-1] == {"share": 1.0, "gain": 1.0, "lift": 0.0}
    assert set(told["brier_parts"]) == {"reliability", "resolution", "uncertainty", "within"}


def test_what_cannot_be_told_is_none() -> None:
    told = evaluate([0, 0], [0.5, 0.5]).to_dict()

    assert (told["auc"], told["pr_auc"], told["slope"]) == (None, None, None)
