"""Bring facts in: files and databases become rows in the shape of the customer log."""

from vernost.sources.given import Given, given_from_toml
from vernost.sources.looking import Look, Preview
from vernost.sources.read import preview, read
from vernost.sources.source import Reading

__all__ = ["Given", "Look", "Preview", "Reading", "given_from_toml", "preview", "read"]
