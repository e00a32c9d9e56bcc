"""Acts on applications: registering them, their credentials, and the rights they are given.

Whoever changes an application that has rights could use those rights. So it takes the right to give
them (security row AD2).
"""
