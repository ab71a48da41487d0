"""Gifts of 11,104 people on six occasions, as the BG/BB paper has them: frequency, recency and how many people."""

_CELLS = """
6 6 1203  5 6 728  4 6 512  3 6 357  2 6 234  1 6 129  5 5 335  4 5 284  3 5 225  2 5 173  1 5 119
4 4 240   3 4 181  2 4 155  1 4 78   3 3 322  2 3 255  1 3 129  2 2 613  1 2 277  1 1 1091 0 0 3464
"""
_NUMBERS = [int(number) for number in _CELLS.split()]

FRAME = {"frequency": _NUMBERS[::3], "recency": _NUMBERS[1::3], "T": [6] * 22, "weight": _NUMBERS[2::3]}
