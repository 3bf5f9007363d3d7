"""What an API key looks like, and what it may open (api.md)."""

import base64
import hashlib
import zlib

SECRET_BYTES = 24
SHOWN_LENGTH = 14
MOST_LIVE_KEYS = 20

READING_SCOPES = frozenset({"account:read", "usage:read", "credits:read", "invoices:read"})
MEMBER_SCOPES = READING_SCOPES | {"account:write"}
"""`account:write` speaks for the member, as in an objection; the platform never does."""
PLATFORM_SCOPES = READING_SCOPES | {"access:check", "usage:write", "charges:write", "data:write", "notices:write"}

CONTRACT_READING = frozenset({"contracts:read"})
CONTRACT_SCOPES = CONTRACT_READING | {"contracts:write"}
"""What opens a firm's contract to its own systems; such a key opens nothing of members, and theirs open no contract."""


def make_secret(random: bytes, *, sandbox: bool) -> str:
    """`uc_live_…`: 192 random bits and a checksum, so that a scanner can tell a leaked key from any other text."""
    start = "uc_test_" if sandbox else "uc_live_"
    body = base64.b32encode(random).decode().rstrip("=").lower()
    return f"{start}{body}{_checksum(start + body)}"


def is_well_formed(secret: str) -> bool:
    """Whether the checksum fits, which costs no look-up."""
    return secret.startswith(("uc_live_", "uc_test_")) and _checksum(secret[:-7]) == secret[-7:]


def hash_secret(secret: str) -> bytes:
    """What is kept of a key: its SHA-256. The secret has 192 random bits, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def _checksum(text: str) -> str:
    return base64.b32encode(zlib.crc32(text.encode()).to_bytes(4, "big")).decode().rstrip("=").lower()
