"""The languages that people are spoken to in, and their words.

Owns the list of languages and the catalogues (gettext, one ``.po`` for each language but English,
which is what the code is written in). Where words stand, and which language is chosen for whom,
is the business of the floors above and below.
"""
