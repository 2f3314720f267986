"""Where an answer leads to, for OpenAPI: programs that read it know which call takes what they were just told."""

from typing import Any


def links(parameter: str, found_at: str, *operations: str) -> dict[str, Any]:
    """Return links to operations that take, as this parameter, what stands in the answer's body at a JSON pointer."""
    return {name: {"operationId": name, "parameters": {parameter: f"$response.body#{found_at}"}} for name in operations}
