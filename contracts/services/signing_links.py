"""The link by which a signer comes to what is to be signed; it names them and nothing else (rift/4.1)."""

from typing import Final

from django.core import signing
from django.urls import reverse

from accounts.errors import LinkSpent
from contracts.models import Signer

SALT: Final = "contract-signature"


def address(signer: Signer) -> str:
    """The address of the signing page, good as long as the round is open; afterwards it shows what was signed."""
    return reverse("sign", args=[signing.dumps(signer.pk, salt=SALT)])


def signer_of(token: str) -> Signer:
    """Whose link it is. Refuses `link_spent` for what is no link of ours."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise LinkSpent from None
    found: Signer = Signer.objects.select_related("signing__document__file", "signing__contract").get(pk=key)
    return found
