//! A QuestionnaireResponse as it comes in: which elements are read, which are let pass, which are refused.
//!
//! Read are those that say something of the answers. Let pass, and not kept, are those that R4 allows anywhere and that change nothing
//! (`meta`, `text`, labels, extensions of others). Refused is everything else: what would have to be kept to be true (`subject`, `author`),
//! what may turn the meaning round (`modifierExtension`, `implicitRules`), and what R4 does not know.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::api::body::{Resource, present};

/// The one type that is taken.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum ResourceType {
    QuestionnaireResponse,
}

/// How far it is. R4 knows more; what they say of a response has no counterpart here.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncomingStatus {
    InProgress,
    Completed,
}

/// A QuestionnaireResponse that was sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncomingResponse {
    #[expect(dead_code, reason = "it is right, or reading it fails")]
    resource_type: ResourceType,
    /// The server's to give (FHIR R4, section 3.1.0.8): a client names a response by `identifier`.
    #[serde(default, rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(default, rename = "meta")]
    _meta: Option<IgnoredAny>,
    #[serde(default, rename = "language")]
    _language: Option<IgnoredAny>,
    #[serde(default, rename = "_language")]
    _language_beside: Option<IgnoredAny>,
    #[serde(default, rename = "text")]
    _text: Option<IgnoredAny>,
    #[serde(default)]
    pub extension: Vec<IncomingExtension>,
    #[serde(default)]
    pub modifier_extension: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    pub identifier: Option<IncomingIdentifier>,
    pub questionnaire: String,
    #[serde(default, rename = "_questionnaire")]
    _questionnaire_beside: Option<IgnoredAny>,
    pub status: IncomingStatus,
    #[serde(default, rename = "_status")]
    _status_beside: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    pub authored: Option<String>,
    #[serde(default, rename = "_authored")]
    _authored_beside: Option<IgnoredAny>,
    #[serde(default)]
    pub item: Vec<IncomingItem>,
}

/// A question that was shown, and what was answered to it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncomingItem {
    #[serde(default, rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(default, rename = "extension")]
    _extension: Option<IgnoredAny>,
    #[serde(default)]
    pub modifier_extension: Vec<IgnoredAny>,
    pub link_id: String,
    #[serde(default, rename = "_linkId")]
    _link_id_beside: Option<IgnoredAny>,
    #[serde(default, rename = "definition")]
    _definition: Option<IgnoredAny>,
    #[serde(default, rename = "_definition")]
    _definition_beside: Option<IgnoredAny>,
    #[serde(default, rename = "text")]
    _text: Option<IgnoredAny>,
    #[serde(default, rename = "_text")]
    _text_beside: Option<IgnoredAny>,
    #[serde(default)]
    pub answer: Vec<IncomingAnswer>,
    /// No question here stands below another.
    #[serde(default)]
    pub item: Vec<IgnoredAny>,
}

/// A code, or why there is none.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncomingAnswer {
    #[serde(default, rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(default)]
    pub extension: Vec<IncomingExtension>,
    #[serde(default)]
    pub modifier_extension: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    pub value_coding: Option<IncomingCoding>,
    #[serde(default)]
    pub item: Vec<IgnoredAny>,
}

/// A code of a system. Its label may be in any language, so it is not compared.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncomingCoding {
    #[serde(default, rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(default, rename = "extension")]
    _extension: Option<IgnoredAny>,
    pub system: String,
    #[serde(default, rename = "_system")]
    _system_beside: Option<IgnoredAny>,
    #[serde(default, rename = "version")]
    _version: Option<IgnoredAny>,
    pub code: String,
    #[serde(default, rename = "_code")]
    _code_beside: Option<IgnoredAny>,
    #[serde(default, rename = "display")]
    _display: Option<IgnoredAny>,
    #[serde(default, rename = "_display")]
    _display_beside: Option<IgnoredAny>,
    #[serde(default, rename = "userSelected")]
    _user_selected: Option<IgnoredAny>,
}

/// Something that the base does not have. Those of others are let pass, whatever they hold.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncomingExtension {
    pub url: String,
    #[serde(default, deserialize_with = "present")]
    pub value_code: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub value_date: Option<String>,
}

/// By which name the client knows the response.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncomingIdentifier {
    #[serde(default, rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(default, rename = "extension")]
    _extension: Option<IgnoredAny>,
    #[serde(default, rename = "use")]
    _use: Option<IgnoredAny>,
    #[serde(default, rename = "type")]
    _type: Option<IgnoredAny>,
    #[serde(default, rename = "period")]
    _period: Option<IgnoredAny>,
    pub system: String,
    pub value: String,
}

impl Resource for IncomingResponse {
    const TYPE: &'static str = "QuestionnaireResponse";
}
