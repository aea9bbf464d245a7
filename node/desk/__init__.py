"""What the desk decides about other servers and works shared with them, by page or command."""
