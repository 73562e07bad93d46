/* probe_crate: texts of a package; the parts that a kind has not are left out.
 *
 * Its C code is compiled by a build script that calls the compiler itself, for the crate that usually
 * does may not be on this machine; what the environment names goes first, as with that crate. */
#include "ready/probe_crate.h"

#include <stdlib.h>
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/targets.h"
#include "rust/workspace.h"
#include "text/toml.h"

static const char program_std[] = "fn main() {\n"
				  "\tcheck();\n"
				  "\tprintln!(\"" PROBE_GREETING "\");\n"
				  "}\n";
static const char program_bare[] =
	"#![no_std]\n#![no_main]\n"
	"#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n"
	"#[no_mangle]\npub extern \"C\" fn _start() -> ! { loop {} }\n"
	"#[no_mangle]\npub extern \"C\" fn efi_main() -> ! { loop {} }\n";
static const char library[] = "#[no_mangle]\npub extern \"C\" fn xtui_probe_library() -> usize {\n"
			      "\tcheck();\n"
			      "\tformat!(\"{:?}\", std::env::args()).len()\n"
			      "}\n";
static const char check_c[] = "extern \"C\" { fn xtui_probe_c(text: *const u8) -> i32; }\n"
			      "fn check() {\n"
			      "\tassert_eq!(unsafe { xtui_probe_c(b\"four\\0\".as_ptr()) }, 4);\n"
			      "}\n";
static const char check_nothing[] = "fn check() {}\n";
/* Letters are asked for as each C library does in its own way: headers of another system are found out. On
 * Windows, where the object stands behind the library, nothing may be asked for. */
static const char c_code[] = "#if defined __wasm__ && !defined __wasi__\n"
			     "#define isalpha(c) ((c) >= 'a' && (c) <= 'z')\n"
			     "#else\n"
			     "#include <ctype.h>\n"
			     "#endif\n"
			     "#ifdef _WIN32\n"
			     "#undef isalpha\n"
			     "#define isalpha(c) ((c) >= 'a' && (c) <= 'z')\n"
			     "#endif\n"
			     "int xtui_probe_c(const char *text)\n"
			     "{\n"
			     "\tint letters = 0;\n"
			     "\tfor (; *text; text++)\n"
			     "\t\tletters += isalpha((unsigned char)*text) != 0;\n"
			     "\treturn letters;\n"
			     "}\n";
static const char build_script_head[] =
	"use std::{env, process::Command};\n"
	"fn first(names: &[String]) -> Option<String> {\n"
	"\tnames.iter().find_map(|n| env::var(n).ok()).filter(|v| !v.is_empty())\n"
	"}\n"
	"fn main() {\n"
	"\tlet target = env::var(\"TARGET\").unwrap();\n"
	"\tlet under = target.replace(['-', '.'], \"_\");\n"
	"\tlet side = if env::var(\"HOST\").unwrap() == target { \"HOST\" } else { \"TARGET\" };\n"
	"\tlet of = |name: &str| first(&[format!(\"{name}_{target}\"), "
	"format!(\"{name}_{under}\"),\n"
	"\t\tformat!(\"{side}_{name}\"), name.to_string()]);\n"
	"\tlet object = format!(\"{}/probe.o\", env::var(\"OUT_DIR\").unwrap());\n";
static const char build_script_tail[] =
	"\tlet named = of(\"CC\");\n"
	"\tlet mut words = named.iter().flat_map(|w| w.split_whitespace());\n"
	"\tlet mut cc = Command::new(words.next().unwrap_or(CC));\n"
	"\tcc.args(words);\n"
	"\tif named.is_none() {\n"
	"\t\tcc.args(FLAGS);\n"
	"\t}\n"
	"\tcc.args(of(\"CFLAGS\").iter().flat_map(|f| f.split_whitespace()));\n"
	"\tif !target.contains(\"windows\") && !target.starts_with(\"wasm\") {\n"
	"\t\tcc.arg(\"-fPIC\");\n"
	"\t}\n"
	"\tlet status = cc.args([\"-c\", \"probe.c\", \"-o\", &object]).status();\n"
	"\tif !status.map(|s| s.success()).unwrap_or(false) {\n"
	"\t\teprintln!(\"error: the C compiler failed: {cc:?}\");\n"
	"\t\tstd::process::exit(1);\n"
	"\t}\n"
	"\tprintln!(\"cargo:rustc-link-arg={object}\");\n"
	"}\n";

