"""The zip archive that an office document is."""

import io
import zipfile
from typing import Final

from workers.kb.readers.reading import Unreadable

UNPACKED: Final = 200_000_000  # bytes


def opened(content: bytes) -> io.BytesIO:
    """Return the document as a file. Raises Unreadable when it is no archive or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable("is broken, or protected by a password. Save it again without one.") from error
    if size > UNPACKED:
        raise Unreadable(f"unpacks to {size // 1_000_000} MB, more than {UNPACKED // 1_000_000}. Split it.")
    return io.BytesIO(content)
