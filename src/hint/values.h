/* values: what the placeholders of a rule's texts stand for, in one hint.
 *
 *   {name}             a capture of the rule's patterns; target, host, linker, backend also without
 *   {target.arch}      also .os .env, .upper (as in CARGO_TARGET_<T>_LINKER), .under (as in CC_<t>),
 *                      .gcc (the cross gcc to look for), .gnu
 *                      (the prefix of its tools), .debian (Debian's name of the architecture)
 *   {em_name}          the machine that the capture `em` numbers
 *   {base:X}           the last part of a path, without ".exe"
 *   {package:X}        what brings the program X here
 *   {nearest:X}        the target of Rust's that the value X most likely means
 */
#pragma once
#include "base/arena.h"
#include "hint/facts.h"
#include "hint/ruleset.h"
#include "hint/template.h"
#include "host/packages.h"

struct capture {
	const char *name;
	const char *value;
};

struct values {
	const char *facts[FACT_VALUES]; /* NULL unknown */
	const struct capture *captures;
	size_t capture_count;
	enum package_manager packages;
	const struct tool_index *tools; /* of this machine; NULL: not looked */
	const struct backends *backends;
};

struct template_source values_source(const struct values *v); /* borrows v */
/* The package manager of a distribution ("fedora"); of this machine for NULL and unknown ones. */
enum package_manager
values_package_manager(const char *distribution, const struct tool_index *tools);
bool scope_is_empty(const struct rule_scope *s);
/* Whether everything the scope names is known and fits. */
bool scope_fits(const struct rule_scope *s, const char *const *facts);
