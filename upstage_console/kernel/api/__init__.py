"""What every operation of the API shares (docs/api.md): nobody gets in unless said, problems are RFC 9457, lists page
by cursor, the same key gives the same answer.

Import from the modules: the framework loads `permissions` and `reading` before its own views exist.
"""
