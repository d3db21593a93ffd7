"""The sync engine: pure decisions, and a few short modules that carry them out."""
