"""Policy: who needs a second proof, how fresh it must be, how often an action may be attempted.

Owns all limits and rules, so that no door or flow has its own. The functions are pure: they get the
facts as arguments and return a decision; an unknown case is refused.
"""
