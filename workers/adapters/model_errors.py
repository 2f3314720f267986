"""What the OpenAI client's errors mean to us, without the words of whoever asked."""

import re
from typing import Final

import openai

from workers.adapters.retry_after import retry_after
from workers.ports import ModelMisconfigured, ModelTimeout, ModelUnavailable, PromptRefused

TRANSIENT_STATUSES: Final = frozenset((408, 409, 425, 429))
ABOUT_THIS_REQUEST: Final = frozenset((400, 413, 422))
FIRST_SERVER_STATUS: Final = 500
CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")  # `model_not_found`; anything longer may be a sentence that quotes


def translated(error: openai.OpenAIError) -> ModelUnavailable | ModelMisconfigured:
    """Return the port's error for one of the OpenAI client's.

    Raise it `from None`: the message of the original is the server's, which may repeat the visitor's words.
    """
    if isinstance(error, openai.APITimeoutError):
        return ModelTimeout("The model's server did not accept a connection in time.")
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable("The model's server can't be reached or hung up.")
    return ModelUnavailable(f"The model's client failed with {type(error).__name__}.")


def _of_status(error: openai.APIStatusError) -> ModelUnavailable | ModelMisconfigured:
    code = f" {error.code}" if isinstance(error.code, str) and CODE.fullmatch(error.code) else ""
    said = f"The model's server answered {error.status_code}{code}."
    if error.status_code in TRANSIENT_STATUSES or error.status_code >= FIRST_SERVER_STATUS:
        return ModelUnavailable(said, retry_after=retry_after(error.response.headers))
    if error.status_code in ABOUT_THIS_REQUEST:
        return PromptRefused(f"{said} It may be too long for the model, or the model's name may be wrong.")
    return ModelMisconfigured(f"{said} Check the key, the base URL and the model's name.")
