"""Programs that ask the console all at once: several processes, each with several connections that stay open."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.soak.console import HOST, Console
from upstage_console.embedded.places import PROJECT

PROCESSES = 4
THREADS = 8
TAKEN = range(200, 300)
PATIENCE = 900  # seconds within which everybody has an answer: ten restarts of a server on a busy machine take long

Answer = dict[str, Any]
Step = dict[str, Any]
Errand = list[Step]


def step(path: str, body: Any, key: str | None) -> Step:
    """One thing to ask for; `key` is its Idempotency-Key."""
    return {"path": f"/api/v1{path}", "body": body, "key": key}


@dataclass
class Calls:
    """What programs were sent to ask, and once they are back what they were answered."""

    answers: list[Answer] = field(default_factory=list)

    def by_key(self) -> dict[str, list[Answer]]:
        """All answers to each Idempotency-Key."""
        found: dict[str, list[Answer]] = defaultdict(list)
        for answer in self.answers:
            found[answer["key"]].append(answer)
        return found

    def done(self, path: str = "") -> dict[str, Answer]:
        """By key, the first answer that took what was asked; those whose path ends so."""
        taken = (one for one in self.answers if one["status"] in TAKEN and one["path"].endswith(path))
        found: dict[str, Answer] = {}
        for one in taken:
            found.setdefault(one["key"], one)
        return found

    def refused(self, path: str = "") -> dict[str, Answer]:
        """By key, what was never taken."""
        done = self.done()
        return {one["key"]: one for one in self.answers if one["key"] not in done and one["path"].endswith(path)}

    def codes(self) -> set[str]:
        """In which words something was refused."""
        return {
            one["body"]["code"] if one["body"] else "no answer" for one in self.answers if one["status"] not in TAKEN
        }


@contextmanager
def calling(console: Console, secret: str, errands: Sequence[Errand]) -> Iterator[Calls]:
    """Send the errands out, shared among the processes; inside the block they run, after it the answers are there."""
    calls = Calls()
    with ExitStack() as running:
        started = [
            running.enter_context(_started(console, secret, errands[number::PROCESSES]))
            for number in range(min(PROCESSES, len(errands)))
        ]
        yield calls
        for process in started:
            calls.answers.extend(json.load(process.stdout))


def called(console: Console, secret: str, errands: Sequence[Errand]) -> Calls:
    """Send the errands out, and wait for every answer."""
    with calling(console, secret, errands) as calls:
        pass
    return calls


@contextmanager
def _started(console: Console, secret: str, errands: Sequence[Errand]) -> Iterator[Any]:
    asked = {"host": HOST, "port": console.port, "key": secret, "patience": PATIENCE, "threads": THREADS}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.caller"],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        with process.stdin as asking:
            asking.write(json.dumps(asked | {"errands": errands}).encode())
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
