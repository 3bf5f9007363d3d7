from accounts.models.consents import Consent
from accounts.models.keys import ApiKey
from accounts.models.members import Member, RegistrationHold
from accounts.models.notices import Notice
from accounts.models.terms import Article, Document, Provision, Version
from accounts.models.users import User

__all__ = [
    "ApiKey",
    "Article",
    "Consent",
    "Document",
    "Member",
    "Notice",
    "Provision",
    "RegistrationHold",
    "User",
    "Version",
]
