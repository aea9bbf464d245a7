"""Alembic's revisions of the tables; each file is named after its number and what it does."""
