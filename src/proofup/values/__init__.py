"""Values that all packages use: instants, ids, numbers, names, secrets, errors, changes.

Nothing here decides anything about a person and nothing here does I/O. What only one package
needs stays in that package.
"""
