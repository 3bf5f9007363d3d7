"""Who asks: the gateway's key, and the names under which the console keeps what it asked."""

from dataclasses import dataclass

from upstage_console.kernel import idempotency


@dataclass(frozen=True)
class Gateway:
    """A platform key."""

    public_id: str
    secret: str

    def name(self, key: str) -> str:
        """The event of what was asked with this Idempotency-Key (billing/api/charges.py)."""
        return idempotency.fingerprint(self.public_id, key)
