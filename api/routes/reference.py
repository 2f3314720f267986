"""The API's reference, drawn by Swagger UI from files of our own: pages at this origin run no stranger's script."""

import base64
import hashlib
import re
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

FILES: Final = "/docs/files/"
PAGE: Final = get_swagger_ui_html(
    title="Frontdesk API",
    openapi_url="openapi.json",
    swagger_js_url="docs/files/swagger-ui-bundle.js",
    swagger_css_url="docs/files/swagger-ui.css",
    swagger_favicon_url="static/icon.svg",
)
INLINE: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@router.get("/docs")
async def reference() -> HTMLResponse:
    """Show every call and what it answers."""
    return PAGE


def policy() -> str:
    """Return what the page may load; of scripts that stand in it, its own alone, by its hash."""
    hashes = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE.findall(bytes(PAGE.body))]
    scripts = " ".join(f"'sha256-{one}'" for one in hashes)
    return f"script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"


def mount(app: FastAPI) -> None:
    """Serve Swagger UI's files."""
    app.mount(FILES.rstrip("/"), StaticFiles(packages=[("fastapi_offline", "static")]), name="reference")
