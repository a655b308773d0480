"""Where passwords and tokens of DICOMweb are looked for: environment variables, and names in the key store."""

from __future__ import annotations

from viewer.model.web_archives import WebArchive

PASSWORD_VARIABLE, TOKEN_VARIABLE = "NEGATOSCOPE_WEB_PASSWORD", "NEGATOSCOPE_WEB_TOKEN"


def secret_name(archive: WebArchive) -> str:
    """Under which name the secret of an archive's user is kept."""
    return f"{archive.user_name or archive.access.value}@{archive.url}"
