//! The words of a greeting.

/// "Hello, Ada!" for "Ada".
pub fn greeting(name: &str) -> String {
    format!("Hello, {}!", name.trim())
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_trimmed() {
        assert_eq!(super::greeting(" Ada "), "Hello, Ada!");
    }
}
