"""A Stripe to test against: localstripe, a process of its own, and before it what localstripe does not do.

The desk remembers what was asked under an idempotency key, has the pages of Checkout where a card is entered, lists
charges by customer, detaches a card only once, and can lose a request or an answer. Everything else – customers, cards,
charges, refunds, signed messages – is localstripe's.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

KEY = "sk_test_desk"
SECRET = "whsec_desk"
# It would listen on every interface; in its own process it is told to stay on this machine.
LAUNCH = """
import runpy, socket, sys
bind = socket.socket.bind
def on_loopback(self, address):
    return bind(self, ("::ffff:127.0.0.1", *address[1:]) if address[0] == "::" else address)
socket.socket.bind = on_loopback
sys.argv = ["localstripe", "--from-scratch", "--port", sys.argv[1]]
runpy.run_module("localstripe", run_name="__main__")
"""


class Lost(Exception):
    """The connection breaks."""


class Desk:
    """The front: what tests say to it, and what it keeps."""

    def __init__(self, behind: str) -> None:
        self.behind, self.address = behind, ""
        self.losing, self.is_down = "", False
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}

    def begin_anew(self) -> None:
        """Forget everything, here and behind."""
        self.losing, self.is_down = "", False
        self.answers, self.sessions = {}, {}
        self.ask("DELETE", "/_config/data")

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        """Ask localstripe itself."""
        status, body = self.forward(method, path, urlencode(fields or {}).encode())
        assert status < 500, body
        return json.loads(body) if body else None

    def forward(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = requests.request(method, self.behind + path, data=body, headers=headers, timeout=20)
        return answer.status_code, answer.content

    def tell(self, url: str) -> None:
        """Let localstripe send its signed messages there."""
        self.ask("POST", "/_config/webhooks/console", {"url": url, "secret": SECRET})

    def all(self, what: str) -> list[dict[str, Any]]:
        """Everything of a kind that Stripe has: `payment_intents`, `refunds`, `charges`."""
        found: list[dict[str, Any]] = self.ask("GET", f"/v1/{what}?limit=100")["data"]
        return found

    def enter_card(self, session_id: str, number: str, *, confirmed: bool = True) -> None:
        """What a holder does on the page of Checkout: enter a card, and confirm it where the bank wants that."""
        session = self.sessions[session_id]
        card = {"number": number, "exp_month": "11", "exp_year": "2031", "cvc": "123"}
        data = {f"payment_method_data[card][{name}]": value for name, value in card.items()}
        intent = self._confirm(session, data | {"payment_method_data[type]": "card"})
        if intent.get("status") == "requires_action" and confirmed:
            intent = self._confirm(session, {})
        if intent.get("status") == "succeeded":
            method = intent["payment_method"]
            self.ask("POST", f"/v1/payment_methods/{method}/attach", {"customer": session["customer"]})
            session["status"] = "complete"

    def _confirm(self, session: dict[str, Any], fields: dict[str, str]) -> Any:
        return self.ask("POST", f"/v1/setup_intents/{session['setup_intent']}/confirm", fields)

    def answer(self, method: str, target: str, body: bytes, key: str) -> tuple[int, bytes]:
        """What a client gets; the same key gets the first answer again."""
        if self.is_down or self._loses("request"):
            raise Lost
        if key in self.answers:
            return self.answers[key]
        found = self._found(method, target, body)
        if key:
            self.answers[key] = found
        if self._loses("answer"):
            raise Lost
        return found

    def _loses(self, what: str) -> bool:
        if self.losing != what:
            return False
        self.losing = ""
        return True

    def _found(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path.startswith("/v1/checkout/sessions"):
            return self._session(method, path, body)
        if path.endswith("/detach") and self.ask("GET", path.removesuffix("/detach")).get("customer", "") is None:
            return 400, json.dumps({"error": {"type": "invalid_request_error", "message": "not attached"}}).encode()
        if method == "GET" and path == "/v1/payment_intents" and "customer" in query:
            return self._of_customer(query["customer"][0])
        return self.forward(method, target, body)

    def _of_customer(self, customer: str) -> tuple[int, bytes]:
        found = [one for one in self.all("payment_intents") if one["customer"] == customer]
        return 200, json.dumps(
            {"object": "list", "data": found, "has_more": False, "url": "/v1/payment_intents"}
        ).encode()

    def _session(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if method == "POST":
            return 200, json.dumps(self._new_session(parse_qs(body.decode()))).encode()
        session = self.sessions.get(path.rsplit("/", 1)[-1])
        if session is None:
            return 404, json.dumps({"error": {"type": "invalid_request_error", "code": "resource_missing"}}).encode()
        intent = self.ask("GET", f"/v1/setup_intents/{session['setup_intent']}")
        if intent["payment_method"]:
            intent["payment_method"] = self.ask("GET", f"/v1/payment_methods/{intent['payment_method']}")
        return 200, json.dumps(session | {"setup_intent": intent}).encode()

    def _new_session(self, fields: dict[str, list[str]]) -> dict[str, Any]:
        intent = self.ask("POST", "/v1/setup_intents", {"customer": fields["customer"][0], "usage": "off_session"})
        name = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "mode": fields["mode"][0],
            "customer": fields["customer"][0],
            "client_reference_id": fields["client_reference_id"][0],
            "success_url": fields["success_url"][0],
            "locale": fields["locale"][0],
            "setup_intent": intent["id"],
            "url": f"https://checkout.example/{name}",
        }
        return self.sessions[name]


class Handler(BaseHTTPRequestHandler):
    """HTTP of the desk."""

    desk: Desk

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, answer = self.desk.answer(self.command, self.path, body, self.headers.get("Idempotency-Key", ""))
        except Lost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def opened() -> Iterator[Desk]:
    """The desk with localstripe behind it, both on this machine alone."""
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCH, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        try:
            desk = Desk(f"http://127.0.0.1:{port}")
            _wait(desk, process)
            server = ThreadingHTTPServer(("127.0.0.1", 0), type("DeskHandler", (Handler,), {"desk": desk}))
            desk.address = f"http://127.0.0.1:{server.server_port}"
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield desk
            server.shutdown()
            server.server_close()
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(desk: Desk, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        assert process.poll() is None, "localstripe ended"
        with suppress(requests.ConnectionError):
            desk.ask("GET", "/v1/balance")
            return
        time.sleep(0.1)
    raise TimeoutError
