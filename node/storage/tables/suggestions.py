"""Whom the followed nodes name, as they said when they were asked last."""

from sqlalchemy import Column, Table, Text

from node.storage.tables.foundation import metadata

#: One row: the last answer takes the place of the one before.
suggestions = Table(
    "suggestions",
    metadata,
    Column("asked_at", Text, primary_key=True),
    Column("answer", Text, nullable=False),  # JSON: found, asked, problems
)
