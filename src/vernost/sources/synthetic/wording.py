"""People and texts of a made-up company, as its other modules ask for them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vernost.sources.synthetic.setting import Language
