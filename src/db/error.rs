//! Diesel's errors in the kernel's words; a constraint is known by its name.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as Diesel};

use crate::kernel::{Code, Error};

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::NotFound => Self::not_found(),
            Diesel::BrokenTransactionManager => retry_later(&error),
            Diesel::DatabaseError(kind, _) => match kind {
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::ReadOnlyTransaction => retry_later(&error),
                DatabaseErrorKind::UniqueViolation => Self::new(Code::IdConflict),
                DatabaseErrorKind::ForeignKeyViolation => Self::not_found(),
                _ => database_failure(&error),
            },
            _ => database_failure(&error),
        }
    }
}

fn retry_later(error: &Diesel) -> Error {
    Error::unavailable(Duration::from_secs(1)).caused_by(redacted(error))
}

fn database_failure(error: &Diesel) -> Error {
    // These are worth a second try, not a bug report; a server that is going away answers with messages of its own.
    let text = error.to_string();
    let passing = [
        "terminating connection",
        "the database system is",
        "server closed the connection",
        "no connection to the server",
        "connection to server",
        // How a connection ends that is cut on the way.
        "could not receive data from server",
        "could not send data to server",
        // Nothing was written, and somebody is about to make room: the disk of the server is full.
        "No space left on device",
        // Two requests waited for each other and the server ended this one; nothing was written.
        "deadlock detected",
        "statement timeout",
    ];
    if passing.iter().any(|sign| text.contains(sign)) {
        return retry_later(error);
    }
    Error::internal(redacted(error))
}

/// What the log may know: the kind of failure and the names of table and constraint, never a message that could carry a value.
fn redacted(error: &Diesel) -> String {
    match error {
        Diesel::DatabaseError(kind, info) => {
            format!("{kind:?} table={} constraint={}", info.table_name().unwrap_or("-"), info.constraint_name().unwrap_or("-"))
        }
        Diesel::DeserializationError(_) => "a stored value could not be read".to_owned(),
        Diesel::SerializationError(_) => "a value could not be written".to_owned(),
        other => format!("{:?}", std::mem::discriminant(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(message: &str) -> Error {
        Diesel::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())).into()
    }

    #[test]
    fn what_passes_by_itself_is_answered_with_come_back() {
        for message in [
            "could not extend file \"base/16385/16441\": No space left on device",
            "could not receive data from server: Connection reset by peer",
            "terminating connection due to administrator command",
            "canceling statement due to statement timeout",
        ] {
            let error = unknown(message);
            assert!(error.code == Code::Unavailable && error.retry_after.is_some(), "{message}");
        }
    }

    #[test]
    fn what_does_not_pass_by_itself_is_a_fault_of_ours() {
        assert_eq!(unknown("column \"mood\" does not exist").code, Code::Internal);
    }
}
