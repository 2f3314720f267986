"""Facts that stop work: the class says whether to try again, the code says what happened."""

from typing import ClassVar


class FrontdeskError(Exception):
    """A named fact with a stable code and a sentence for people."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message or (self.__doc__ or self.code).strip())
        self.retry_after = retry_after


class TransientError(FrontdeskError):
    """Something is away for now; the same call may succeed later."""


class PermanentError(FrontdeskError):
    """The same call would fail again."""


class DatabaseUnavailable(TransientError):
    """The database can't be reached right now."""

    code = "database_unavailable"


class BrokerUnavailable(TransientError):
    """Redis can't be reached right now."""

    code = "broker_unavailable"


class SessionNotFound(PermanentError):
    """The session token is missing, unknown or forged."""

    code = "invalid_token"


class SessionExpired(PermanentError):
    """This session is over; start a new one."""

    code = "session_expired"


class AdminKeyRequired(PermanentError):
    """This is for operators: send an admin key as a bearer token."""

    code = "admin_key_required"


class AdminKeyInvalid(PermanentError):
    """This admin key is unknown or was revoked."""

    code = "invalid_admin_key"


class ScopeMissing(PermanentError):
    """This admin key does not open this; `frontdesk keys create --scope` makes one that does."""

    code = "scope_missing"


class MetricsTokenInvalid(PermanentError):
    """Metrics are for those who send METRICS_TOKEN as a bearer token."""

    code = "invalid_metrics_token"


class TooManyAttempts(TransientError):
    """Too many wrong admin keys came from this address; wait a minute."""

    code = "too_many_attempts"


class LeadNotFound(PermanentError):
    """There is no such lead, or it was erased."""

    code = "not_found"


class QuestionNotFound(PermanentError):
    """There is no such question without an answer, or it was erased."""

    code = "not_found"


class TranscriptNotFound(PermanentError):
    """There is no such session, or it was erased."""

    code = "not_found"


class CursorInvalid(PermanentError):
    """This cursor is none of ours; begin without one."""

    code = "invalid_cursor"


class ContactMissing(PermanentError):
    """Give an email address or a phone number."""

    code = "contact_missing"


class EmailInvalid(PermanentError):
    """This is not an email address that anybody could be written to at."""

    code = "email_invalid"


class PhoneInvalid(PermanentError):
    """This is not a phone number that anybody could be called at."""

    code = "phone_invalid"


class ConsentRequired(PermanentError):
    """Contact details are only taken with consent."""

    code = "consent_required"


class SheetNotConfigured(PermanentError):
    """No Google Sheet is set up for leads; set GOOGLE_SHEET_ID and a service account."""

    code = "sheet_not_configured"


class BuildUnderWay(PermanentError):
    """A build of the knowledge base waits or runs already; it is told about at /v1/admin/kb."""

    code = "kb_build_running"


class ReleaseNotFound(PermanentError):
    """There is no such release; those that are kept are told about at /v1/admin/kb."""

    code = "release_not_found"


class ReleaseBroken(PermanentError):
    """This release can't be used."""

    code = "release_unusable"


class TurnNotFound(PermanentError):
    """There is no such turn in this session."""

    code = "not_found"


class IdempotencyConflict(PermanentError):
    """This client_message_id was used for another message."""

    code = "idempotency_conflict"


class TooManyOpenTurns(TransientError):
    """Too many messages are waiting for an answer in this session."""

    code = "too_many_open_turns"


class RateLimited(TransientError):
    """That was too much in a short time, and was not taken; send it again after a while."""

    code = "rate_limited"


class TooManyStreams(TransientError):
    """Too many streams are open here; ask for the turn itself meanwhile, which can always be done."""

    code = "too_many_streams"


class MessageTooLong(PermanentError):
    """The message is longer than this desk accepts."""

    code = "message_too_long"


class OriginNotAllowed(PermanentError):
    """This website may not open sessions here."""

    code = "origin_not_allowed"


class SettingsInvalid(PermanentError):
    """A setting is missing or wrong."""

    code = "settings_invalid"


class BrokerUnsafe(PermanentError):
    """Redis is configured so that it may drop jobs."""

    code = "broker_unsafe"
