"""Dates in Korean lists: short, and by the 24-hour clock."""

DATETIME_FORMAT = "Y. n. j. H:i"
SHORT_DATETIME_FORMAT = "Y. n. j. H:i"
DATE_FORMAT = "Y. n. j."
