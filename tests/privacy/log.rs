//! What this process logs, listened to at the most talkative level and searched.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tracing_subscriber::fmt::format::FmtSpan;

use super::planted::WORD;

/// Everything that was logged in this process, at the most talkative level, by our code and by the libraries'.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub fn listen() -> (Self, MutexGuard<'static, ()>) {
        static LOG: OnceLock<Log> = OnceLock::new();
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let log = LOG.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .init();
            log
        });
        log.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
        (log.clone(), turn)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// None of the secrets was logged, however it is written.
    #[track_caller]
    pub fn is_silent_about(&self, secrets: &[String]) {
        let text = self.text();
        for secret in secrets.iter().map(String::as_str).chain([WORD]) {
            assert!(secret.len() > 5, "{secret:?} is too short to search for");
            let line = text.lines().find(|line| line.to_lowercase().contains(&secret.to_lowercase()));
            assert_eq!(line, None, "logged {secret:?}");
        }
    }
}
