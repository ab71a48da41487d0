"""What a slice tells the frame about itself, and the slices that there are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from django.apps import AppConfig, apps

if TYPE_CHECKING:
    from vernost.store.log import Log

Section = Literal["now", "rooms", "system"]
"""Where an entry stands in the menu: what is on now, the rooms where people work, the running of the system."""


class Words(Protocol):
    """A text that is said in the reader's language when it is shown."""

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu.

    Attributes:
        title: its words.
        url_name: where it leads.
        icon: name of an icon in ``ui/static/ui/icons.svg``.
        permission: who sees it.
        section: where it stands.
    """

    title: Words
    url_name: str
    icon: str
    permission: str
    section: Section = "rooms"


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of another slice's page, fetched by itself.

    Attributes:
        page: name of the page that has the place, such as 'overview' or 'measure'.
        url_name: where the part is served.
        permission: who sees it.
        title: what it is, for whoever waits for it.
        width: columns of twelve on a wide screen.
    """

    page: str
    url_name: str
    permission: str
    title: Words
    width: int = 12


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job done again and again.

    Attributes:
        kind: of the job.
        every_minutes: how often.
        is_due: asked before each time; None when it is always due.
    """

    kind: str
    every_minutes: int
    is_due: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a slice keeps about single customers, beside what the log knows of them.

    Attributes:
        title: what it is.
        tell: everything kept about the customer of these ids (one, and those merged into it), as plain records.
        forget: erase it for good, with the pseudonym in the place of the ids where a count must stay; how many records
            that were.
    """

    title: Words
    tell: Callable[[Sequence[str]], list[dict[str, Any]]]
    forget: Callable[[Sequence[str], str], int]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How numbers are asked of some of the customers alone.

    Attributes:
        choices: the groups that there are: key and title.
        narrowed: from the log and a key, the log of those customers alone, while a context lasts.
        state: from a key, what names who is in the group, beside the state of the log.
    """

    choices: Callable[[], list[tuple[str, str]]]
    narrowed: "Callable[[Log, str], AbstractContextManager[Log]]"
    state: Callable[[str], str]


class SliceConfig(AppConfig):
    """A slice of the application: a folder that says by itself what the frame must know.

    Attributes:
        prefix: of its addresses, with a slash at the end.
        menu: its lines in the menu.
        panels: its parts of other pages.
        periodic: its jobs done again and again.
        keeps: what it keeps about single customers.
        narrows: how numbers are asked of some of the customers alone, where the slice knows groups of them.
        tells: kinds of happenings ('data.loaded') that other programs can be told of, with their words; the slice says
            that one happened by ``webhooks.actions.tell``.
        trail: what its audit records mean: words of each action ('targets.set'), and of each value in them that no
            field of its models names.
    """

    prefix: str = ""
    menu: tuple[MenuEntry, ...] = ()
    panels: tuple[Panel, ...] = ()
    periodic: tuple[Periodic, ...] = ()
    keeps: tuple[Keeping, ...] = ()
    narrows: Narrowing | None = None
    tells: ClassVar[Mapping[str, Words]] = {}
    trail: ClassVar[Mapping[str, Words]] = {}
    default = False  # Django takes the one class of a slice's module that does not say so

    def __init_subclass__(cls) -> None:
        cls.default = True


def slices() -> Iterator[SliceConfig]:
    """All slices, in the order of the flow."""
    return (each for each in apps.get_app_configs() if isinstance(each, SliceConfig))


def narrowing() -> Narrowing | None:
    """How numbers are asked of some of the customers alone; None where no slice knows groups of them."""
    return next((each.narrows for each in slices() if each.narrows), None)


def panels(page: str, user: Any) -> list[Panel]:
    """The parts that slices put on a page and a user may see, in the order of the flow."""
    return [each for one in slices() for each in one.panels if each.page == page and user.may(each.permission)]
