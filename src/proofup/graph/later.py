"""Families of resources that Graph has and this version does not: each says so by its name."""

from collections.abc import Iterator

from proofup.graph.operations import OF_USER, Operation, later

FAMILIES = (
    ("/subscribedSkus", "Licences"),
    ("/identity", "Conditional access and named locations"),
    ("/identityProtection", "Risk detections"),
    ("/policies/conditionalAccessPolicies", "Conditional access policies"),
    ("/policies/authenticationStrengthPolicies", "Authentication strengths"),
)
# Families that are served in part: what lies below, and the words that would pass for an id.
IN_PART = (
    ("/applications", "These parts of applications"),
    ("/servicePrincipals", "These parts of service principals"),
    ("/groups", "Licences and nested groups"),
    ("/directoryObjects", "These parts of directory objects"),
)
WORDS = (
    ("/groups/delta", "Changes of groups since a time"),
    ("/oauth2PermissionGrants/delta", "Changes of permission grants since a time"),
)
OF_SOMEBODY = (
    ("/assignLicense", "Licences"),
    ("/licenseDetails", "Licences"),
    ("/reprocessLicenseAssignment", "Licences"),
    ("/photo", "Photos"),
    ("/authentication/qrCodePinMethod", "QR codes with a PIN"),
)


def operations() -> Iterator[Operation]:
    """Yield what refuses each of them."""
    for path, what in IN_PART:
        yield from (one for one in later(path, what) if one.path != path)
    for path, what in (*FAMILIES, *WORDS):
        yield from later(path, what)
    for below, what in OF_SOMEBODY:
        for one in later(f"{OF_USER}{below}", what):
            yield one
            yield one.for_caller()
