"""A proxy that hands out each response when it has all of it, as some companies' and phones' proxies do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import web

from tests.servers.server import LOOPBACK, free_port

OF_THE_CONNECTION: Final = {"transfer-encoding", "content-length", "content-encoding", "connection", "keep-alive"}


@asynccontextmanager
async def holding_back(upstream: str) -> AsyncIterator[str]:
    """Run it in front of a server, on the calling event loop; give its URL."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None), auto_decompress=True) as client:

        async def pass_on(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in OF_THE_CONNECTION}
            body = await request.read()
            async with client.request(
                request.method, upstream + request.raw_path, headers=headers, data=body, allow_redirects=False
            ) as response:
                whole = await response.read()
            kept = [(name, value) for name, value in response.headers.items() if name.lower() not in OF_THE_CONNECTION]
            return web.Response(status=response.status, headers=kept, body=whole)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", pass_on)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        port = free_port()
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
            yield f"http://{LOOPBACK}:{port}"
        finally:
            await runner.cleanup()
