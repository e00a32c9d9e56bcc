"""What is wrong with a query."""

from proofup.values.errors import ProofupError


class QueryError(ProofupError):
    """A query option cannot be read; ``problem`` is for a developer."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class UnsupportedQueryError(ProofupError):
    """A query can be read, but is not served, or not without more; ``problem`` says what."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
