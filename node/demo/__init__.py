"""The demonstration: three nodes on one machine, from their own spreadsheets."""
