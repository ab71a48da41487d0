"""One process of the application: ``python -m vernost_web worker``, or any command of Django's."""

import os
import sys


def main(words: list[str]) -> None:
    """Do a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vernost_web.project.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["vernost_web", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
