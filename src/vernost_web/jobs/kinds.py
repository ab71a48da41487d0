"""The kinds of jobs that slices know, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from vernost.errors import UnknownName
from vernost_web.ui.slice import Words


class Run(Protocol):
    """A job being done, as its function sees it."""

    def tell(self, share: float, step: str = "") -> None:
        """Say how much is done and what is being done; raises Cancelled when somebody wants the job stopped.

        Any thread may say it.
        """


class Cancelled(Exception):
    """Somebody wants the job stopped; its function lets this pass."""


Work = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        name: slice and verb, such as 'data.load'.
        title: its words.
        work: does it: gets the run and the arguments, gives back what is worth keeping.
        permission: who may see and stop it, beside whoever asked for it.
    """

    name: str
    title: Words
    work: Work
    permission: str


KINDS: dict[str, Kind] = {}


def job(name: str, *, title: Words, permission: str = "load_data") -> Callable[[Work], Work]:
    """Make a function a kind of job.

    The function is called with a `Run` and the job's arguments. It may be called again for the same job when its worker
    died, and must then do nothing twice.
    """

    def make(work: Work) -> Work:
        KINDS[name] = Kind(name, title, work, permission)
        return work

    return make


def kind_of(name: str) -> Kind:
    """A kind by its name."""
    if name not in KINDS:
        raise UnknownName("kind of job", name, KINDS)
    return KINDS[name]
