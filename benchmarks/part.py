"""One part in a process of its own, started by __main__: `python -m benchmarks.part NAME SIZE EXISTING FILE`."""

import sys
from pathlib import Path

from benchmarks.parts import access, charges
from benchmarks.sizes import SIZES

PARTS = {"charges": charges.measured, "access": access.measured}


def main(name: str, size: str, existing: str, file: str) -> None:
    PARTS[name](SIZES[size], int(existing)).save(Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
