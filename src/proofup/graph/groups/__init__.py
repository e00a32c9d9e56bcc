"""Groups: ``groups``, who belongs to one, and what somebody belongs to."""
