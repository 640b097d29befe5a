//! Who may read the metrics, and where traces go.

use super::{Mode, Secret, Vars, weak};

/// The samplers of the OpenTelemetry SDK, and whether each takes a ratio.
const SAMPLERS: [(&str, bool); 6] = [
    ("always_on", false),
    ("always_off", false),
    ("traceidratio", true),
    ("parentbased_always_on", false),
    ("parentbased_always_off", false),
    ("parentbased_traceidratio", true),
];

/// That traces are wanted. Their details are standard variables (`OTEL_*`), which the OpenTelemetry SDK reads itself; those whose mistakes
/// it would pass over are checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traces {
    /// What the service is called there; nothing where `OTEL_RESOURCE_ATTRIBUTES` says it.
    pub service_name: Option<String>,
}

impl Vars<'_> {
    pub(super) fn metrics_token(&mut self, mode: Mode) -> Option<Secret> {
        const NAME: &str = "RECIPROCITY_METRICS_TOKEN";
        let token = self.get(NAME)?;
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.wrong.push(format!("  {NAME}: must be of printable ASCII without spaces, as it is sent in a header"));
        } else if mode == Mode::Production && weak::is_weak_code(&token) {
            self.wrong.push(format!("  {NAME}: is too easy to guess; make one with: openssl rand -hex 32"));
        }
        Some(Secret::new(token))
    }

    /// Traces are off until somebody says where they go (OpenTelemetry, "Environment Variable Specification" and "OTLP Exporter").
    pub(super) fn traces(&mut self) -> Option<Traces> {
        let disabled = self.choice("OTEL_SDK_DISABLED", false, &[("true", true), ("false", false)]);
        let exporter = self.choice("OTEL_TRACES_EXPORTER", true, &[("otlp", true), ("none", false)]);
        let names = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
        let said: Vec<(&str, String)> = names.into_iter().filter_map(|name| Some((name, (self.lookup)(name)?))).collect();
        let said: Vec<_> = said.into_iter().filter(|(_, address)| !address.is_empty()).collect();
        if disabled || !exporter || said.is_empty() {
            return None;
        }
        for (name, address) in said {
            let host = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
            if host.is_none_or(|host| host.is_empty() || host.contains(['@', ' ', '?', '#'])) {
                self.wrong.push(format!("  {name}: must be an address such as http://collector:4318"));
            }
        }
        self.protocol();
        self.sampler();
        if !cfg!(feature = "otel") {
            self.wrong.push("  OTEL_EXPORTER_OTLP_ENDPOINT: this program was built without traces (feature otel)".to_owned());
        }
        let attributes = (self.lookup)("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
        let elsewhere = attributes.split(',').any(|attribute| attribute.trim_start().starts_with("service.name="));
        let said = (self.lookup)("OTEL_SERVICE_NAME").filter(|name| !name.is_empty());
        Some(Traces { service_name: said.or_else(|| (!elsewhere).then(|| "reciprocity".to_owned())) })
    }

    fn protocol(&mut self) {
        for name in ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] {
            self.choice(name, (), &[("http/protobuf", ())]);
        }
    }

    fn sampler(&mut self) {
        let choices = SAMPLERS.map(|(name, ratio)| (name, ratio));
        let takes_ratio = self.choice("OTEL_TRACES_SAMPLER", false, &choices);
        if takes_ratio {
            let ratio = self.parsed("OTEL_TRACES_SAMPLER_ARG", f64::NAN, "a share from 0 to 1");
            if !(0.0..=1.0).contains(&ratio) {
                self.wrong.push("  OTEL_TRACES_SAMPLER_ARG: must be a share from 0 to 1 with this sampler".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn read(vars: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let find = |name: &str| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::from_lookup(&|name| find(name).or_else(|| (name == "HOME").then(|| "/home/sam".to_owned())), false).map_err(|wrong| wrong.0)
    }

    #[cfg(feature = "otel")]
    #[test]
    fn nothing_is_served_and_nothing_sent_until_it_is_said() {
        let config = read(&[]).unwrap();
        assert!(config.metrics_token.is_none() && config.traces.is_none());
        let off = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"), ("OTEL_SDK_DISABLED", "true")];
        assert_eq!(read(&off).unwrap().traces, None);
        assert_eq!(read(&[off[0], ("OTEL_TRACES_EXPORTER", "none")]).unwrap().traces, None);
        let on = |more: &[(&str, &str)]| read(&[&off[..1], more].concat()).unwrap().traces.unwrap().service_name;
        assert_eq!(on(&[]).as_deref(), Some("reciprocity"));
        assert_eq!(on(&[("OTEL_SERVICE_NAME", "api")]).as_deref(), Some("api"));
        assert_eq!(on(&[("OTEL_RESOURCE_ATTRIBUTES", "a=b,service.name=api")]), None);
    }

    #[test]
    fn a_token_that_fits_in_no_header_is_refused_and_not_repeated() {
        let wrong = read(&[("RECIPROCITY_METRICS_TOKEN", "two words")]).unwrap_err().join("");
        assert!(wrong.contains("RECIPROCITY_METRICS_TOKEN") && !wrong.contains("two words"), "{wrong}");
    }

    #[cfg(feature = "otel")]
    #[test]
    fn what_the_sdk_would_pass_over_is_refused_by_name() {
        let on = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example.org:4318");
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://sam:secret@collector"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
        ] {
            let wrong = read(&[on, (name, value)]).unwrap_err();
            assert!(wrong.len() == 1 && wrong[0].starts_with(&format!("  {name}")), "{name}={value}: {wrong:?}");
            assert!(!wrong[0].contains("secret"));
        }
        assert!(read(&[on, ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.1")]).is_ok());
        assert!(read(&[on, ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "2")]).is_err());
    }

    #[cfg(not(feature = "otel"))]
    #[test]
    fn a_program_without_traces_refuses_to_be_asked_for_them() {
        let wrong = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")]).unwrap_err().join("");
        assert!(wrong.contains("built without traces"), "{wrong}");
    }
}
