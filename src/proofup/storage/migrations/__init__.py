"""Numbered steps of the schema, forward only: add, fill, switch; remove in a later release."""
