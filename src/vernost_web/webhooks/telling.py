"""Which kinds of happenings there are: each slice names its own."""

from vernost_web.ui.slice import Words, slices


def kinds() -> dict[str, Words]:
    """All kinds with their words, in the order of the flow."""
    return {name: words for each in slices() for name, words in each.tells.items()}
