"""Commands that the application adds to the command line."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vernost.cli import options
from vernost.cli.speech import say
from vernost.errors import InvalidValue, VernostError
from vernost.messages import reason
from vernost_web.project.configuration import SETTINGS, environment_of, read_configuration

if TYPE_CHECKING:
    from vernost_web.project.configuration import Configuration


def _setting(name: str) -> Any:
    """An option that fills a setting, and tells its variable."""
    setting = SETTINGS[name]
    flag = f"--{name.replace('_', '-')}"
    return typer.Option(
        flag, metavar="VALUE", help=setting.meaning, envvar=setting.variable, show_default=setting.default or False
    )


Text = str | None


def up(
    data: Annotated[Text, _setting("data")] = None,
    database_url: Annotated[Text, _setting("database_url")] = None,
    log_url: Annotated[Text, _setting("log_url")] = None,
    host: Annotated[Text, _setting("host")] = None,
    port: Annotated[Text, _setting("port")] = None,
    address: Annotated[Text, _setting("address")] = None,
    secret_key: Annotated[Text, _setting("secret_key")] = None,
    web_processes: Annotated[Text, _setting("web_processes")] = None,
    workers: Annotated[Text, _setting("workers")] = None,
    memory: Annotated[Text, _setting("memory")] = None,
    email_url: Annotated[Text, _setting("email_url")] = None,
    email_from: Annotated[Text, _setting("email_from")] = None,
    proxies: Annotated[Text, _setting("proxies")] = None,
    most_upload: Annotated[Text, _setting("most_upload")] = None,
    private_webhooks: Annotated[Text, _setting("private_webhooks")] = None,
    invite: Annotated[
        str, typer.Option("--invite", metavar="E-MAIL", help="Whose sign-in link is printed at the start.")
    ] = "owner@localhost",
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Start the web application and its workers: prints the address and a link that signs in once."""
    given = {name: value for name, value in locals().items() if name in SETTINGS and value is not None}
    configuration = _configured(given)
    _check_port(configuration)
    prepare()
    _serve(configuration, invite)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the company and its data are kept.")] = Path(
        "demo/company"
    ),
    preset: Annotated[
        str, typer.Option("--preset", help="What kind of company: shop, subscription, saas ...")
    ] = "shop",
    customers: Annotated[int, typer.Option("--customers", help="How many customers ever come.")] = 5_000,
    port: Annotated[Text, _setting("port")] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Make up a company once, and start the web application on it."""
    given = {"data": str(folder)} | ({"port": port} if port else {})
    configuration = _configured(given)
    _check_port(configuration)
    prepare()
    from vernost_web.project.demo import furnish

    furnish(configuration, preset=preset, customers=customers, language=lang.code, at=options.now())
    _serve(configuration, "owner@localhost")


def backup(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, such as vernost.tar.")],
    data: Annotated[Text, _setting("data")] = None,
    database_url: Annotated[Text, _setting("database_url")] = None,
    log_url: Annotated[Text, _setting("log_url")] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Write the whole installation into one archive: application, customer log, files."""
    from vernost_web.project.backup import back_up

    configuration = _configured(_named(data=data, database_url=database_url, log_url=log_url))
    contents = back_up(configuration, archive, at=options.now())
    _tell_contents(contents)
    typer.echo(str(archive))


def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="The archive that vernost backup wrote.")],
    data: Annotated[Text, _setting("data")] = None,
    database_url: Annotated[Text, _setting("database_url")] = None,
    log_url: Annotated[Text, _setting("log_url")] = None,
    erased: Annotated[
        Path | None, typer.Option("--erased", metavar="FILE", help="The list of the erased: they are erased anew.")
    ] = None,
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Make an installation of an archive, in an empty place."""
    from vernost_web.project.backup import read_erased
    from vernost_web.project.backup import restore as restored

    listed = read_erased(erased) if erased else None
    configuration = _configured(_named(data=data, database_url=database_url, log_url=log_url))
    _tell_contents(restored(configuration, archive))
    if listed:
        from vernost_web.privacy.actions import erase_again

        count = erase_again(listed)
        say("Persons who will be erased anew when the workers start: {count}.", count=count, err=True)


def _named(**given: str | None) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _tell_contents(contents: Mapping[str, Any]) -> None:
    say(
        "Of {made_at}: records of the application: {records}; loads: {load}; rows of the log: {rows}.",
        made_at=contents["made_at"],
        records=contents["records"],
        load=contents["load"],
        rows=sum(contents["rows"].values()),
        err=True,
    )


def _serve(configuration: "Configuration", email: str) -> None:
    """Greet, and run web and workers until they are stopped."""
    from vernost_web.project.supervisor import Supervisor, web_command, worker_command

    _greet(configuration, email)
    commands = [web_command(configuration), *([worker_command()] * configuration.workers)]
    Supervisor(commands, environment_of(configuration)).run()


def _check_port(configuration: "Configuration") -> None:
    """Say at once when another program listens there."""
    family = socket.AF_INET6 if ":" in configuration.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((configuration.host, configuration.port))
        except OSError as error:
            raise InvalidValue(
                "{host}:{port} cannot be listened on: {reason}. Name another port with --port.",
                host=configuration.host,
                port=configuration.port,
                reason=reason(error),
            ) from error


def _configured(given: dict[str, str]) -> "Configuration":
    """The configuration of the environment and the options, known to Django from now on."""
    environment = {**os.environ, **{SETTINGS[name].variable: value for name, value in given.items()}}
    configuration = read_configuration(environment)
    os.environ.update(environment_of(configuration))
    _set_up()
    return configuration


def _set_up() -> None:
    try:
        import django
    except ImportError as error:
        raise VernostError("The web application is not installed. Install it: pip install 'vernost[web]'.") from error
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vernost_web.project.settings")
    django.setup()


def prepare() -> None:
    """Bring the database to the newest shape and gather the static files; repeats change nothing."""
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise VernostError(
            "The application's database cannot be used: {reason}. Check DATABASE_URL.", reason=reason(error)
        ) from error
    gather_static_files()


def gather_static_files() -> None:
    """Copy the static files to where they are served from; after a start that was killed meanwhile, all of them anew.

    Django takes whatever is newer than its source for whole, and would serve half a file for ever.
    """
    from django.conf import settings
    from django.core.management import call_command

    whole = Path(f"{settings.STATIC_ROOT}.whole")
    was_whole = whole.exists()
    whole.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=not was_whole)
    whole.touch()


def _greet(configuration: "Configuration", email: str) -> None:
    """Print where the application is, and a link by which its owner comes in."""
    from datetime import timedelta

    from vernost_web.accounts.actions import make_sign_in_link

    secret = make_sign_in_link(email, "administrator", lasting=timedelta(hours=12))
    say("Vernost runs at {address}; its data is in {folder}.", address=configuration.address, folder=configuration.data)
    say("Come in once by this link: {link}", link=f"{configuration.address}/people/enter/{secret}/")
    say("Stop it with Ctrl-C.")
    sys.stdout.flush()


COMMANDS = (up, demo, backup, restore)
