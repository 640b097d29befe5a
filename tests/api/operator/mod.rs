//! An operator's question sets: who may keep them, what becomes of them, and how every instance comes to see them.

mod keeping;
mod processes;
mod serving;
mod tokens;
