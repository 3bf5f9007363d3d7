"""The one-command start: `python -m upstage_console.run` after `make setup`.

preparing   what must hold before anything starts: the port, the database, the broker, migrations, demo data
procfile    the processes, as the Procfile names them
supervisor  starts them, shows their output, and stops all of them when one ends or somebody says so
messages    message catalogues without GNU gettext: update, compile, check
"""
