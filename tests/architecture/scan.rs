//! Finds what a source file names: every `use`, every path in code and macros, resolved to where it leads.
//!
//! It reads tokens, so comments and strings do not count and a path inside a macro does. It knows no types: a name that
//! comes in by a glob import is judged where the glob is.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// A module's place: `["db", "cluster"]` is `crate::db::cluster`, nothing is the crate itself.
pub type Module = Vec<String>;

/// One source file.
pub struct File {
    /// From the repository's root, such as `src/db/mod.rs`.
    pub name: String,
    pub module: Module,
    pub text: String,
}

/// Something that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub line: usize,
    pub target: Target,
    /// Named by test code, which may also use the test libraries.
    pub in_test: bool,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into this crate: the segments after `crate`.
    Inside(Vec<String>),
    /// Into another crate: its name first.
    Outside(Vec<String>),
}

/// What there is to be named: this crate's modules and the other crates.
pub struct Names {
    pub modules: BTreeSet<Module>,
    pub crates: BTreeSet<String>,
}

/// The module of a file: `src/db/mod.rs` is `db`, `src/db/error.rs` is `db::error`, `src/lib.rs` the crate.
pub fn module_of(name: &str) -> Module {
    let path = name.strip_prefix("src/").unwrap_or(name).trim_end_matches(".rs");
    let mut parts: Module = path.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") || matches!(path, "lib" | "main") {
        parts.pop();
    }
    parts
}

/// Everything that `file` names in this crate and in others.
pub fn references(file: &File, names: &Names) -> Vec<Reference> {
    let tokens: TokenStream = file.text.parse().unwrap_or_else(|why| panic!("{} cannot be read: {why}", file.name));
    let mut walk = Walk { names, paths: Vec::new() };
    let in_test = file.module.iter().any(|part| part == "tests" || part.ends_with("_tests"));
    walk.tokens(&tokens.into_iter().collect::<Vec<_>>(), &file.module, in_test);
    let imported: BTreeMap<String, Path> =
        walk.paths.iter().filter(|path| path.imports.is_some()).map(|path| (path.imports.clone().unwrap(), path.clone())).collect();
    walk.paths.iter().filter_map(|path| walk.resolve(path, &imported)).collect()
}

/// A path as written.
#[derive(Clone, Debug)]
struct Path {
    segments: Vec<String>,
    /// The name a `use` brings in.
    imports: Option<String>,
    module: Module,
    line: usize,
    in_test: bool,
}

struct Walk<'a> {
    names: &'a Names,
    paths: Vec<Path>,
}

