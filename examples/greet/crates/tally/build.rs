//! Compiles src/tally.c for the target. It looks for a C compiler where the `cc` crate does, so
//! that the workspace needs nothing from a registry: CC_<target>, TARGET_CC or CC, else the
//! target's usual prefix, else `cc`.

use std::{env, path::Path, path::PathBuf, process::Command};

fn from_env(tool: &str, target: &str) -> Option<String> {
    let names = [
        format!("{tool}_{target}"),
        format!("{tool}_{}", target.replace('-', "_")),
        format!("TARGET_{tool}"),
    ];
    names.iter().find_map(|name| {
        println!("cargo:rerun-if-env-changed={name}");
        env::var(name).ok()
    })
}

fn prefix(target: &str) -> Option<&'static str> {
    Some(match target {
        "aarch64-unknown-linux-gnu" => "aarch64-linux-gnu",
        "armv7-unknown-linux-gnueabihf" => "arm-linux-gnueabihf",
        "riscv64gc-unknown-linux-gnu" => "riscv64-linux-gnu",
        "i686-unknown-linux-gnu" => "i686-linux-gnu",
        "x86_64-unknown-linux-musl" => "musl",
        "x86_64-pc-windows-gnu" => "x86_64-w64-mingw32",
        _ => return None,
    })
}

fn run(command: &mut Command) {
    match command.status() {
        Ok(status) if status.success() => (),
        Ok(status) => panic!("{command:?} ended with {status}"),
        Err(error) => panic!("failed to find tool {:?}: {error}", command.get_program()),
    }
}

fn main() {
    let target = env::var("TARGET").unwrap();
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    let prefix = if target == env::var("HOST").unwrap() { None } else { prefix(&target) };
    let cc = from_env("CC", &target)
        .unwrap_or_else(|| prefix.map_or("cc".into(), |prefix| format!("{prefix}-gcc")));
    let ar = from_env("AR", &target).unwrap_or_else(|| match prefix {
        Some(prefix) if prefix != "musl" => format!("{prefix}-ar"),
        _ => "ar".into(),
    });
    let object = out.join("tally.o");
    let library = out.join("libgreet_tally.a");

    println!("cargo:rerun-if-changed=src/tally.c");
    let flags = from_env("CFLAGS", &target).unwrap_or_default();
    run(Command::new(cc).args(flags.split_whitespace())
        .args(["-O2", "-fPIC", "-c", "src/tally.c", "-o"]).arg(&object));
    if Path::new(&library).exists() {
        std::fs::remove_file(&library).unwrap();
    }
    run(Command::new(ar).arg("crs").arg(&library).arg(&object));
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=static=greet_tally");
}
