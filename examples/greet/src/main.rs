//! greet: says hello to every name on its command line, and counts the letters in C.

use greet_words::greeting;

fn main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let names = if names.is_empty() { vec!["world".to_string()] } else { names };

    for name in &names {
        println!("{}", greeting(name));
    }
    let letters: u32 = names.iter().map(|name| greet_tally::letters(name)).sum();
    println!("{letters} letters, on {} {}", std::env::consts::ARCH, std::env::consts::OS);
}