/* -- which kind ------------------------------------------------------------------------------ */

static bool
builds(const struct workspace *ws, const char *kind)
{
	for (size_t i = 0; i < ws->package_count; i++)
		for (size_t k = 0; k < ws->packages[i].target_count; k++)
			if (text_is(ws->packages[i].targets[k].kind, kind))
				return true;
	return false;
}

/* The compiler that a crate's C code would get, where some crate has such. */
static const struct need *
needed_cc(const struct target_state *state)
{
	for (size_t i = 0; i < state->need_count; i++) {
		const struct need *n = &state->needs[i];

		if (n->kind == NEED_CC && n->state == NEED_FOUND && !n->optional)
			return n;
	}
	return NULL;
}

struct probe_crate
probe_crate_for(const struct survey *s, const struct target *t)
{
	const struct target_state *state = &s->states[t - s->targets->items];
	const struct workspace *ws = s->workspace;
	const struct need *cc = needed_cc(state);
	bool can_be_cdylib = t->has_std && t->dynamic_linking && !t->crt_static_default;
	static const char *const no_flags[] = { NULL };
	struct probe_crate c = { .has_std = t->has_std, .is_program = true, .cflags = no_flags };

	c.is_cdylib = ws && can_be_cdylib && builds(ws, "cdylib");
	if (c.is_cdylib && !builds(ws, "bin"))
		c.is_program = false;
	/* zig is its own C compiler, and tells so by the environment. */
	if (t->has_std && text_is(state->backend, "zig") && ws && ws->has_c_code) {
		c.cc = "cc";
	} else if (t->has_std && cc) {
		c.cc = cc->path ? cc->path : cc->name;
		c.cflags = state->cflags;
	}
	return c;
}

/* -- writing --------------------------------------------------------------------------------- */

static bool
write(const char *dir, const char *name, const struct str *text, struct err *err)
{
	char *path = path_join(dir, name);
	bool ok = file_write(path, str_span(text), err);

	free(path);
	return ok;
}

static bool
write_manifest(const struct probe_crate *c, const char *dir, struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	str_append(&text,
		"[package]\nname = \"xtui-probe\"\nversion = \"0.0.0\"\n"
		"edition = \"2021\"\n[workspace]\n");
	if (!c->has_std)
		str_append(&text, "[profile.dev]\npanic = \"abort\"\n");
	if (c->is_cdylib)
		str_append(&text, "[lib]\ncrate-type = [\"cdylib\"]\n");
	ok = write(dir, "Cargo.toml", &text, err);
	str_fini(&text);
	return ok;
}

static bool
write_source(const struct probe_crate *c, const char *dir, const char *name, const char *body,
	struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	if (c->has_std)
		str_append(&text, c->cc ? check_c : check_nothing);
	str_append(&text, body);
	ok = write(dir, name, &text, err);
	str_fini(&text);
	return ok;
}

static bool
write_c(const struct probe_crate *c, const char *dir, struct err *err)
{
	struct str script = STR_INIT, code = STR_INIT;
	bool ok;

	str_append(&script, "const CC: &str = ");
	toml_quote(&script, span_of(c->cc)); /* Rust's strings are written alike */
	str_append(&script, ";\nconst FLAGS: &[&str] = &[");
	for (size_t i = 0; c->cflags[i]; i++) {
		str_append(&script, i ? ", " : "");
		toml_quote(&script, span_of(c->cflags[i]));
	}
	str_append(&script, "];\n");
	str_append(&script, build_script_head);
	str_append(&script, build_script_tail);
	str_append(&code, c_code);
	ok = write(dir, "build.rs", &script, err) && write(dir, "probe.c", &code, err);
	str_fini(&code);
	str_fini(&script);
	return ok;
}

bool
probe_crate_write(const struct probe_crate *c, const char *dir, struct err *err)
{
	return write_manifest(c, dir, err) &&
		(!c->is_program ||
			write_source(c, dir, "src/main.rs", c->has_std ? program_std : program_bare,
				err)) &&
		(!c->is_cdylib || write_source(c, dir, "src/lib.rs", library, err)) &&
		(!c->cc || write_c(c, dir, err));
}
