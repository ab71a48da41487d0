"""Text files as bytes: how they are encoded and cut into lines, and a UTF-8 copy where they are not UTF-8."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

CYRILLIC = ("cp1251", "koi8_r", "cp866")
WESTERN = ("cp1252", "cp1250", "cp1254", "cp1257")

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_DECIDED = 10_000
_NATIONAL = (
    ("cp1254", "çğıöşüÇĞİÖŞÜ", "ğışĞİŞ"),
    ("cp1257", "äöüõžšāčēģīķļņūąęėįųÄÖÜÕŽŠĀČĒĢĪĶĻŅŪĄĘĖĮŲ", "žšŽŠ"),
)
"""Encodings, the letters of their languages beside the plain Latin ones, and those of them that tell, for in cp1252
their bytes are ð, þ and ý of Icelandic, which goes with á, í and ó. Turkish is asked first: it has fewer letters.
"""
_COMMON = frozenset("оеаинтсрвлкмдпуяыьзг")


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over all bytes of a text file shows.

    Attributes:
        encoding: the encoding of its text.
        lines: how many lines it has, without blank ones at its end.
        needs_copy: whether it must be rewritten for an engine that wants UTF-8, ends of lines of one kind and no zeros.
        is_binary: whether it is no text at all.
        head: its beginning, decoded, its lines ended by newlines alone.
        is_whole: whether that is all of it.
        is_damaged: whether some of it is not of that encoding.
        has_mark: whether it begins with the byte order mark of UTF-8.
    """

    encoding: str
    lines: int
    needs_copy: bool
    is_binary: bool
    head: str
    is_whole: bool
    is_damaged: bool = False
    has_mark: bool = False


def survey_text(path: Path) -> Survey:
    """Look at every byte once: encoding, ends of lines, zeros."""
    with path.open("rb") as file:
        head = file.read(_BLOCK)
        is_whole = not file.read(1)
    mark = _mark(head)
    if mark is not None:
        return Survey(mark, 0, needs_copy=True, is_binary=False, head=_head(head, mark), is_whole=is_whole)
    if _is_binary(head):
        return Survey("", 0, needs_copy=False, is_binary=True, head="", is_whole=is_whole)
    tally = _Tally()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            tally.see(block)
    encoding = tally.encoding()
    has_lone_cr = tally.cr != tally.crlf
    return Survey(
        encoding,
        tally.lines(),
        needs_copy=encoding != "utf_8" or has_lone_cr or tally.zeros > 0,
        is_binary=tally.zeros > tally.size // 10,
        head=_head(head, encoding),
        is_whole=is_whole,
        is_damaged=encoding == "utf_8" and tally.bad > 0,
        has_mark=head.startswith(codecs.BOM_UTF8),
    )


def copy_as_utf8(path: Path, target: Path, encoding: str, *, progress: Callable[[float], None] | None = None) -> None:
    """Write the text to ``target`` as UTF-8, its lines ended by newlines alone, without byte order mark and zeros.

    Bytes that are not of the encoding stay as they are, so that their lines can be shown as malformed.
    """
    size = max(path.stat().st_size, 1)
    with path.open("rb") as source, target.open("wb") as out:
        for text in _decoded(source, encoding):
            out.write(text.encode("utf-8", "surrogateescape"))
            if progress is not None:
                progress(source.tell() / size)


def squeeze_blanks(path: Path, target: Path, *, progress: Callable[[float], None] | None = None) -> None:
    """Write lines of aligned columns with one blank between cells, none around them."""
    size = max(path.stat().st_size, 1)
    with path.open("rb") as source, target.open("wb") as out:
        carry = b""
        while block := source.read(_BLOCK):
            lines, newline, carry = (carry + block).rpartition(b"\n")
            out.write(_squeezed(lines + newline))
            if progress is not None:
                progress(source.tell() / size)
        out.write(_squeezed(carry))


def _squeezed(lines: bytes) -> bytes:
    lines = lines.replace(b"\r\n", b"\n").replace(b"\t", b" ")
    while b"  " in lines:
        lines = lines.replace(b"  ", b" ")
    return lines.replace(b" \n", b"\n").replace(b"\n ", b"\n").strip(b" ")


