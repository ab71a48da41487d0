"""What an installation can be told from outside: each setting with its meaning, its default and its check."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from vernost.errors import InvalidValue
from vernost.messages import Message

PORTS = range(1, 65_536)
_SECRET_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Configuration:
    """A checked configuration.

    Attributes:
        data: folder of all that the installation keeps.
        database_url: the application's database.
        log_url: the customer log.
        host: address to listen on.
        port: port to listen on.
        address: how browsers reach it, without a slash at the end.
        secret_key: signs sessions and links.
        web_processes: processes that answer browsers.
        workers: processes that do jobs.
        memory: bytes that the engine may use in each process.
        email_url: mail server; empty when mail is not sent.
        email_from: sender of mail.
        proxies: trusted proxies in front.
        most_upload: largest upload in bytes.
        private_webhooks: whether webhooks may go to addresses inside the network; 0 or 1.
    """

    data: Path
    database_url: str
    log_url: str
    host: str
    port: int
    address: str
    secret_key: str
    web_processes: int
    workers: int
    memory: int
    email_url: str
    email_from: str
    proxies: int
    most_upload: int
    private_webhooks: int

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https."""
        return self.address.startswith("https://")

    @property
    def names(self) -> list[str]:
        """Names of hosts by which browsers may come: any, where it listens to more than this machine.

        Listening to this machine alone, a proxy of it may stand in front, which passes the name of the address on.
        """
        if self.host not in {"127.0.0.1", "localhost", "::1"}:
            return ["*"]
        name = urlsplit(self.address).hostname or ""
        return ["localhost", "127.0.0.1", "[::1]", f"[{name}]" if ":" in name else name]


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable of the installation.

    Attributes:
        variable: its name.
        meaning: what it is, as ``vernost up --help`` says it.
        default: its value when it is not given; empty when it follows from others.
    """

    variable: str
    meaning: str
    default: str = ""


SETTINGS = {
    "data": Setting("VERNOST_DATA", "Folder of all that the installation keeps.", "vernost-data"),
    "database_url": Setting(
        "DATABASE_URL", "The application's database: sqlite:///FILE, or postgresql://user@host/database for teams."
    ),
    "log_url": Setting(
        "VERNOST_LOG", "The customer log: a folder, postgresql://user@host/database or spark:///folder."
    ),
    "host": Setting("VERNOST_HOST", "Address to listen on; 0.0.0.0 for all of the network.", "127.0.0.1"),
    "port": Setting("VERNOST_PORT", "Port to listen on.", "8000"),
    "address": Setting("VERNOST_ADDRESS", "How browsers reach it, such as https://vernost.example.com."),
    "secret_key": Setting(
        "VERNOST_SECRET_KEY", "Signs sessions and links; made and kept in the data folder by itself."
    ),
    "web_processes": Setting("VERNOST_WEB_PROCESSES", "Processes that answer browsers.", "2"),
    "workers": Setting("VERNOST_WORKERS", "Processes that do background jobs; 0 when they run elsewhere.", "1"),
    "memory": Setting("VERNOST_MEMORY", "What the engine may use in each process.", "2GB"),
    "email_url": Setting(
        "EMAIL_URL", "Mail server, such as smtp+tls://user:password@host:587; without it no mail is sent."
    ),
    "email_from": Setting("EMAIL_FROM", "Sender of mail.", "vernost@localhost"),
    "proxies": Setting("VERNOST_PROXIES", "Trusted proxies in front, whose word on the sender's address counts.", "0"),
    "most_upload": Setting("VERNOST_MOST_UPLOAD", "Largest file that can be uploaded.", "20GB"),
    "private_webhooks": Setting(
        "VERNOST_PRIVATE_WEBHOOKS", "1 lets webhooks go to addresses inside the network, 0 to public ones alone.", "0"
    ),
}
"""By the attribute of the configuration that it fills."""


def read_configuration(environment: Mapping[str, str] = os.environ) -> Configuration:
    """The configuration that the environment names, checked; InvalidValue says which variable is wrong and why.

    >>> read_configuration({"VERNOST_DATA": "/srv/vernost", "VERNOST_SECRET_KEY": "k" * 50}).log_url
    '/srv/vernost/log'
    """
    given = {name: environment.get(each.variable, "").strip() or each.default for name, each in SETTINGS.items()}
    data = Path(given["data"]).expanduser().resolve()
    port = _whole(given, "port", PORTS)
    return Configuration(
        data=data,
        database_url=_database(given["database_url"] or f"sqlite:///{data / 'application.sqlite3'}"),
        log_url=_log(given["log_url"] or str(data / "log")),
        host=given["host"],
        port=port,
        address=_address(given["address"] or f"http://{_reachable(given['host'])}:{port}"),
        secret_key=_secret(given["secret_key"], data),
        web_processes=_whole(given, "web_processes", range(1, 65)),
        workers=_whole(given, "workers", range(65)),
        memory=_amount(given, "memory"),
        email_url=given["email_url"],
        email_from=given["email_from"],
        proxies=_whole(given, "proxies", range(10)),
        most_upload=_amount(given, "most_upload"),
        private_webhooks=_whole(given, "private_webhooks", range(2)),
    )


def environment_of(configuration: Configuration) -> dict[str, str]:
    """The environment by which another process reads the same configuration."""
    values = {each.name: getattr(configuration, each.name) for each in fields(configuration)}
    return {SETTINGS[name].variable: str(value) for name, value in values.items()}


def _wrong(name: str, value: str, wanted: str) -> InvalidValue:
    return InvalidValue("{name} is {value!r}, must be {kind}.", name=SETTINGS[name].variable, value=value, kind=wanted)


def _whole(given: Mapping[str, str], name: str, allowed: range) -> int:
    text = given[name]
    if not text.isdecimal() or int(text) not in allowed:
        kind = Message("a whole number from {first} to {last}", first=allowed[0], last=allowed[-1])
        raise _wrong(name, text, kind)
    return int(text)


def _amount(given: Mapping[str, str], name: str) -> int:
    """Bytes of an amount such as 2GB or 512 MB, or of a plain number.

    >>> [_amount({"memory": text}, "memory") for text in ("2GB", "512 mb", "100")]
    [2000000000, 512000000, 100]
    """
    text = given[name].upper().removesuffix("B").strip()
    scale = {"K": 3, "M": 6, "G": 9, "T": 12}.get(text[-1:], 0)
    try:
        return int(float(text[:-1] if scale else text) * 10**scale)
    except ValueError:
        raise _wrong(name, given[name], Message("an amount of memory such as 2GB")) from None


def _database(url: str) -> str:
    scheme = urlsplit(url).scheme
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise InvalidValue(
            "{name} begins with {scheme!r}, must begin with sqlite:// or postgresql://.",
            name=SETTINGS["database_url"].variable,
            scheme=scheme,
        )
    return url


def _log(url: str) -> str:
    # Each command of the library is declared with these settings, and most need no store.
    from vernost.store.connection import place

    where = place(url)
    return str(where.path) if where.kind == "folder" and where.path else url


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidValue(
            "{name} is {value!r}, must be an address such as https://vernost.example.com, without a path.",
            name=SETTINGS["address"].variable,
            value=text,
        )
    return text.rstrip("/")


def _reachable(host: str) -> str:
    return "localhost" if host in {"0.0.0.0", "::", "127.0.0.1"} else host  # noqa: S104 - compared, not bound


def _secret(given: str, data: Path) -> str:
    if given:
        if len(given) < _SECRET_LENGTH:
            raise InvalidValue(
                "{name} has {length} letters, must have {least} or more. Leave it out to have one made.",
                name=SETTINGS["secret_key"].variable,
                length=len(given),
                least=_SECRET_LENGTH,
            )
        return given
    return _kept_secret(data / "secret-key")


def _kept_secret(path: Path) -> str:
    """The secret of the data folder; whoever comes first makes both, readable by nobody else."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_SECRET_LENGTH))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
