"""By what somebody is recognised who lost the membership: normalised facts under a keyed hash (upstage/3.6).

The facts themselves can be destroyed; the hash tells only whether somebody gives the same ones again, and only to who
has the key.
"""

import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from unicodedata import normalize

from upstage_console.kernel.clauses import enforces

KOREA = "82"


def normal_email(text: str) -> str:
    """One mailbox, one spelling: lower case, without the part after a plus sign; empty where it is no address."""
    local, at, domain = normalize("NFKC", text).strip().casefold().rpartition("@")
    mailbox = local.partition("+")[0]
    return f"{mailbox}@{domain}" if at and mailbox and domain else ""


def normal_phone(text: str) -> str:
    """Digits alone; a Korean number without its country code."""
    written = normalize("NFKC", text).strip()
    digits = "".join(character for character in written if "0" <= character <= "9")
    if written.startswith("+") and digits.startswith(KOREA):
        return "0" + digits.removeprefix(KOREA).lstrip("0")
    return digits


def normal_number(text: str) -> str:
    """A business registration number, digits alone."""
    return "".join(character for character in normalize("NFKC", text) if "0" <= character <= "9")


NORMAL: Mapping[str, Callable[[str], str]] = {
    "email": normal_email, "phone": normal_phone, "business_number": normal_number,
}  # fmt: skip


@enforces("upstage/3.6")
def digests(facts: Mapping[str, str], key: str) -> dict[str, bytes]:
    """The keyed hash (HMAC-SHA256) of each fact that was given, by its kind."""
    normal = {kind: NORMAL[kind](text) for kind, text in facts.items()}
    return {kind: _digest(kind, text, key) for kind, text in normal.items() if text}


def _digest(kind: str, text: str, key: str) -> bytes:
    return hmac.new(key.encode(), f"{kind}:{text}".encode(), sha256).digest()
