"""What each method shows: a folder for each kind, named after it in snake case.

``words.html`` holds the words of the kind as macros, ``mail.words`` those of mails. A challenge is
``challenge.html``, or ``challenge_texts.html`` where a carrier puts the question; of a method that
comes in place of the password it posts ``code`` to ``action``. A method that only serves a password
reset has none. A registration is ``register.html``, named alike. While an answer that is not typed
is awaited, ``waiting.html``, named alike, is the part of both pages that asks for itself again.
``row.html`` and ``classic.html`` are there where a method needs them. ``PAGES`` in the package
tells what is more than words. Which page is shown when, and what it may change, is decided by the
doors.
"""
