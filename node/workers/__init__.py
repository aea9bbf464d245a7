"""What a running node does beside answering.

Inbox, deliveries, graph, catch-up, rechecks, keys, forgetting.
"""
