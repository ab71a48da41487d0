"""The command line: one thin module a stage; errors are one sentence, never a traceback."""

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from vernost.cli import check, customers, load, measure, predict, report, rights, segments, simulate
from vernost.cli.added import added
from vernost.cli.help import Command, Group, placed
from vernost.cli.speech import asked_language, saying, speak, spoken
from vernost.errors import VernostError
from vernost.messages import recognized

app = typer.Typer(
    name="vernost",
    cls=Group,
    help="Keeps a company's customers: from raw files to who stays, who leaves, when and what it costs.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    report.report,
    measure.measure,
    measure.measures,
    segments.segments,
    predict.predict,
    check.check,
    simulate.simulate,
    load.load,
    load.loads,
    load.undo,
    load.rejected,
)
commands: tuple[Callable[..., object], ...] = (*COMMANDS, *added())
for command in commands:
    app.command(command.__name__, cls=Command)(command)
for command in rights.COMMANDS:
    customers.customers.command(command.__name__, cls=Command)(command)
app.add_typer(customers.customers)


def command_names() -> list[str]:
    """All commands as they are typed after ``vernost``; those of a group after the word of the group."""
    names = [(each.name or "") for each in app.registered_commands]
    for group in (customers.customers,):
        names += [f"{group.info.name} {each.callback.__name__}" for each in group.registered_commands if each.callback]
    return names


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context, version: bool = typer.Option(False, "--version", help="Show the version and stop.")
) -> None:
    """Show the version, or the help when nothing is asked for."""
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"vernost {version_of('vernost')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run() -> NoReturn:
    """Run the command line; exit code 2 for a mistake of the caller, 1 for one of the program, 130 when interrupted."""
    speak(asked_language(sys.argv[1:], os.environ))
    _spell_out_what_cannot_be_written()
    try:
        code = app(prog_name="vernost", standalone_mode=False)
    except TyperException as error:
        _fail(_usage(error), error.exit_code)
    except VernostError as error:
        _fail(error.told(spoken()), 2)
    except (KeyboardInterrupt, typer.Abort):
        _fail(saying("Stopped. Nothing that was not finished has been kept."), 130)
    except BrokenPipeError:
        # The reader of a pipe has had enough, as in `| head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("VERNOST_DEBUG"):
            raise
        _fail(_surprise(error), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _spell_out_what_cannot_be_written() -> None:
    """Write letters that the terminal's encoding lacks as escapes, instead of failing at them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: TyperException) -> str:
    """What is wrong with the words of a command, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "vernost"
    problem = recognized(error.format_message().strip().rstrip("."), "usage")
    return placed(saying("{problem}. See {command} --help.", problem=problem, command=command)).replace("?.", "?")


def _surprise(error: Exception) -> str:
    """What can be said of a mistake of the program."""
    text = (str(error).strip().splitlines() or [""])[0]
    return saying(
        "This should not have happened ({kind}: {text}). Run it with VERNOST_DEBUG=1 to see where, and report it.",
        kind=type(error).__name__,
        text=text,
    )


def _fail(sentence: str, code: int) -> NoReturn:
    if sentence:
        typer.echo(f"vernost: {sentence}", err=True)
    sys.exit(code)
