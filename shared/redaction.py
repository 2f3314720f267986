"""The last defence of logs: whatever looks like a person's address or number, or like a secret, is masked in them.

Nothing of the kind is logged on purpose; but an error may tell what it failed with.
"""

import re
from collections.abc import MutableMapping
from typing import Any, Final

from shared.ids import ADMIN_KEY_PREFIX, TOKEN_PREFIX

OURS: Final = frozenset({"timestamp", "level", "_record"})
"""What the logger itself adds to an event."""

OF_ADDRESSES: Final = r"[^\s@<>()'\",;:=]"

RELEASE: Final = r"\d{8}-\d{9}-[0-9a-f]{12}(?![\w-])"  # its id, which may have no letter in it

# Each begins where a word does, or ends soon: an endless word must not be looked through from each of its letters.
# Other ids of ours are words with letters in them, so no run of digits within them is taken for a phone number.
MASKS: Final = (
    (re.compile(r"(?<=://)[^\s'\"]{0,300}(?=@)"), "[credentials]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s'\",]+"), r"\1 [secret]"),
    (re.compile(rf"\b(?:{TOKEN_PREFIX}|{ADMIN_KEY_PREFIX}|whs_|sk-)[\w-]+"), "[secret]"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.(?!-----BEGIN))*", re.DOTALL), "[secret]"),
    (re.compile(rf"(?<!{OF_ADDRESSES}){OF_ADDRESSES}+@{OF_ADDRESSES}+\.\w{{2,}}"), "[email]"),
    (re.compile(r"(?<![\w.])\+\d[\d\s().-]{5,}\d(?!\w)"), "[phone]"),
    (re.compile(rf"(?<![\w.+-])(?!{RELEASE})\(?\d{{2,4}}\)?(?:[\s-]?\d){{6,}}(?![\w-])"), "[phone]"),
    (re.compile(r"(?<![\w.])\d{2,4}\.\d{2,4}\.\d{4,}(?!\w)"), "[phone]"),
)


def redact(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask every text of an event, tracebacks included; a processor of structlog's."""
    for name, value in event.items():
        if name not in OURS:
            event[name] = _redacted(value)
    return event


def masked(text: str) -> str:
    """Return the text without what looks like a person's address or number, or like a secret."""
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _redacted(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else masked(str(value))