def _decoded(source: "codecs._ReadableStream", encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape" if encoding == "utf_8" else "replace")
    was_cr = False
    while block := source.read(_BLOCK):
        text = decoder.decode(block).replace("\0", "").removeprefix("\ufeff")
        if was_cr and text.startswith("\n"):
            text = text[1:]
        was_cr = text.endswith("\r") if text else was_cr
        yield text.replace("\r\n", "\n").replace("\r", "\n")
    yield decoder.decode(b"", final=True)


class _Tally:
    """Counts over the blocks of a file."""

    def __init__(self) -> None:
        self.size = self.newlines = self.cr = self.crlf = self.zeros = 0
        self.good = self.bad = 0
        self.sample: list[bytes] = []
        self.sampled = 0
        self.carry = b""
        self.trailing = 0
        self.ends_open = False
        self.was_cr = False

    def see(self, block: bytes) -> None:
        import numpy as np

        self.size += len(block)
        newlines = int(np.count_nonzero(np.frombuffer(block, np.uint8) == 10))
        self.newlines += newlines
        if b"\r" in block or self.was_cr:
            self.cr += block.count(b"\r")
            self.crlf += block.count(b"\r\n") + (self.was_cr and block.startswith(b"\n"))
            self.was_cr = block.endswith(b"\r")
        if b"\0" in block:
            self.zeros += block.count(b"\0")
        self._see_end(block, newlines)
        self._see_letters(block)

    def _see_end(self, block: bytes, newlines: int) -> None:
        text = block.rstrip(b"\r\n")
        end = block[len(text) :].count(b"\n")
        self.trailing = end if text else self.trailing + newlines
        if text:
            self.ends_open = True

    def _see_letters(self, block: bytes) -> None:
        if block.isascii() and not self.carry:
            return
        whole, newline, rest = (self.carry + block).rpartition(b"\n")
        if not newline and len(rest) < 64 * _BLOCK:
            self.carry = rest
            return
        self.carry = rest if newline else b""
        self._judge(whole if newline else rest)

    def _judge(self, lines: bytes) -> None:
        try:
            lines.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            self.good += 0 if lines.isascii() else 1 + lines.count(b"\n")
            return
        wrong = [line for line in re.split(rb"[\r\n]+", lines) if not line.isascii()]
        if self.bad > _DECIDED + 10 * self.good:
            # It is not UTF-8; a line here and there is enough to tell what else.
            self._take(wrong[0])
            return
        for line in wrong:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                self.bad += 1
                if self.sampled < _SAMPLE:
                    self._take(line)
            else:
                self.good += 1

    def _take(self, line: bytes) -> None:
        self.sample.append(line[:4096])
        self.sampled += len(self.sample[-1])

    def lines(self) -> int:
        """Lines without the blank ones at the end."""
        return self.newlines - self.trailing + 1 if self.ends_open else 0

    def encoding(self) -> str:
        """UTF-8, unless too many lines are not; then the encoding in which they read as words."""
        if self.carry:
            self._judge(self.carry)
            self.carry = b""
        # A good share of valid multi-byte lines is no accident: the bad ones are damage.
        if self.bad == 0 or self.good > self.bad:
            return "utf_8"
        return guess_encoding(b"\n".join(self.sample))


def guess_encoding(sample: bytes) -> str:
    """The single-byte encoding in which these lines read as words.

    The Cyrillic ones are told apart by common letters and by the places of capitals: charset-normalizer 3.5 reads a
    file with a few Russian names in koi8-r as cp1251 half of the time. It chooses between the Western ones.

    >>> guess_encoding("Иванов;Пётр".encode("koi8_r")), guess_encoding("Müller;Zoë".encode("cp1252"))
    ('koi8_r', 'cp1252')
    """
    scores = {encoding: _likeness(sample, encoding) for encoding in CYRILLIC}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0:
        return best
    national = next((encoding for encoding, *letters in _NATIONAL if _is_of(sample, encoding, *letters)), None)
    if national is not None:
        return national
    # Signs such as ¹ and £ at a letter are letters of another alphabet, misread.
    if not re.search(r"[^\W\d_][¡-§¬-¹¼-¿]|[¡-§¬-¹¼-¿][^\W\d_]", sample.decode(WESTERN[0], "replace")):
        return WESTERN[0]
    from charset_normalizer import from_bytes

    match = from_bytes(sample, cp_isolation=list(WESTERN)).best()
    return match.encoding if match is not None and match.encoding in WESTERN else WESTERN[0]


def _is_of(sample: bytes, encoding: str, letters: str, telling: str) -> bool:
    """Whether the sample has no other letters beside the plain ones, and one of the telling ones."""
    text = sample.decode(encoding, "replace")
    found = {letter for letter in text if letter.isalpha() and not letter.isascii()}
    return "\ufffd" not in text and found <= set(letters) and not found.isdisjoint(telling)


def _likeness(sample: bytes, encoding: str) -> float:
    """How much the sample reads as Russian: common letters for it; odd signs, odd capitals and mixed words against."""
    text = sample.decode(encoding, "replace")
    score = 0.0
    for word in re.findall(r"[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*", text):
        letters = [letter for letter in word if "\u0400" <= letter <= "\u04ff"]
        odd = sum(1 for sign in word if not sign.isascii()) - len(letters)
        common = sum(1 for letter in letters if letter.lower() in _COMMON)
        score += common - 0.3 * (len(letters) - common) - odd
        score -= 5 * sum(a.islower() and b.isupper() for a, b in pairwise(word))
        score -= 2 * sum(a.isascii() != b.isascii() for a, b in pairwise(word))
        score += 0.1 * sum(1 for letter in letters if letter.islower())
    return score


def _mark(head: bytes) -> str | None:
    """The encoding that a byte order mark, or zeros in every second place, tell."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf_32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf_16"
    if _are_high_bytes(head[1::2]) and not _are_high_bytes(head[0::2]):
        return "utf_16_le"
    if _are_high_bytes(head[0::2]) and not _are_high_bytes(head[1::2]):
        return "utf_16_be"
    return None


def _are_high_bytes(half: bytes) -> bool:
    # 0 stands before Latin letters, digits and delimiters, 4 before Cyrillic letters.
    zeros = half.count(0)
    return zeros > len(half) * 0.1 and zeros + half.count(4) > len(half) * 0.9


def _is_binary(head: bytes) -> bool:
    head = head[: 1 << 16]
    controls = sum(head.count(code) for code in [*range(1, 9), *range(14, 27), *range(28, 32)])
    return head.count(0) > len(head) // 10 or controls > len(head) // 20


def _head(head: bytes, encoding: str) -> str:
    # An incremental decoder keeps back a letter that the end of the block cut in two.
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    return text.removeprefix("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
