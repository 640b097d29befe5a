//! Records over HTTP: a file a kind, all in the manner of interactions.
//!
//! A record is settled by a PATCH: to say what became of it is to change it, and the version that was read is named as for any change.

mod each;
mod needs;
mod plans;
mod promises;
mod repairs;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig) {
    promises::routes(config);
    plans::routes(config);
    needs::routes(config);
    repairs::routes(config);
}
