"""The HTTP connections to a model's server: the OpenAI client says where to and with which headers, aiohttp sends.

The client's own way through a request, its options, its two kinds of URL and its layers of responses, takes more of the
processor than everything else about an answer's beginning.
"""

from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
import msgspec
import openai
from yarl import URL

KEEP_ALIVE_SECONDS: Final = 30.0  # a new TLS handshake costs more than a visitor's pause between two questions
DNS_SECONDS: Final = 60
MOST_ERROR_BYTES: Final = 65_536  # an error is read to its end, however long
STREAMED: Final = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}


class ModelConnection:
    """Posts to one of a model server's URLs; make it on the event loop, and `close` it in the end.

    As many connections as there are streams: how many run at once is decided by the worker's slots, not here. There are
    no retries, no redirects and no cookies.
    """

    def __init__(self, client: openai.AsyncOpenAI, path: str, connect_seconds: float, proxy: str | None = None) -> None:
        url = client.base_url.join(path)
        headers = {name: value for name, value in client.default_headers.items() if isinstance(value, str)}
        headers |= client.auth_headers | STREAMED
        self._url = URL(str(url), encoded=True)
        self._request = httpx2.Request("POST", url)  # for the errors alone, which want one
        connector = aiohttp.TCPConnector(
            limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=DNS_SECONDS, ssl=httpx2.create_ssl_context()
        )
        way = URL(proxy) if proxy else None
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=headers,
            # No read timeout: aiohttp would set a timer anew for every token, and none of them bounds a drip.
            timeout=aiohttp.ClientTimeout(total=None, connect=connect_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=way.with_user(None) if way else None,
            proxy_auth=aiohttp.BasicAuth(way.user, way.password or "") if way and way.user else None,
        )

    async def post(self, body: bytes) -> aiohttp.ClientResponse:
        """Send a request, and return its response as soon as there are headers.

        Raises the OpenAI client's APITimeoutError, APIConnectionError and APIStatusError. Reading the response raises
        aiohttp's own.
        """
        try:
            response = await self._session.post(self._url, data=body, allow_redirects=False)
            if response.status < httpx2.codes.MULTIPLE_CHOICES:
                return response
            raise await self._refusal(response)
        except TimeoutError:
            raise openai.APITimeoutError(self._request) from None
        except (aiohttp.ClientError, OSError) as error:
            raise openai.APIConnectionError(message=type(error).__name__, request=self._request) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    async def _refusal(self, response: aiohttp.ClientResponse) -> openai.APIStatusError:
        content = bytearray()
        try:
            while len(content) < MOST_ERROR_BYTES and (data := await response.content.readany()):
                content += data[: MOST_ERROR_BYTES - len(content)]
        finally:
            response.close()
        headers = [pair for pair in response.raw_headers if pair[0].lower() != b"content-encoding"]  # decoded already
        said = httpx2.Response(response.status, headers=headers, content=bytes(content), request=self._request)
        return openai.APIStatusError(f"status {response.status}", response=said, body=_error_in(content))


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment names for a server; looked up once, since aiohttp takes a thread to do it.

    Read from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in either case.
    """
    url = URL(base_url)
    return None if proxy_bypass(url.host or "") else getproxies().get(url.scheme)


def _error_in(content: bytes | bytearray) -> Any:
    """Return the error that a body describes, None when it is no JSON object."""
    try:
        body = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None
    return body.get("error", body) if isinstance(body, dict) else None
