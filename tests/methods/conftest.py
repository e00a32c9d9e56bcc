"""Properties are not raced against the clock: a machine that tests is a busy one."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
