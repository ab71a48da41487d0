"""The person whose traces are searched for, and how their words may be spelled in files."""

import base64
from collections.abc import Sequence

ID, NAME, EMAIL, PHONE = "k4n4ry-77", "Кенарь Жёлтопузова", "k4n4ry@example.com", "+79995550142"
TEXT = "Кенарь пела всю ночь"
WORDS = ("k4n4ry", "кенарь", "жёлтопузова", "9995550142", "пела всю ночь")


def spelled(words: Sequence[str] = WORDS) -> list[bytes]:
    """The person's words as bytes, in the ways in which files and tables spell them; all in small letters."""
    found = []
    for word in words:
        for each in (word, word.capitalize()):
            found += [each.encode(code) for code in ("utf-8", "utf-16-le", "cp1251")]
            found.append(each.encode("unicode_escape"))
            found += [base64.b64encode(b" " * shift + each.encode())[4:-4] for shift in range(3)]
    return [each for each in dict.fromkeys(found) if len(each) > 5]
