"""What doors with pages share: building a page, reading a form, cookies, telling of a problem.

Owns the base templates and components, the style sheet and the little script, the cookies, the
check that a form came from our own page, and the page that says what went wrong. Leaves to each
door its own pages, words and routes; knows no rule of signing in or registering.
"""