impl Walk<'_> {
    fn tokens(&mut self, tokens: &[TokenTree], module: &Module, in_test: bool) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => self.tokens(&inner(group), module, in_test),
                TokenTree::Ident(word) if word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) = (tokens.get(at), tokens.get(at + 1)) {
                        let child = [module.as_slice(), &[name.to_string()]].concat();
                        self.tokens(&inner(body), &child, in_test || name == "tests");
                        at += 2;
                    }
                }
                TokenTree::Ident(word) if word == "use" => {
                    at = self.path(tokens, skip_colons(tokens, at), &[], true, module, in_test);
                }
                TokenTree::Ident(_) if !after_dot(tokens, at - 1) => {
                    at = self.path(tokens, at - 1, &[], false, module, in_test);
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Reads the path (in a `use`, the tree) that starts at `at`; gives back where it ends.
    fn path(&mut self, tokens: &[TokenTree], mut at: usize, prefix: &[String], is_use: bool, module: &Module, in_test: bool) -> usize {
        let mut segments = prefix.to_vec();
        let mut line = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Ident(word) => {
                    line = word.span().start().line;
                    segments.push(word.to_string());
                }
                TokenTree::Punct(star) if is_use && star.as_char() == '*' => {
                    line = star.span().start().line;
                    segments.push("*".to_owned());
                }
                TokenTree::Group(group) if is_use && group.delimiter() == Delimiter::Brace => {
                    for branch in inner(group).split(is_comma) {
                        self.path(branch, skip_colons(branch, 0), &segments, true, module, in_test);
                    }
                    return at + 1;
                }
                TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => break,
            }
            at += 1;
            if !is_colons(tokens, at) {
                break;
            }
            at += 2;
        }
        if segments.len() > prefix.len() {
            let imports = is_use.then(|| alias(tokens, at).unwrap_or_else(|| last_name(&segments)));
            self.paths.push(Path { segments, imports, module: module.clone(), line, in_test });
        }
        at
    }

    fn resolve(&self, path: &Path, imported: &BTreeMap<String, Path>) -> Option<Reference> {
        if path.segments.len() < 2 && path.imports.is_none() {
            return None;
        }
        let target = self.target(&path.segments, &path.module, imported, 0)?;
        Some(Reference { line: path.line, target, in_test: path.in_test })
    }

    fn target(&self, segments: &[String], module: &[String], imported: &BTreeMap<String, Path>, depth: usize) -> Option<Target> {
        let (first, rest) = segments.split_first()?;
        let child = [module, std::slice::from_ref(first)].concat();
        match first.as_str() {
            "crate" => Some(Target::Inside(plain(rest))),
            "self" => Some(Target::Inside(plain(&[module, rest].concat()))),
            "super" => {
                let parent = module.split_last().map_or(&[][..], |(_, parent)| parent);
                match rest.first().map(String::as_str) {
                    Some("super") => self.target(rest, parent, imported, depth),
                    Some(_) | None => Some(Target::Inside(plain(&[parent, rest].concat()))),
                }
            }
            _ if self.names.modules.contains(&child) => Some(Target::Inside(plain(&[module, segments].concat()))),
            name => match imported.get(name).filter(|import| depth < 4 && import.segments != segments) {
                Some(import) if import.segments.len() > 1 => {
                    let whole: Vec<String> = import.segments.iter().filter(|part| *part != "self").chain(rest).cloned().collect();
                    self.target(&whole, &import.module, imported, depth + 1)
                }
                Some(_) | None => self.names.crates.contains(name).then(|| Target::Outside(plain(segments))),
            },
        }
    }
}

/// `a::self` in a use tree is `a`.
fn plain(segments: &[String]) -> Vec<String> {
    segments.iter().filter(|part| *part != "self").cloned().collect()
}

fn inner(group: &proc_macro2::Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => Some(punct.spacing()),
        Some(_) | None => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}

fn skip_colons(tokens: &[TokenTree], at: usize) -> usize {
    if is_colons(tokens, at) { at + 2 } else { at }
}

/// Fields and methods are not paths; a range's end is.
fn after_dot(tokens: &[TokenTree], at: usize) -> bool {
    let dot = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '.');
    at.checked_sub(1).is_some_and(dot) && !at.checked_sub(2).is_some_and(dot)
}

fn alias(tokens: &[TokenTree], at: usize) -> Option<String> {
    match (tokens.get(at), tokens.get(at + 1)) {
        (Some(TokenTree::Ident(word)), Some(TokenTree::Ident(name))) if word == "as" => Some(name.to_string()),
        (_, _) => None,
    }
}

fn last_name(segments: &[String]) -> String {
    let last = segments.iter().rev().find(|part| *part != "self");
    last.cloned().unwrap_or_default()
}

/// The calls `.name(` and `f64::name` in a text, by line; `name` is one of `methods`.
pub fn calls(text: &str, methods: &[&str]) -> Vec<(usize, String)> {
    let tokens: TokenStream = text.parse().unwrap();
    let mut found = Vec::new();
    find_calls(&tokens.into_iter().collect::<Vec<_>>(), methods, &mut found);
    found
}

fn find_calls(tokens: &[TokenTree], methods: &[&str], found: &mut Vec<(usize, String)>) {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => find_calls(&inner(group), methods, found),
            TokenTree::Ident(word) if methods.contains(&word.to_string().as_str()) => {
                let called = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                let of_f64 = at >= 3 && is_colons(tokens, at - 2) && is_float(&tokens[at - 3]);
                if (after_dot(tokens, at) && called) || of_f64 {
                    found.push((Ident::span(word).start().line, word.to_string()));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is_float(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "f64" || word == "f32")
}
