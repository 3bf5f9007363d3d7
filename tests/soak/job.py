"""`python -m tests.soak.job TASK [MODULE.SIZE=NUMBER]`: a scheduled task in a process of its own, over and over.

A worker that never rests, until it is killed. A size makes its batches small, so that there are many to be killed in.
"""

import sys
import time
from importlib import import_module

import django

PAUSE = 0.02


def main(task: str, *sizes: str) -> None:
    """Run the task until somebody kills us."""
    django.setup()
    for size in sizes:
        place, _, number = size.partition("=")
        module, _, name = place.rpartition(".")
        setattr(import_module(module), name, int(number))
    module, _, name = task.rpartition(".")
    run = getattr(import_module(module), name)
    while True:
        run()
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
