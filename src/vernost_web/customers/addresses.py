"""Addresses that bear any id of a customer: with slashes, dots, and signs that browsers would take for their own."""

import re

_OWN = re.compile(r"[/\\~%?#\x00-\x20\x7f]|^\.+$")
_TOLD = re.compile(r"~([0-9A-F]{2})")


class IdConverter:
    """An id as one part of an address: signs with a meaning there are written as ``~`` and their number.

    >>> IdConverter().to_url("A/1 ~"), IdConverter().to_python("A~2F1~20~7E")
    ('A~2F1~20~7E', 'A/1 ~')
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The id that an address names."""
        return _TOLD.sub(lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: object) -> str:
        """The part of the address."""
        return _OWN.sub(lambda found: "".join(f"~{ord(sign):02X}" for sign in found[0]), str(value))
