"""A made-up company with known truth: all tables of the log, and why each customer left."""

from vernost.sources.synthetic.actions import Action
from vernost.sources.synthetic.branch import Branch
from vernost.sources.synthetic.chances import Chances, true_chances
from vernost.sources.synthetic.fitting import Likeness, fit
from vernost.sources.synthetic.future import Future, continue_
from vernost.sources.synthetic.preset import GROUPS, Preset
from vernost.sources.synthetic.preset_file import PRESETS, load_preset
from vernost.sources.synthetic.setting import LAST_DAY, Setting
from vernost.sources.synthetic.simulation import Simulated, simulate
from vernost.sources.synthetic.world import World, make_world

__all__ = [
    "GROUPS",
    "LAST_DAY",
    "PRESETS",
    "Action",
    "Branch",
    "Chances",
    "Future",
    "Likeness",
    "Preset",
    "Setting",
    "Simulated",
    "World",
    "continue_",
    "fit",
    "load_preset",
    "make_world",
    "simulate",
    "true_chances",
]
