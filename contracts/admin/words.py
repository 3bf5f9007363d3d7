"""What the deeds and tasks of contracts are called."""

from django.utils.translation import gettext_lazy as _

from contracts.enums import ReviewKind
from contracts.services import conclusion, reviews, signing
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "contact.added": _("Contact added"),
        "contact.left": _("Contact left"),
        "contact.named": _("Named who may request administrators"),
        "contract.changed": _("Draft of a contract changed"),
        "contract.concluded": _("Contract concluded"),
        "contract.drafted": _("Contract drafted"),
        "contract.refused": _("Contract refused"),
        "contract.submitted": _("Reviews of a contract asked for"),
        "contract.taken_back": _("Contract given back to its drafter"),
        "contract.voided": _("Contract left"),
        "contract_file.opened": _("File of a contract opened"),
        "customer.ended": _("Relation with a customer ended"),
        "customer.limit_set": _("Credit limit set"),
        "customer.registered": _("Customer registered"),
        "customer.taken_on_again": _("Customer taken on again"),
        "document.accepted": _("Document accepted"),
        "document.drafted": _("Document drafted"),
        "document.email_filed": _("Approval by e-mail filed"),
        "document.offered": _("Document offered"),
        "document.signed": _("Document signed by both sides"),
        "document.superseded": _("Document superseded"),
        "document.voided": _("Document left"),
        "firm.corrected": _("Data of a firm corrected"),
        "firm.registered": _("Firm written down"),
        "review.approved": _("Review approved"),
        "review.proposed": _("Approval above the limit proposed"),
        "review.rejected": _("Review rejected"),
        "signing.declined": _("Signature declined"),
        "signing.expired": _("Signatures not given in time"),
        "signing.opened": _("Signatures asked for"),
        "signing.signed": _("Signature given"),
        "signing.withdrawn": _("Request for signatures withdrawn"),
    }
)
call_kinds(
    {
        reviews.task_of(ReviewKind.CREDIT): Kind(_("Review of credit"), verb=_("Decide"), closes_itself=True),
        reviews.task_of(ReviewKind.SECURITY): Kind(
            _("Review of information security"), verb=_("Decide"), closes_itself=True
        ),
        reviews.task_of(ReviewKind.CONFLICT): Kind(_("Review of conflicts"), verb=_("Decide"), closes_itself=True),
        signing.TASK: Kind(_("Signatures to be given"), closes_itself=True),
        conclusion.END_TASK: Kind(_("End of a contract's term")),
    }
)
