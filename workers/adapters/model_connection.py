"""The HTTP connections to a model's server: aiohttp's pool under the OpenAI client, with the body within reach."""

from collections.abc import AsyncIterator
from typing import Any, Final, cast
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
from yarl import URL

RESPONSE: Final = "aiohttp_response"
KEEP_ALIVE_SECONDS: Final = 30.0  # a new TLS handshake costs more than a visitor's pause between two questions
DNS_SECONDS: Final = 60
MOST_ERROR_BYTES: Final = 65_536  # the OpenAI client reads the body of an error to its end, however long


class ModelTransport(httpx2.AsyncBaseTransport):
    """Sends the OpenAI client's requests; make it on the event loop.

    As many connections as there are streams: how many run at once is decided by the worker's slots, not here. Bodies
    arrive decompressed. Raises httpx2.ConnectTimeout and httpx2.ConnectError until there are headers; after that,
    `aiohttp_response` of the response gives the body, and aiohttp's own errors.
    """

    def __init__(self, connect_seconds: float, proxy: str | None = None) -> None:
        connector = aiohttp.TCPConnector(
            limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=DNS_SECONDS, ssl=httpx2.create_ssl_context()
        )
        # No read timeout: aiohttp would set a timer anew for every token, and none of them bounds a drip.
        timeout = aiohttp.ClientTimeout(total=None, connect=connect_seconds)
        way = URL(proxy) if proxy else None
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=way.with_user(None) if way else None,
            proxy_auth=aiohttp.BasicAuth(way.user, way.password or "") if way and way.user else None,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response as soon as there are headers."""
        url = URL(str(request.url), encoded=True)
        headers = request.headers.multi_items()
        try:
            response = await self._session.request(
                request.method, url, data=request.content, headers=headers, allow_redirects=False
            )
        except TimeoutError:
            raise httpx2.ConnectTimeout("no connection in time", request=request) from None
        except (aiohttp.ClientError, OSError) as error:
            raise httpx2.ConnectError(type(error).__name__, request=request) from None
        return httpx2.Response(
            response.status,
            headers=[pair for pair in response.raw_headers if pair[0].lower() != b"content-encoding"],
            stream=_Body(response),
            extensions={RESPONSE: response},
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._session.close()


class ModelClient(httpx2.AsyncClient):
    """Takes the OpenAI client's requests as they are: a model wants no cookies, redirects, logins or merged headers.

    Walking through all of those costs a fifth of a request.
    """

    def __init__(self, transport: ModelTransport) -> None:
        super().__init__(transport=transport, timeout=None, trust_env=False)
        self._way = transport

    def build_request(
        self, method: str, url: httpx2.URL | str, *, headers: Any = None, content: Any = None, **_: Any
    ) -> httpx2.Request:
        """Return the request, with these headers and no others."""
        return httpx2.Request(method, url, headers=headers, content=content)

    async def send(self, request: httpx2.Request, *, stream: bool = False, **_: Any) -> httpx2.Response:
        """Send the request over the transport, and raise what it raises."""
        response = await self._way.handle_async_request(request)
        response.request = request
        if not stream:
            await response.aread()
        return response


class _Body(httpx2.AsyncByteStream):
    """The body as the OpenAI client reads it, which it does for errors and for what is not a stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        room = MOST_ERROR_BYTES if self._response.status >= httpx2.codes.BAD_REQUEST else None
        try:
            async for data in self._response.content.iter_any():
                yield data[:room]
                if room is not None and (room := room - len(data)) <= 0:
                    return
        except (aiohttp.ClientError, OSError) as error:
            raise httpx2.ReadError(type(error).__name__) from None

    async def aclose(self) -> None:
        self._response.close()


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment names for a server; looked up once, since aiohttp takes a thread to do it.

    Read from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in either case.
    """
    url = URL(base_url)
    return None if proxy_bypass(url.host or "") else getproxies().get(url.scheme)


def aiohttp_response(response: httpx2.Response) -> aiohttp.ClientResponse:
    """Return the response below: its `content` is read without the half dozen layers above, a third of the cost."""
    return cast("aiohttp.ClientResponse", response.extensions[RESPONSE])
