"""The processes of the console, as the Procfile names them."""

from pathlib import Path

from upstage_console.embedded.places import PROJECT


def processes(path: Path = PROJECT / "Procfile") -> dict[str, str]:
    """Name → command line for the shell, in the order of the file."""
    lines = (line for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return {name.strip(): command.strip() for name, _, command in (line.partition(":") for line in lines)}
