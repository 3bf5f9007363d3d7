"""The other side of the sandbox: the bank that asks a holder to confirm, and what it tells the console by itself."""

from datetime import datetime

from billing.enums import SetupStatus
from billing.gateways import sandbox_messages
from billing.models import CardSetup, SandboxMessage, SandboxSetup
from billing.services import inbox
from upstage_console.kernel.errors import AlreadyDone

GATEWAY = "sandbox"


def answer(setup: CardSetup, *, confirmed: bool) -> None:
    """The holder confirms the registration of a card at the sandbox's bank, or refuses to. Refuses `already_done`."""
    asked = SandboxSetup.objects.filter(key=setup.public_id, confirmed__isnull=True)
    if setup.status != SetupStatus.BEGUN or not asked.update(confirmed=confirmed):
        raise AlreadyDone


def deliver(*, at: datetime, limit: int = 500) -> int:
    """Send the messages that are due, late or more than once, as a gateway would; returns how many.

    One that is sent again after a crash does nothing twice.
    """
    due = SandboxMessage.objects.filter(sent_at__isnull=True, due_at__lte=at).order_by("pk")
    return sum(_deliver(message, at) for message in due[:limit])


def _deliver(message: SandboxMessage, at: datetime) -> bool:
    body, headers = sandbox_messages.signed(message.body, at=at)
    for _time in range(message.times):
        inbox.receive(GATEWAY, body, headers, at=at)
    message.sent_at = at
    message.save(update_fields=["sent_at"])
    return True
