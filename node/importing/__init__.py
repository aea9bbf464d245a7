"""Spreadsheets in and out: cells to member rows, rows to a plan, rows to files.

Nothing here writes to the database but ``import_members``.
"""
