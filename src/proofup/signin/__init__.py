"""The door through which people sign in: name, password, second proof, another way, sign-out.

Each page parses, calls one flow and renders; where a sign-in goes next is said by the
authentication flow's dispatcher, never here.
"""
