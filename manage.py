#!/usr/bin/env python
"""Django's command line for Syncapp."""

import os
import sys


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncapp.settings")
    if argv[1:2] in (["demo"], ["bench"]):
        # These have a database, ports and secrets of their own, chosen before the settings are read.
        from syncapp.demo.entrance import prepare

        prepare(argv)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}. `make setup` writes a .env with fresh secrets; .env.example explains each.\n")
        sys.exit(2)


if __name__ == "__main__":
    main(sys.argv)
