"""Reads the journal, decides whom to tell, and tells each person once."""
