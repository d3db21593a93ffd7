"""What we are connected to, and how to talk to it: the ground floor of the house."""
