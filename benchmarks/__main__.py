"""`make bench`: everything that is measured, in one run on a server of its own."""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.own_server import OwnServer, own_server
from benchmarks.part import PARTS
from benchmarks.results import RATIO_COLUMNS, Found, in_markdown, ratio_rows
from benchmarks.sizes import SIZES
from benchmarks.turns import say
from upstage_console.embedded.places import PROJECT


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", choices=SIZES, default="full")
    asked.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    asked.add_argument("--folder", help="where the temporary server puts its data (default: where temporary files go)")
    given = asked.parse_args()
    begun = time.monotonic()
    with own_server(given.folder) as server:
        server.migrate()
        say(", ".join(f"{name} {value}" for name, value in server.settings().items()))
        found = [
            _run(server, name, given.size, existing) for existing in SIZES[given.size].existing for name in given.parts
        ]
    for one in found:
        for table in one.tables:
            print(f"\n{table.title} ({one.existing:,} before)\n\n{in_markdown(table.columns, table.rows)}")
    print("\n" + in_markdown(RATIO_COLUMNS, ratio_rows([ratio for one in found for ratio in one.ratios])))
    say(f"All of it took {time.monotonic() - begun:.0f} s.")


def _run(server: OwnServer, name: str, size: str, existing: int) -> Found:
    with server.database(f"bench_{name}") as database, TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        words = [sys.executable, "-m", "benchmarks.part", name, size, str(existing), str(file)]
        subprocess.run(words, check=True, cwd=PROJECT, env=server.environment(database))
        return Found.load(file)


if __name__ == "__main__":
    main()
