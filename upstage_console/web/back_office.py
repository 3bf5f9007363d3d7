"""How the back office is furnished: the side menu by work, the badge of the environment, its fonts and languages."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstage_console.kernel import clock
from upstage_console.kernel.admin import queue
from upstage_console.kernel.models import DueItem

WORKS: Final[Mapping[str, str | Promise]] = {
    "members": gettext_lazy("Members"),
    "terms": gettext_lazy("Terms"),
    "sanctions": gettext_lazy("Sanctions"),
    "credits": gettext_lazy("Credits"),
    "billing": gettext_lazy("Billing"),
    "contracts": gettext_lazy("Contracts"),
    "data": gettext_lazy("Personal data"),
    "running": gettext_lazy("Operations"),
    "technical": gettext_lazy("Technical tables"),
}
WORK_OF_APP: Final = {
    "accounts": "members", "credits": "credits", "billing": "billing", "contracts": "contracts", "kernel": "running",
}  # fmt: skip
TERMS: Final = {"document", "version", "article", "provision", "consent"}
ICONS: Final = {
    "member": "group", "apikey": "key", "notice": "mail", "case": "work_alert", "sanction": "gavel",
    "objection": "rate_review", "restriction": "block", "registrationhold": "front_hand", "consent": "handshake",
    "changerequest": "edit_note",
    "departure": "logout", "rejoinrequest": "undo",
    "document": "menu_book", "version": "difference", "article": "article", "provision": "format_list_numbered",
    "account": "account_balance_wallet", "lot": "savings", "entry": "receipt_long", "hold": "lock_clock",
    "correction": "undo", "reservation": "bookmark", "debt": "hourglass_top",
    "promotion": "redeem", "handout": "volunteer_activism", "promotiongrant": "how_to_reg",
    "handoutrefusal": "person_off", "service": "apps",
    "price": "sell", "trialoffer": "card_giftcard", "trial": "hourglass_top", "pricepromotion": "percent",
    "exchangerate": "currency_exchange", "refundpolicy": "assignment_return", "invoice": "request_quote",
    "creditnote": "note_stack", "creditproposal": "rule", "taxinvoice": "receipt", "billingmonth": "calendar_month",
    "payment": "payments", "purchase": "shopping_bag",
    "tiertable": "stairs", "rechargeplan": "autorenew", "rechargecycle": "event_repeat",
    "rechargestep": "edit_calendar", "ownlimits": "speed", "paymentmethod": "credit_card",
    "paymentagreement": "contract", "repayment": "undo", "dispute": "balance", "gatewayevent": "inbox",
    "cardsetup": "add_card", "charge": "bolt",
    "topup": "battery_charging_full", "refund": "assignment_returned", "feeobjection": "rate_review",
    "handpayment": "approval_delegation", "settlement": "join", "usagecorrection": "published_with_changes",
    "usageday": "bar_chart", "usagehour": "schedule", "usageimport": "upload_file",
    "usagebatch": "inventory", "usagearchive": "archive",
    "memberclaim": "gavel", "liabilityclaim": "personal_injury", "compensation": "paid",
    "latefeewaiver": "money_off", "customer": "domain", "contract": "contract_edit", "contractdocument": "description",
    "review": "fact_check", "signing": "draw", "servicelevelreport": "monitoring", "servicecredit": "redeem",
    "outage": "power_off", "maintenance": "engineering", "functionchange": "build_circle",
    "release": "rocket_launch", "thirdparty": "hub", "ageddebt": "hourglass_bottom",
    "firminvoice": "apartment", "firmcreditnote": "remove_shopping_cart", "firmcreditproposal": "how_to_vote",
    "firmpayout": "outbound", "firmtaxinvoice": "receipt_long", "breach": "report",
    "suspensionnotice": "mark_email_unread", "suspension": "pause_circle", "termination": "cancel",
    "contractaward": "paid", "billingrun": "playlist_add_check", "runleftout": "playlist_remove",
    "proofrequest": "contact_page", "confidentialitem": "lock", "deliverable": "task", "meeting": "groups",
    "priorapproval": "verified_user", "changewish": "edit_document",
    "referencepermission": "star", "succession": "merge", "disclosure": "policy",
    "dueitem": "pending_actions", "auditevent": "history",
    "transition": "swap_horiz", "outboxmessage": "outbox", "policysetting": "tune", "holiday": "event",
    "keptrecord": "inventory_2", "destructionbatch": "delete_forever", "destruction": "verified",
    "legalhold": "pan_tool", "dataview": "visibility", "storeddata": "folder", "dataexport": "download",
    "marketingconsent": "thumb_up", "campaign": "ads_click", "user": "person",
    "emailaddress": "alternate_email", "usersession": "devices", "authenticator": "phonelink_lock",
    "announcement": "campaign", "apiversion": "api", "group": "shield_person", "periodictask": "schedule",
    "crontabschedule": "calendar_clock", "intervalschedule": "timer",
}  # fmt: skip


ORDER: Final = list(ICONS)
"""Tables stand in the menu as they stand here."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side menu: what is to do, then the tables by work; technical ones last and folded away."""
    tables: dict[str, list[Any]] = {work: [] for work in WORKS}
    for model, model_admin in admin.site._registry.items():
        if model is not DueItem and model_admin.has_view_or_change_permission(request):
            tables[work_of(model, model_admin)].append(model)
    groups = [
        {
            "title": title,
            "items": [_entry(model) for model in sorted(tables[work], key=_place)],
            "collapsible": work == "technical",
        }
        for work, title in WORKS.items()
    ]
    return [{"items": _first(request)}, *(group for group in groups if group["items"])]


def work_of(model: Any, model_admin: Any) -> str:
    """The group a table stands in."""
    if model._meta.app_label == "accounts" and model._meta.model_name in TERMS:
        return "terms"
    return getattr(model_admin, "work", "") or WORK_OF_APP.get(model._meta.app_label, "technical")


def _place(model: Any) -> int:
    name = model._meta.model_name
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _first(request: HttpRequest) -> list[dict[str, Any]]:
    today = {"title": _("Today"), "icon": "today", "link": reverse("admin:index")}
    scenarios = {"title": _("Scenarios"), "icon": "play_circle", "link": reverse("play_scenario")}
    if not request.user.has_perm("kernel.view_dueitem"):
        return [today, scenarios]
    tasks = {"title": _("Tasks"), "icon": "pending_actions", "link": reverse("admin:kernel_dueitem_changelist")}
    overdue = DueItem.objects.filter(queue.narrowed("overdue", at=clock.now(), user=request.user)).count()
    return [today, tasks | ({"badge": overdue, "badge_variant": "danger"} if overdue else {}), scenarios]


def _entry(model: Any) -> dict[str, Any]:
    name = model._meta.model_name
    link = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
    return {
        "title": capfirst(_(str(model._meta.verbose_name_plural))),
        "icon": ICONS.get(name, "table_rows"),
        "link": link,
    }


def environment(request: HttpRequest) -> list[str] | None:
    """The badge beside the title: where a mistake costs nothing, it says so."""
    return [_("Development"), "warning"] if settings.DEBUG else None


def fonts(request: HttpRequest) -> str:
    return static("web/fonts.css")


def styles(request: HttpRequest) -> str:
    return static("web/admin.css")


def icon(request: HttpRequest) -> str:
    return static("web/mark.svg")


def language(request: HttpRequest) -> str:
    return reverse("language")
