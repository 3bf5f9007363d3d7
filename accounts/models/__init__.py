from accounts.models.keys import ApiKey
from accounts.models.members import Member, RegistrationHold
from accounts.models.notices import Notice
from accounts.models.users import User

__all__ = ["ApiKey", "Member", "Notice", "RegistrationHold", "User"]
