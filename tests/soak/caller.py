"""`python -m tests.soak.caller`: one process of impatient programs that repeat until they are answered.

Reads on stdin what to ask (JSON: host, port, key of the API, seconds of patience, how many threads, errands), writes on
stdout what was answered. An errand is a list of steps, one after the other: a step's path may name the `{id}` of the
answer before it, and a refusal ends the errand. Knows nothing of the console but HTTP.
"""

import json
import sys
import threading
import time
from collections import deque
from http.client import HTTPConnection, HTTPException
from typing import Any

PAUSE = 0.05
LONGEST_ANSWER = 30


class Line:
    """One connection, kept alive, and opened again where it broke."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._address = asked["host"], asked["port"]
        self._authorization = f"Bearer {asked['key']}"
        self._deadline = time.monotonic() + asked["patience"]
        self._connection: HTTPConnection | None = None

    def ask(self, step: dict[str, Any]) -> dict[str, Any]:
        """Ask again and again with the same Idempotency-Key, until the answer is one."""
        tries = 0
        while True:
            tries += 1
            answer = self._try(step)
            if answer is not None and not _ask_again(answer):
                return {**step, **answer, "tries": tries}
            if time.monotonic() > self._deadline:
                return {**step, "status": 0, "body": answer, "replayed": False, "tries": tries}
            time.sleep(PAUSE)

    def _try(self, step: dict[str, Any]) -> dict[str, Any] | None:
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        if step["key"]:
            headers["Idempotency-Key"] = step["key"]
        try:
            if self._connection is None:
                self._connection = HTTPConnection(*self._address, timeout=LONGEST_ANSWER)
            self._connection.request(step.get("method", "POST"), step["path"], json.dumps(step["body"]), headers)
            answer = self._connection.getresponse()
            body = json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            self._close()
            return None
        return {"status": answer.status, "body": body, "replayed": answer.getheader("Idempotency-Replayed") == "true"}

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _ask_again(answer: dict[str, Any]) -> bool:
    """Busy, or the same request still runs: the console says so, and the program comes back."""
    return answer["status"] == 503 or answer["status"] == 409 and answer["body"].get("code") == "idempotency_running"


def run(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Every answer, in no order."""
    waiting, answers = deque(asked["errands"]), []

    def work() -> None:
        line = Line(asked)
        while True:
            try:
                steps = waiting.popleft()
            except IndexError:
                return
            answers.extend(_done(line, steps))

    threads = [threading.Thread(target=work) for _ in range(asked["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _done(line: Line, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answers, known = [], ""
    for step in steps:
        answer = line.ask({**step, "path": step["path"].format(id=known)})
        answers.append(answer)
        if not 200 <= answer["status"] < 300:
            break
        known = answer["body"].get("id", "")
    return answers


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
