"""The error of a refused start: the setting, the problem, and the fix."""

from proofup.values.errors import ProofupError


class SettingsError(ProofupError):
    """A setting that cannot be used; none of the three texts holds a secret.

    ``setting`` is its name as the operator wrote it, ``problem`` and ``fix`` are sentences.
    """

    def __init__(self, setting: str, problem: str, fix: str) -> None:
        super().__init__(setting, problem, fix)
        self.setting = setting
        self.problem = problem
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.setting}: {self.problem} {self.fix}"
