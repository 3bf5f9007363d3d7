"""`make bench`: everything that is measured, in one run on a server of its own."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import report
from benchmarks.own_server import OwnServer, own_server
from benchmarks.part import PARTS
from benchmarks.results import Found, Ratio
from benchmarks.sizes import SIZES
from benchmarks.turns import say
from upstage_console.embedded.places import PROJECT


def main() -> None:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--size", choices=SIZES, default="full")
    asked.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    asked.add_argument("--folder", help="where the temporary server puts its data (default: where temporary files go)")
    asked.add_argument("--write", action="store_true", help="put the figures into docs/performance.md and the README")
    asked.add_argument(
        "--keep", type=Path, help="keep what each part found in this folder, and measure only what is missing"
    )
    given = asked.parse_args()
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server's folder goes, too
    with own_server(given.folder) as server, TemporaryDirectory() as folder:
        settings = server.settings()
        say(", ".join(f"{name} {value}" for name, value in settings.items()))
        server.migrate()
        runs = [list(_runs(server, name, given.size, given.keep or Path(folder))) for name in given.parts]
    ratios = [ratio for found in runs for ratio in _ratios(found)]
    tables = [table for found in runs for one in found for table in one.tables]
    say(f"All of it took {time.monotonic() - begun:.0f} s.")
    report.show(ratios, tables)
    if given.write:
        report.write(ratios, tables, settings, given.size)


def _runs(server: OwnServer, name: str, size: str, folder: Path) -> Iterator[Found]:
    """What a part found in each of its situations."""
    for existing in PARTS[name].situations(SIZES[size]):
        file = folder / f"{size}-{name}-{existing}.json"
        if not file.exists():
            with server.database(f"bench_{name}") as database:
                words = [sys.executable, "-m", "benchmarks.part", name, size, str(existing), str(file)]
                subprocess.run(words, check=True, cwd=PROJECT, env=server.environment(database))
        yield Found.load(file)


def _ratios(found: list[Found]) -> list[Ratio]:
    """The ratios of a part; those of the last situation beside the first come last."""
    alone = [ratio for one in found for ratio in one.told_ratios()]
    return alone + (PARTS[found[0].part].compared(found[0], found[-1]) if len(found) > 1 else [])


if __name__ == "__main__":
    main()
