//! Tells cargo that the embedded files are part of the program: a new one rebuilds it.

fn main() {
    println!("cargo:rerun-if-changed=content");
    println!("cargo:rerun-if-changed=migrations");
}
