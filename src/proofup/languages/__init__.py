"""The languages of pages, texts, calls and mails, and their translations.

Owns the list of languages and the catalogues (gettext, one ``.po`` for each language except
English, the language of the code). Other packages define the strings, and choose the language for a
person.
"""
