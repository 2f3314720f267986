"""The operator's own server, over HTTP: signed posts, no redirects, and little patience."""

import hashlib
import hmac
import time
from typing import Final

import aiohttp
from pydantic import SecretStr

from workers.ports import Delivery, WebhookFailed

CONNECT_SECONDS: Final = 5
TOTAL_SECONDS: Final = 10
USER_AGENT: Final = "Frontdesk"


class HttpWebhook:
    """Posts to one URL; make it on the event loop."""

    def __init__(self, url: str, secret: SecretStr) -> None:
        self._url, self._secret = url, secret
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,  # proxies; so few posts may ask for them each time
        )

    async def post(self, delivery: Delivery) -> None:
        """Return once it was taken: the answer is a 2xx, of which nothing more is read. Raises WebhookFailed."""
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "Frontdesk-Event": delivery.event,
            "Frontdesk-Delivery": delivery.id,
            "Frontdesk-Timestamp": timestamp,
            "Frontdesk-Signature": signature(self._secret.get_secret_value(), timestamp, delivery.body),
        }
        try:
            async with self._http.post(
                self._url, data=delivery.body, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
        except TimeoutError:
            raise WebhookFailed("timeout") from None
        except (aiohttp.ClientError, OSError, ValueError):  # ValueError: a URL that can't be one
            raise WebhookFailed("unreachable") from None
        if not 200 <= status < 300:  # noqa: PLR2004  (what HTTP calls success)
            raise WebhookFailed(f"http_{status}")

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.close()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what proves to a receiver who knows the secret that a post is ours, and when it was sent."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
