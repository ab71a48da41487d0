"""Commands that the application adds to the command line."""

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vernost.cli import options
from vernost.cli.speech import say
from vernost.errors import VernostError
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
    invite: Annotated[
        str, typer.Option("--invite", metavar="E-MAIL", help="Whose sign-in link is printed at the start.")
    ] = "owner@localhost",
    lang: options.Lang = options.SYSTEM_LANGUAGE,
) -> None:
    """Start the web application and its workers: prints the address and a link that signs in once."""
    given = {name: value for name, value in locals().items() if name in SETTINGS and value is not None}
    configuration = _configured(given)
    prepare()
    _greet(configuration, invite)
    from vernost_web.project.supervisor import Supervisor, web_command, worker_command

    commands = [web_command(configuration), *([worker_command()] * configuration.workers)]
    Supervisor(commands, environment_of(configuration)).run()


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

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)


def _greet(configuration: "Configuration", email: str) -> None:
    """Print where the application is, and a link by which its owner comes in."""
    from datetime import timedelta

    from vernost_web.accounts.actions import make_sign_in_link

    secret = make_sign_in_link(email, "administrator", lasting=timedelta(hours=12))
    say("Vernost runs at {address}; its data is in {folder}.", address=configuration.address, folder=configuration.data)
    say("Come in once by this link: {link}", link=f"{configuration.address}/people/enter/{secret}/")
    say("Stop it with Ctrl-C.")
    sys.stdout.flush()


COMMANDS = (up,)
