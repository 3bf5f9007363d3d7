"""`python -m upstage_console.embedded SERVER DATA_FOLDER`: a keeper. Started by `ownership`, never by hand."""

import sys
from pathlib import Path

from upstage_console.embedded.keeper import Keeper
from upstage_console.embedded.places import find_place

sys.exit(Keeper(find_place(Path(sys.argv[2])), sys.argv[1]).run())
