"""One way in: verified activities from the journal, one module for each type of activity.

A handler authorises, validates and then changes the batch; it never fetches while a
transaction is open. ``dispatch`` is the table of handlers.
"""
