"""Fixtures of the application's tests, which lie within its slices and beside the library's."""

pytest_plugins = ("web_fixtures",)
