"""MBG/NBD: the BG/NBD process in which customers may also leave right after their first purchase.

Source: E. Batislam, M. Denizel, A. Filiztekin (2007), Empirical validation and comparison of models for customer base
analysis. International Journal of Research in Marketing 24.
"""

from vernost.predict.processes.beta_geo_nbd import BetaGeoNBD


class ModifiedBetaGeoNBD(BetaGeoNBD):
    """MBG/NBD: as BG/NBD, but who never came back may have left too, not only who bought again.

    >>> tea = {"frequency": [0, 2, 0, 1, 5, 0], "recency": [0, 30, 0, 9, 33, 0], "T": [38, 39, 35, 36, 34, 30]}
    >>> model = ModifiedBetaGeoNBD().fit({**tea, "weight": [500, 60, 400, 90, 30, 450]})
    >>> bool(model.probability_alive({"frequency": [0], "recency": [0], "T": [39]})[0] < 1)
    True
    """

    _early_chances = 1
