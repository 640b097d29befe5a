//! Failures with a public half (a closed list of codes, field errors) and an internal half (a cause for the log).
//!
//! The internal half has no way to a client: only `api::problem` turns an [`Error`] into an answer, from the public half.

use std::fmt;
use std::time::Duration;

/// One member of a request that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// RFC 6901 pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// One sentence for people; never repeats what was sent.
    pub detail: String,
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}

/// Gathers every field error of a request, so that a client learns of all of them at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Records an error and goes on.
    pub fn push(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    /// Keeps the value, or records why there is none.
    pub fn take<T>(&mut self, pointer: &str, parsed: Result<T, (&'static str, String)>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err((code, detail)) => {
                self.push(pointer, code, detail);
                None
            }
        }
    }

    /// Whether nothing was recorded so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value if nothing was recorded; otherwise all that was.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            Some(_) | None => Err(self.0),
        }
    }
}

/// Declares the codes and the list of all of them, so that neither can lack one.
macro_rules! codes {
    ($($code:ident),+ $(,)?) => {
        /// Every failure a client can be told of. The list is closed: a new one needs a status, a title and a page in every language
        /// (`content/problems`), and a test.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($code),+ }

        impl Code {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];
        }
    };
}

codes! {
    InvalidJson,
    InvalidParameter,
    ValidationFailed,
    Unauthenticated,
    TokenSuperseded,
    InvalidCredentials,
    InsufficientScope,
    RegistrationClosed,
    StepUpRequired,
    WrongPin,
    PinSuspended,
    PasswordsNotUsed,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    IdConflict,
    ConcurrentRequest,
    LimitReached,
    NotOffered,
    ResponseCompleted,
    QuestionSetFixed,
    QuestionSetNotReady,
    ExportRunning,
    ExportFailed,
    AccountNotEmpty,
    Gone,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    PreconditionRequired,
    TooManyRequests,
    Internal,
    Unavailable,
}

/// A failure inside the service, before it becomes an answer.
#[derive(Debug)]
pub struct Error {
    /// What a client may know.
    pub code: Code,
    /// Which members were wrong, where that is the trouble.
    pub fields: Vec<FieldError>,
    /// When to try again, where waiting helps.
    pub retry_after: Option<Duration>,
    /// For the log alone.
    cause: Option<Cause>,
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// A failure that its code says fully.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, fields: Vec::new(), retry_after: None, cause: None }
    }

    /// The same, with the places that it is about.
    #[must_use]
    pub fn pointing_at(self, fields: Vec<FieldError>) -> Self {
        Self { fields, ..self }
    }

    /// The body was readable but not acceptable.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Code::ValidationFailed) }
    }

    /// A part of the path, the query or the headers is not acceptable.
    #[must_use]
    pub fn parameter(pointer: &str, code: &'static str, detail: &str) -> Self {
        Self { fields: vec![FieldError::new(pointer, code, detail)], ..Self::new(Code::InvalidParameter) }
    }

    /// No such thing, or not the caller's: the two look alike.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// The service cannot do it now; worth trying again after `wait`.
    #[must_use]
    pub fn unavailable(wait: Duration) -> Self {
        Self::new(Code::Unavailable).retry_after(wait)
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// Something that must not happen did; `cause` reaches the log and nobody else.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(Code::Internal) }
    }

    /// The same failure of a part that stands at `pointer` in a larger body.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        for field in &mut self.fields {
            field.pointer.insert_str(0, pointer);
        }
        self
    }

    /// The same failure where what was asked for stands in the query and not in a body.
    #[must_use]
    pub fn in_query(mut self) -> Self {
        if self.code == Code::ValidationFailed {
            self.code = Code::InvalidParameter;
            for field in &mut self.fields {
                field.pointer = field.pointer.replacen('/', "?", 1);
            }
        }
        self
    }

    /// Adds what the log should know.
    #[must_use]
    pub fn caused_by(self, cause: impl Into<Cause>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// What the log may say of it.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync)> {
        self.cause.as_deref()
    }

    /// The same as a text for a line of the log; empty where there is no cause.
    #[must_use]
    pub fn cause_text(&self) -> String {
        self.cause().map(ToString::to_string).unwrap_or_default()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.code)
    }
}

impl std::error::Error for Error {}
