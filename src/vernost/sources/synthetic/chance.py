"""All chance of a made-up world: draws that depend on the seed, their purpose and the chunk, on nothing else."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


@dataclass(frozen=True, slots=True)
class Chance:
    """Chance of one world. Draws for one purpose never move those for another, so that worlds can be compared.

    >>> float(Chance(1).of("orders", 0).random()) == float(Chance(1).of("orders", 0).random())
    True
    >>> float(Chance(1).of("orders", 0).random()) == float(Chance(1).of("orders", 1).random())
    False
    """

    seed: int

    def of(self, purpose: str, chunk: int = 0) -> np.random.Generator:
        """The stream of draws for one purpose in one chunk of customers."""
        digest = blake2b(f"{self.seed}|{chunk}|{purpose}".encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))
