"""Every setting of the product, from the environment, `.env` or a directory of secret files."""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.errors import SettingsInvalid
from shared.redis_address import SENTINEL, Sentinels

LONGEST_MESSAGE = 8000
DATABASES = ("mysql+aiomysql://", "sqlite+aiosqlite://")
BROKERS = ("redis://", "rediss://", "unix://", SENTINEL)
SHEET_ADDRESS = re.compile(r"https://docs\.google\.com/spreadsheets/d/([\w-]+)")
ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")
SECRETS_DIR = os.environ.get("SECRETS_DIR", "/run/secrets")


class Settings(BaseSettings):
    """What an operator can set; `.env.example` explains each in a line."""

    model_config = SettingsConfigDict(
        env_file=".env",
        secrets_dir=SECRETS_DIR if Path(SECRETS_DIR).is_dir() else None,
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    # Where things are kept
    data_dir: Path = Path(".frontdesk")
    kb_dir: Path = Path("kb_data")
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")

    # What the desk says about itself
    company_name: str = "Larkfield Bikes"
    greeting: str = "Hello! Ask me anything about {company_name}."
    suggestions: Annotated[tuple[str, ...], NoDecode] = (
        "How do refunds work?",
        "Can I rent a bike?",
        "When are you open?",
    )

    # The chat model: with neither a key nor a base URL, answers are quoted from the documents
    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    chat_model: str = "gpt-4.1-mini"
    chat_max_output_tokens: int = Field(default=800, gt=0)
    prompt_budget_tokens: int = Field(default=6000, ge=500)
    model_connect_seconds: float = Field(default=5, gt=0)
    model_first_token_seconds: float = Field(default=15, gt=0)
    model_next_token_seconds: float = Field(default=15, gt=0)
    model_total_seconds: float = Field(default=60, gt=0)
    model_rest_seconds: float = Field(default=20, ge=0)
    chat_price_in: float = Field(default=0, ge=0)
    chat_price_out: float = Field(default=0, ge=0)
    fallback_base_url: str = ""
    fallback_api_key: SecretStr = SecretStr("")
    fallback_model: str = ""
    fallback_price_in: float = Field(default=0, ge=0)
    fallback_price_out: float = Field(default=0, ge=0)

    # What answers may cost: over any of these the documents are quoted
    budget_session_tokens: int = Field(default=0, ge=0)
    budget_day_tokens: int = Field(default=0, ge=0)
    budget_month_tokens: int = Field(default=0, ge=0)
    budget_day_money: float = Field(default=0, ge=0)
    budget_month_money: float = Field(default=0, ge=0)
    quote_after_waiting_seconds: float = Field(default=30, gt=0)

    # The knowledge base
    embeddings: Literal["bundled", "openai", "fastembed"] = "bundled"
    embedding_model: str = "text-embedding-3-small"
    embedding_dimension: int | None = Field(default=None, ge=1)
    kb_storage: SecretStr = SecretStr("")
    kb_kept_releases: int = Field(default=5, ge=1)
    passages_per_answer: int = Field(default=5, ge=1, le=20)

    # Sessions and turns
    session_ttl_minutes: float = Field(default=24 * 60, gt=0)
    retention_days: float = Field(default=90, gt=0)
    message_max_characters: int = Field(default=4000, ge=1, le=LONGEST_MESSAGE)
    session_max_waiting_turns: int = Field(default=3, ge=1)
    turn_lease_seconds: float = Field(default=15, gt=0)
    turn_heartbeat_seconds: float = Field(default=5, gt=0)
    turn_max_attempts: int = Field(default=3, ge=1)
    turn_deadline_seconds: float = Field(default=600, gt=0)
    sweep_interval_seconds: float = Field(default=2, gt=0)

    # Leads
    lead_capture: bool = True
    lead_offer_after_turns: int = Field(default=3, ge=0)
    lead_quiet_turns: int = Field(default=10, ge=0)
    default_region: str = "US"
    consent_text: str = "I agree that {company_name} keeps these details to get back to me."
    webhook_url: str = ""
    webhook_secret: Annotated[SecretStr, Field(validate_default=True)] = SecretStr("")

    # Google Sheets
    google_sheet_id: str = ""
    google_sheet_tab_id: int | None = Field(default=None, ge=0)
    google_service_account_file: Path | None = None
    google_service_account_json: SecretStr = SecretStr("")
    google_sheets_base_url: str = "https://sheets.googleapis.com"
    sheets_requests_per_minute: int = Field(default=60, ge=10)
    flush_interval_seconds: float = Field(default=5, gt=0)
    reconcile_interval_minutes: float = Field(default=60, gt=0)

    # Access
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    link_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    admin_api_key: SecretStr = SecretStr("")
    sessions_per_minute_per_address: int = Field(default=60, ge=0)
    turns_per_minute_per_session: int = Field(default=20, ge=0)
    turns_per_minute_per_address: int = Field(default=240, ge=0)
    writes_per_minute_per_address: int = Field(default=120, ge=0)
    audit_retention_days: float = Field(default=365, gt=0)
    streams_per_session: int = Field(default=20, ge=0)
    streams_per_address: int = Field(default=200, ge=0)
    streams_per_gateway: int = Field(default=2000, ge=1)
    stream_max_minutes: float = Field(default=60, gt=0)
    serve: Literal["everyone", "visitors", "operators"] = "everyone"

    # Processes
    worker_slots: int = Field(default=64, ge=1)
    database_pool_size: int = Field(default=20, ge=1)
    broker_visibility_timeout_seconds: int = Field(default=180, ge=1)
    watchdog_seconds: float = Field(default=60, ge=0)
    metrics_token: SecretStr = SecretStr("")
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_headers: SecretStr = SecretStr("")
    otel_traces_sampler_arg: float = Field(default=1, ge=0, le=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"

    @field_validator("database_url", "redis_url")
    @classmethod
    def _speakable(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """Refuse, before anything starts, a URL that we would not know how to use."""
        schemes = DATABASES if info.field_name == "database_url" else BROKERS
        if value.get_secret_value() and not value.get_secret_value().startswith(schemes):
            raise ValueError(f"must begin with {' or '.join(schemes)}")
        if info.field_name == "redis_url":
            Sentinels.named_by(value.get_secret_value())
        return value

    @field_validator("kb_storage")
    @classmethod
    def _addressed(cls, value: SecretStr) -> SecretStr:
        """Refuse a folder's bare path, which might be meant for KB_DIR."""
        if value.get_secret_value() and "://" not in value.get_secret_value():
            raise ValueError("must be a URL, such as s3://bucket/prefix or file:///folder")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _as_browsers_spell_them(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Take what is meant; what no browser would ever send as its origin is a mistake."""
        origins = tuple(one.lower().removesuffix("/") for one in value)
        if not all(map(ORIGIN.fullmatch, origins)):
            raise ValueError("must be origins, such as https://www.example.com; umlauts and the like as xn--")
        return origins

    @field_validator("webhook_url", "otel_exporter_otlp_endpoint")
    @classmethod
    def _postable(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _signed(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """Refuse to send leads to where nobody could tell ours from a stranger's."""
        if info.data.get("webhook_url") and not value.get_secret_value():
            raise ValueError("must be set when WEBHOOK_URL is")
        return value

    @field_validator("google_sheet_id")
    @classmethod
    def _id_in_address(cls, value: str) -> str:
        """Take the whole address from a browser, too."""
        address = SHEET_ADDRESS.match(value)
        return address[1] if address else value

    @field_validator("default_region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  (slow to import, and most never set this)

        if value.upper() not in SUPPORTED_REGIONS:
            raise ValueError("must be a country's two-letter code, such as US or DE")
        return value.upper()

    @field_validator("suggestions", "allowed_origins", "link_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Read `a | b` or `a, b` from the environment."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split("|" if "|" in value else ",") if part.strip())

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL; without one, a SQLite file in the data directory."""
        return self.database_url.get_secret_value() or f"sqlite+aiosqlite:///{self.data_dir.absolute()}/frontdesk.db"

    @cached_property
    def redis(self) -> str:
        """The Redis URL; there is no default, since `frontdesk up` starts its own."""
        if url := self.redis_url.get_secret_value():
            return url
        raise SettingsInvalid("REDIS_URL is not set. Set it, or run `frontdesk up`, which brings its own Redis.")

    @property
    def has_chat_model(self) -> bool:
        """Whether a model answers; otherwise the documents are quoted."""
        return bool(self.openai_api_key.get_secret_value() or self.openai_base_url)

    @property
    def has_fallback(self) -> bool:
        """Whether there is a second model to ask when the first does not answer."""
        return bool(self.fallback_model and (self.fallback_base_url or self.fallback_api_key.get_secret_value()))

    @property
    def has_webhook(self) -> bool:
        """Whether leads are announced to a server of the operator's."""
        return bool(self.webhook_url)

    @property
    def consent_wording(self) -> str:
        """What a visitor agrees to who gives contact details, as it is kept with the lead."""
        return self.consent_text.replace("{company_name}", self.company_name)

    @property
    def has_sheet(self) -> bool:
        """Whether leads are mirrored in a Google Sheet; otherwise they wait until there is one."""
        account = self.google_service_account_file or self.google_service_account_json.get_secret_value()
        return bool(self.google_sheet_id and account)

    @property
    def has_storage(self) -> bool:
        """Whether releases are shared with workers on other machines."""
        return bool(self.kb_storage.get_secret_value())

    @property
    def release_dir(self) -> Path:
        """Where releases of the knowledge base and their pointer are kept."""
        return self.kb_dir / ".index"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings.

    Raises SettingsInvalid with one line per wrong setting, never with its value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsInvalid("\n".join(lines)) from error
