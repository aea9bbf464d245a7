"""How nodes talk: signatures, discovery, safe fetching, addressing, delivery, collections."""
