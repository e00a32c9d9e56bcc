"""Settings: read once at start from one file and the environment; errors are explained.

Owns what an operator may set, the file that holds it, and the file that holds the key-encryption
key. No part sees all settings: ``assembly`` passes each its own section. Security is never optional
by a setting.
"""
