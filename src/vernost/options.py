"""Defaults that a company replaces by its own numbers; each says where it comes from."""

MARGIN_RATE = 0.35
"""Share of revenue left after the cost of what was sold.

Between hotels (36 %), entertainment (42 %) and building materials (33 %) among listed European companies: A. Damodaran,
Margins by sector, January 2019. Margins of trades differ by tens of points: give your own.
"""

DISCOUNT_RATE = 0.12
"""Yearly rate at which later money counts for less.

A convention, not a measurement: a round figure for what capital costs an ordinary company where inflation is low. Where
money is dearer, as in Russia, give your own.
"""

HORIZON_YEARS = 5
"""Years ahead that expected value looks; what lies further is too unsure to be spent on."""

POINTS = 5
"""Points of yearly retention whose worth is shown."""
