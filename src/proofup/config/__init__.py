"""Settings: read once at start from one file and the environment, and refused in words.

Owns what an operator may set, the file that holds it, and the file that holds the key-encryption
key. A part never sees the whole: ``app`` hands each its own section. What is secure or not is no
setting.
"""
