//! Counts letters with a little C, as crates with native parts do.

extern "C" {
    fn greet_tally_letters(text: *const u8, len: usize) -> u32;
}

/// How many ASCII letters `text` has.
pub fn letters(text: &str) -> u32 {
    unsafe { greet_tally_letters(text.as_ptr(), text.len()) }
}
