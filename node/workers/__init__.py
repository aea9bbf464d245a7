"""What a running node does beside answering: inbox, deliveries, graph, catch-up, keys."""
