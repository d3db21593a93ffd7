"""The demo and the outside oracle: a made world, what breaks in it, and two accounts of what became of it."""
