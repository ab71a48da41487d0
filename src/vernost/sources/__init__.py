"""Bring facts in: files and databases become rows in the shape of the customer log."""

from vernost.sources.given import Given, given_from_toml
from vernost.sources.read import read

__all__ = ["Given", "given_from_toml", "read"]
