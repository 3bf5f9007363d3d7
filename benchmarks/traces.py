"""A trace of LLM requests as `import_usage` reads it, and what importing it takes."""

import gzip
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from upstage_console.kernel import clock

HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
SPAN = timedelta(hours=1)


@contextmanager
def written(requests: int) -> Iterator[Path]:
    """A file of so many requests of the last hour, never the same one twice."""
    chance, end = random.Random(), clock.now().replace(tzinfo=None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trace.csv.gz"
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as lines:
            lines.write(HEADER)
            for number in range(requests):
                at = end - SPAN + SPAN * number / requests
                lines.write(f"{at.isoformat(sep=' ')},{chance.randint(1, 4000)},{chance.randint(1, 1000)}\n")
        yield path
