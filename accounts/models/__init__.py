from accounts.models.advertising import Advertisement, Campaign
from accounts.models.announcements import Addition, Announcement, ApiVersion
from accounts.models.change_requests import ChangeRequest
from accounts.models.conduct import Case, Objection, Report, Sanction, Statement
from accounts.models.consents import Consent
from accounts.models.keys import ApiKey
from accounts.models.leaving import BarredIdentity, Departure, DepartureStep, RejoinRequest
from accounts.models.members import Member, RegistrationHold
from accounts.models.notices import Notice
from accounts.models.personal_data import (
    DataExport,
    DataView,
    Destruction,
    DestructionBatch,
    KeptRecord,
    LegalHold,
    MarketingConsent,
    StoredData,
)
from accounts.models.restrictions import Restriction
from accounts.models.terms import Article, Document, Provision, Version
from accounts.models.users import User

__all__ = [
    "Addition",
    "Advertisement",
    "Announcement",
    "ApiKey",
    "ApiVersion",
    "Article",
    "BarredIdentity",
    "Campaign",
    "Case",
    "ChangeRequest",
    "Consent",
    "DataExport",
    "DataView",
    "Departure",
    "DepartureStep",
    "Destruction",
    "DestructionBatch",
    "Document",
    "KeptRecord",
    "LegalHold",
    "MarketingConsent",
    "Member",
    "Notice",
    "Objection",
    "Provision",
    "RegistrationHold",
    "RejoinRequest",
    "Report",
    "Restriction",
    "Sanction",
    "Statement",
    "StoredData",
    "User",
    "Version",
]
