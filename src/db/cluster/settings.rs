//! The settings the private server runs with, given on its command line so that they hold at every start.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use super::plan::GuardPlan;
use super::socket::PORT;

/// Who may connect is the business of the socket's folder and of the operating system; nothing listens on a network.
/// The log tells of starts, stops and crashes alone: a statement's error, its detail and its parameters may repeat
/// what people wrote, so no level below LOG is written, nor any detail.
const ALWAYS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "log_destination=stderr",
    "logging_collector=off",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_statement=none",
    "log_min_duration_statement=-1",
    "log_min_duration_sample=-1",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_timezone=UTC",
    "timezone=UTC",
    "lc_messages=C",
    "cluster_name=reciprocity",
    "ssl=off",
    // Statements are short; compiling them costs more than it saves.
    "jit=off",
];

/// The embedded database is as durable as any Postgres.
const KEPT: &[&str] = &["fsync=on", "full_page_writes=on", "synchronous_commit=on", "max_connections=64", "shared_buffers=128MB"];

/// A test's database need not survive the test.
const THROWAWAY: &[&str] = &["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200", "shared_buffers=64MB"];

/// The arguments of the `postgres` program.
pub(super) fn server_args(plan: &GuardPlan) -> Vec<OsString> {
    let mut args = vec!["-D".into(), plan.cluster.clone().into_os_string()];
    let mut set = |setting: OsString| args.extend([OsString::from("-c"), setting]);
    set(socket_setting(&plan.socket));
    set(format!("port={PORT}").into());
    let durability = if plan.throwaway { THROWAWAY } else { KEPT };
    for setting in ALWAYS.iter().chain(durability) {
        set(setting.into());
    }
    args
}

/// The value is a list of folders; quoting keeps commas and spaces in a path from ending it.
fn socket_setting(folder: &Path) -> OsString {
    let mut value = b"unix_socket_directories=\"".to_vec();
    for byte in OsStr::as_bytes(folder.as_os_str()) {
        if *byte == b'"' {
            value.push(b'"');
        }
        value.push(*byte);
    }
    value.push(b'"');
    OsString::from_vec(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_cluster_is_durable_and_closed_to_the_network() {
        for setting in ["fsync=on", "full_page_writes=on", "synchronous_commit=on"] {
            assert!(KEPT.contains(&setting));
        }
        assert!(ALWAYS.contains(&"listen_addresses="));
    }

    #[test]
    fn a_folder_with_quotes_and_commas_stays_one_folder() {
        assert_eq!(socket_setting(Path::new("/a, \"b\"/c")), "unix_socket_directories=\"/a, \"\"b\"\"/c\"");
    }
}
