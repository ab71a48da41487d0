"""Addresses of databases that may be given on a page: those of servers, never files of this one."""

from django.utils.translation import gettext as _

from vernost.errors import VernostError
from vernost.sources.databases import parse_url

SERVERS = frozenset({"postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle", "clickhouse", "snowflake",
                     "bigquery", "redshift", "trino", "databricks"})  # fmt: skip
"""Kinds of databases that are on a server. An SQLite address would open any file of this machine."""

OPTIONS = frozenset({"table", "query", "schema", "sslmode", "charset", "application_name", "connect_timeout",
                     "service_name", "warehouse", "role", "encrypt", "TrustServerCertificate"})  # fmt: skip
"""What the address may ask of the driver; other options name files and sockets of this machine."""


class UnusableAddress(ValueError):
    """An address that may not be used; it says why."""


def shown_address(url: str) -> str:
    """A checked address as it may be shown, without its secrets."""
    try:
        wanted = parse_url(url)
    except VernostError as error:
        raise UnusableAddress(_("This is no address. Write it as postgresql://user:password@host/database.")) from error
    if wanted.scheme.partition("+")[0] not in SERVERS:
        raise UnusableAddress(_("The address must begin with the name of a database server, such as postgresql://."))
    if not wanted.url.host:
        raise UnusableAddress(_("The address names no server. Write it as postgresql://user:password@host/database."))
    others = sorted(set(wanted.url.query) - OPTIONS)
    if others:
        raise UnusableAddress(
            _("The address has options that may not be used here: %(names)s.") % {"names": ", ".join(others)}
        )
    return (
        wanted.label + (f" [{wanted.table}]" if wanted.table else "") + (f" [{wanted.query}]" if wanted.query else "")
    )
