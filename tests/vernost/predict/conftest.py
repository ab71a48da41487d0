"""Companies that many tests look at, each learnt from once."""

import pytest
from tests.vernost.predict import firms

from vernost.predict.forecast import Forecast, fit
from vernost.store.connection import open_log
from vernost.store.log import Log


@pytest.fixture(scope="session")
def shop() -> Log:
    """A shop of 600 customers and twenty months."""
    return firms.wrapped(orders=firms.shop_orders(600))


@pytest.fixture(scope="session")
def shop_forecast(shop: Log) -> Forecast:
    """What is learnt of the shop."""
    return fit(shop)


@pytest.fixture(scope="session")
def club() -> Log:
    """A company of 600 contracts under two plans, with tickets of those who will leave soon."""
    return firms.wrapped(**firms.club(600))


@pytest.fixture(scope="session")
def club_forecast(club: Log) -> Forecast:
    """What is learnt of the company with contracts."""
    return fit(club)


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A log in a folder, of a shop that other engines are asked about too."""
    return firms.loaded(str(tmp_path_factory.mktemp("shop") / "log"))


@pytest.fixture(scope="session")
def folder_forecast(shop_folder: str) -> Forecast:
    """What is learnt of that shop."""
    with open_log(shop_folder) as log:
        return fit(log)
