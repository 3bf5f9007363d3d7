"""What the deeds and tasks around members are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "member.applied": _("Applied for membership"),
        "member.held": _("Application held"),
        "member.accepted": _("Accepted as a member"),
        "member.rejected": _("Application refused"),
        "member.restored": _("Took a restriction off"),
        "member.restricted": _("Laid a restriction over the membership"),
        "member.changed": _("Information changed"),
        "case.opened": _("Case opened"),
        "case.reported": _("Report noted"),
        "case.member_named": _("Member of a case named"),
        "case.decided": _("Case decided"),
        "case.dismissed": _("Case dismissed"),
        "sanction.proposed": _("Measure proposed"),
        "sanction.approved": _("Measure approved by a second person"),
        "sanction.dropped": _("Measure not approved"),
        "sanction.imposed": _("Measure taken"),
        "sanction.lifted": _("Measure lifted"),
        "sanction.overturned": _("Measure overturned"),
        "objection.submitted": _("Objection submitted"),
        "objection.upheld": _("Objection upheld"),
        "objection.rejected": _("Objection rejected"),
        "objection.withdrawn": _("Objection taken back"),
        "key.issued": _("API key made"),
        "key.revoked": _("API key revoked"),
        "registration.held": _("Acceptance of new members held"),
        "registration.resumed": _("Acceptance of new members resumed"),
        "terms.agreed": _("Agreed to a document"),
        "terms.rejected": _("Rejected a version of a document"),
        "terms.drafted": _("Next version of a document drafted"),
        "terms.draft_changed": _("Draft of a document changed"),
        "terms.draft_discarded": _("Draft of a document thrown away"),
        "terms.document_made": _("Document made"),
        "terms.article_written": _("Article of a draft written"),
        "terms.article_removed": _("Article of a draft taken out"),
        "terms.published": _("Version of a document published"),
        "terms.deemed": _("Silence counted as acceptance"),
        "terms.agreement_recorded": _("Separate agreement recorded"),
        "terms.digest_loaded": _("Digest of a document loaded"),
        "terms.text_imported": _("Text of a document imported"),
        "announcement.drafted": _("Announcement drafted"),
        "announcement.changed": _("Draft of an announcement changed"),
        "announcement.dropped": _("Draft of an announcement thrown away"),
        "announcement.published": _("Announcement published"),
        "announcement.ended": _("End of an outage told"),
        "announcement.end_moved": _("End of maintenance moved"),
        "announcement.called_off": _("Maintenance called off"),
        "announcement.added_to": _("Added to an announcement"),
        "api_version.began": _("API version listed"),
        "api_version.ended": _("End of an API version announced"),
        "notice.bounced": _("A notice came back"),
        "notice.sent_again": _("Sent a notice again"),
        "member.separated": _("What the law keeps put apart, everything else destroyed"),
        "destruction.collected": _("Data due to be destroyed collected"),
        "destruction.proposed": _("Destruction looked through and proposed"),
        "destruction.approved": _("Destruction approved"),
        "destruction.dropped": _("Destruction not carried out"),
        "destruction.executed": _("Destruction carried out"),
        "destruction.replayed": _("Destroyed again after a backup was restored"),
        "hold.placed": _("Legal hold placed"),
        "hold.released": _("Legal hold released"),
        "staff.added": _("Staff added"),
        "staff.changed": _("Staff changed"),
    }
)
call_kinds(
    {
        "end_paid_service": Kind(_("End of paid services"), verb=_("Decide"), closes_itself=True),
        "terms_unreached": Kind(_("Not reached about changed terms"), verb=_("Find another way")),
        "bounced_notice": Kind(_("Notice that did not arrive"), verb=_("Find another way")),
        "old_specification": Kind(_("Old API specification")),
        "api_version_end": Kind(_("End of an API version"), verb=_("Switch off")),
        "case": Kind(_("Case"), verb=_("Decide"), closes_itself=True),
        "conduct_review": Kind(_("Conduct to look into"), verb=_("Decide"), closes_itself=True),
        "sanction_approval": Kind(_("Measure that skips a stage"), verb=_("Approve"), closes_itself=True),
        "objection": Kind(_("Objection to a measure"), verb=_("Decide"), closes_itself=True),
        "appeal": Kind(pgettext_lazy("membership", "Statement"), verb=_("Decide"), closes_itself=True),
    }
)
call_kinds({"registration": Kind(_("Application for membership"), verb=_("Decide"), closes_itself=True)})
call_kinds({"destruction": Kind(_("Destruction of personal data"), verb=_("Look through"), closes_itself=True)})
