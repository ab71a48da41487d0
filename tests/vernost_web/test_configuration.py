"""Each setting is checked at the start, and a wrong one is named with what it must be."""

from pathlib import Path

import pytest

from vernost.errors import VernostError
from vernost_web.project.configuration import SETTINGS, environment_of, read_configuration

KEY = "k" * 50


def read(tmp_path: Path, **variables: str) -> object:
    return read_configuration({"VERNOST_DATA": str(tmp_path), "VERNOST_SECRET_KEY": KEY, **variables})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VERNOST_PORT", "http"),
        ("VERNOST_PORT", "70000"),
        ("DATABASE_URL", "mysql://somewhere/db"),
        ("VERNOST_LOG", "ftp://somewhere"),
        ("VERNOST_ADDRESS", "vernost.example.com"),
        ("VERNOST_ADDRESS", "https://example.com/vernost"),
        ("VERNOST_SECRET_KEY", "short"),
        ("VERNOST_WEB_PROCESSES", "0"),
        ("VERNOST_WORKERS", "-1"),
        ("VERNOST_MEMORY", "much"),
        ("VERNOST_PROXIES", "x"),
        ("VERNOST_MOST_UPLOAD", ""),
    ],
)
def test_a_wrong_setting_is_refused_by_name(variable: str, value: str, tmp_path: Path) -> None:
    if not value:
        assert read(tmp_path, **{variable: value}) is not None, "an empty variable means the default"
        return
    with pytest.raises(VernostError) as caught:
        read(tmp_path, **{variable: value})
    if variable != "VERNOST_LOG":
        assert variable in str(caught.value)
    assert caught.value.told("ru") != str(caught.value)


def test_another_process_reads_the_same_configuration(tmp_path: Path) -> None:
    configuration = read_configuration({"VERNOST_DATA": str(tmp_path), "VERNOST_ADDRESS": "https://v.example.com/"})
    assert read_configuration(environment_of(configuration)) == configuration
    assert configuration.is_secure


def test_the_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = read_configuration({"VERNOST_DATA": str(data)}).secret_key
    assert read_configuration({"VERNOST_DATA": str(data)}).secret_key == first
    assert (data / "secret-key").stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700


def test_every_setting_has_a_variable_of_its_own() -> None:
    assert len({each.variable for each in SETTINGS.values()}) == len(SETTINGS)


@pytest.mark.parametrize(
    ("host", "address", "names"),
    [
        ("127.0.0.1", "https://v.example.com:444", {"localhost", "127.0.0.1", "[::1]", "v.example.com"}),
        ("127.0.0.1", "http://[fd00::1]:8000", {"localhost", "127.0.0.1", "[::1]", "[fd00::1]"}),
        ("0.0.0.0", "https://v.example.com", {"*"}),  # noqa: S104 - compared, not bound
    ],
)
def test_browsers_come_by_the_name_of_the_address(host: str, address: str, names: set[str], tmp_path: Path) -> None:
    found = read_configuration({"VERNOST_DATA": str(tmp_path), "VERNOST_HOST": host, "VERNOST_ADDRESS": address})
    assert set(found.names) == names
