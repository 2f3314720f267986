"""The releases as commands that only read see them: those of the storage, where it can be asked."""

import sys

from shared.settings import Settings
from workers.kb.publish import ReleaseUnknown
from workers.kb.sharing import Releases, releases_of
from workers.kb.storage import StorageUnavailable
from workers.ports import ReleaseUnusable


def caught_up(settings: Settings) -> Releases:
    """Return the releases, with the storage's current one fetched; what kept it away is said on standard error."""
    releases = releases_of(settings)
    try:
        releases.follow()
    except (StorageUnavailable, ReleaseUnusable, ReleaseUnknown) as error:
        print(f"This is what is kept here alone. {error}", file=sys.stderr)  # noqa: T201  (a command speaks on the terminal)
        return Releases(releases.root)
    return releases
