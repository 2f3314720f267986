"""The demo page, at the root."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

FOLDER: Final = Path(__file__).parent.parent / "widget"
FILES: Final = "/static/"
POLICY: Final = (
    "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
)


@router.get("/")
async def demo() -> FileResponse:
    """Show the demo page."""
    return FileResponse(FOLDER / "index.html", headers={"Cache-Control": "no-cache"})


def mount(app: FastAPI) -> None:
    """Serve the page's files."""
    app.mount(FILES.rstrip("/"), StaticFiles(directory=FOLDER), name="static")
