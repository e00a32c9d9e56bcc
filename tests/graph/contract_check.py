"""Holds every answer of Graph in the suite against the contract, where that is there."""

from graph import contract
from proofup.graph.addresses import address_of

KEYED = ("users", "directoryRoles", "organization", "domains", "administrativeUnits")


def check(verb: str, path: str, status: int, body: object) -> None:
    """Fail if an answer is not as the contract has it."""
    if not contract.is_there():
        return
    version, _, below = path.strip("/").partition("/")
    segments = address_of(below).segments
    able = [
        known
        for known in (contract.operations(version) if version in {"v1.0", "beta"} else ())
        if known[0] == verb and _matches(known[1], segments)
    ]
    if able:  # a name goes before a key
        known = min(able, key=lambda one: one[1].count("{}"))
        found = contract.problems(version, *known, status, body)
        assert not found, f"{verb} {path}: {found[:3]}"


def _matches(known: str, segments: object) -> bool:
    parts = known.strip("/").split("/")
    assert isinstance(segments, list)
    return len(parts) == len(segments) and all(
        part in {"{}", segment.lower()} for part, segment in zip(parts, segments, strict=True)
    )
