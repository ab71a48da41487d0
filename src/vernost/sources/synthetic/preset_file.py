"""A preset read from its TOML file, laid over the one that it extends, and checked."""

import math
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from vernost.errors import InvalidValue, UnknownName, UnreadableSource
from vernost.messages import reason
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.shapes import shaped

PRESETS = ("shop", "subscription", "saas", "telecom", "restaurant")
SUM_TOLERANCE = 1e-6


def load_preset(name_or_path: str | Path) -> Preset:
    """The preset of a name, or that of a TOML file.

    >>> load_preset("shop").is_contract, load_preset("telecom").is_contract
    (False, True)
    """
    preset = shaped(Preset, _contents(str(name_or_path)), where="preset")
    _check(preset)
    return preset


def _contents(name: str, seen: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """What a file says, laid over what the preset says that it extends."""
    import tomllib

    if name in seen:
        raise InvalidValue("The preset {name!r} extends itself. Take 'extends' out of it.", name=name)
    try:
        if name in PRESETS:
            text = (files("vernost.sources.synthetic") / "presets" / f"{name}.toml").read_text("utf-8")
        elif name.endswith(".toml"):
            text = Path(name).read_text("utf-8")
        else:
            raise UnknownName("preset", name, PRESETS)
        told = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise UnreadableSource(
            name, "{reason}", "A preset is a TOML file like those of the package.", reason=reason(error)
        ) from error
    parent = told.pop("extends", None)
    return _laid_over(_contents(str(parent), (*seen, name)), told) if parent is not None else told


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tables are joined by key; anything else, lists too, is replaced."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = _laid_over(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged


def _check(preset: Preset) -> None:
    """Refuse a world that cannot be."""
    _check_shares(preset)
    _check_names(preset)
    _check_weights(preset)


def _check_shares(preset: Preset) -> None:
    """Refuse shares that do not sum to one."""
    whole: dict[str, float] = {
        "acquisition.channels": sum(channel.share for channel in preset.acquisition.channels),
        "basket.categories": sum(category.share for category in preset.basket.categories),
        "purchases.channels": sum(preset.purchases.channels.values()),
        "campaigns.channels": sum(preset.campaigns.channels.values()),
        "visits.names": sum(preset.visits.names.values()),
        "competitors": sum(rival.share for rival in preset.competitors),
        **{f"response.{kind}": sum(groups.shares) for kind, groups in preset.response.items()},
    }
    if preset.is_contract:
        whole["contract.plans"] = sum(plan.share for plan in preset.contract.plans)
    for name, total in whole.items():
        if not math.isclose(total, 1, abs_tol=SUM_TOLERANCE):
            raise InvalidValue("The shares of {name} sum to {total:g}, must sum to 1.", name=name, total=total)


def _check_names(preset: Preset) -> None:
    """Refuse names that nothing bears."""
    kinds = {each.kind for each in preset.experiences}
    for event in preset.events:
        if event.experience not in kinds:
            raise UnknownName("experience", event.experience, kinds)
    for channel in preset.campaigns.channels:
        if channel not in preset.campaigns.costs:
            raise InvalidValue("campaigns.costs has no {channel}. Say what a message costs.", channel=channel)


def _check_weights(preset: Preset) -> None:
    """Refuse weights of a calendar that are not one for each of its parts."""
    calendar = preset.calendar
    for length, weights, name in (
        (12, calendar.months, "months"),
        (7, calendar.weekdays, "weekdays"),
        (24, calendar.hours, "hours"),
    ):
        if len(weights) != length:
            raise InvalidValue(
                "calendar.{name} has {count} weights, must have {length}.", name=name, count=len(weights), length=length
            )
    if preset.acquisition.arrivals and not sum(preset.acquisition.arrivals):
        raise InvalidValue("acquisition.arrivals are all 0. Leave the list empty, or say when customers come.")
