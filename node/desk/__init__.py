"""What the desk decides about other servers, whatever it decides it with."""
