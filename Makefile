# xtui: `make` builds build/xtui and build/xtui-rustc; `make help` lists the rest.
#
#   BUILD=dir     where everything is made (build)
#   ROOMS="..."   folders of src/ in the library; fewer for work on one room alone
#   CC, OPT, HARDEN, DESTDIR, PREFIX as usual

VERSION = 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
ROOMS ?= base text io host rust ready artifact hint plan build export cli
OPT ?= -O2 -g
HARDEN ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE

# library=Debian package, for the message when one is missing
NEEDED = libuv=libuv1-dev libcjson=libcjson-dev libpcre2-8=libpcre2-dev ncursesw=libncurses-dev sqlite3=libsqlite3-dev
# Only some commands use these, and loading them costs 4 ms at every start: io/library opens them when
# they are first called.
LOADED_LATE = libcurl=libcurl4-openssl-dev libarchive=libarchive-dev libcrypto=libssl-dev
NEEDED_BY_TESTS = cmocka=libcmocka-dev vterm=libvterm-dev
names = $(foreach n,$1,$(firstword $(subst =, ,$n)))
missing = $(foreach n,$1,$(shell pkg-config --exists $(firstword $(subst =, ,$n)) || echo $(lastword $(subst =, ,$n))))

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
CPPFLAGS += -I. -Isrc -D_GNU_SOURCE -DXTUI_VERSION='"$(VERSION)"' \
	$(shell pkg-config --cflags $(call names,$(NEEDED) $(LOADED_LATE)) 2>/dev/null)
CFLAGS += -std=c17 $(OPT) $(WARN) $(HARDEN)
HARDEN_LINK = -pie -Wl,-z,relro,-z,now
LDFLAGS += $(if $(HARDEN),$(HARDEN_LINK))
LIBS = $(shell pkg-config --libs $(call names,$(NEEDED)) 2>/dev/null) -ldl -lm
TEST_LIBS = -lcmocka -lvterm -lutil

SRC = $(filter-out src/cli/main.c,$(wildcard $(ROOMS:%=src/%/*.c)))
UI = $(wildcard ui/*.c)
OBJ = $(SRC:%.c=$(BUILD)/%.o) $(BUILD)/gen/data.o
UIOBJ = $(UI:%.c=$(BUILD)/%.o)
DATA = $(sort $(wildcard data/*.toml data/*.json data/hints/*.toml themes/*.toml))

UNIT = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
PTY = $(patsubst tests/pty/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/pty/test_*.c)))
E2E = $(patsubst tests/e2e/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/e2e/test_*.c)))
BENCH = $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/*.c)))
TOOLS = $(patsubst tests/tools/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/tools/*.c)))
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SECONDS ?= 60
INSTRUMENT = CC=clang OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer" HARDEN=
SANITIZE = OPT="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" HARDEN=

all: check-libraries $(BUILD)/xtui $(BUILD)/xtui-rustc ## the program and its shim (default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

check-libraries:
	@missing="$(strip $(call missing,$(NEEDED) $(LOADED_LATE)))"; [ -z "$$missing" ] || \
		{ echo "make: libraries are missing; on Debian: apt-get install $$missing" >&2; exit 1; }
check-test-libraries: check-libraries
	@missing="$(strip $(call missing,$(NEEDED_BY_TESTS)))"; [ -z "$$missing" ] || \
		{ echo "make: the tests need: apt-get install $$missing" >&2; exit 1; }

# ---- objects and programs ----------------------------------------------------------------------

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tools/embed: tools/embed.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -O1 -o $@ $<
$(BUILD)/gen/data.c: $(BUILD)/tools/embed $(DATA)
	@mkdir -p $(@D)
	@echo "  EMBED   data themes"
	@$(BUILD)/tools/embed $(DATA) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/data.o: $(BUILD)/gen/data.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/libxtui.a: $(OBJ)
	@rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/libui.a: $(UIOBJ)
	@rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/xtui: $(BUILD)/src/cli/main.o $(BUILD)/libui.a $(BUILD)/libxtui.a
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/xtui-rustc: $(BUILD)/shim/xtui-rustc.o
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

# ---- tests -------------------------------------------------------------------------------------

UI_TEST_LIB = $(if $(filter cli,$(ROOMS))$(UI_TESTS),$(BUILD)/libui.a)
define test_rule
$(BUILD)/tests/%: tests/$1/%.c $$(UI_TEST_LIB) $(BUILD)/libxtui.a $2
	@mkdir -p $$(@D)
	@echo "  TEST    $$<"
	@$$(CC) $$(CPPFLAGS) -Itests $$(CFLAGS) $$(LDFLAGS) -MMD -MP -o $$@ $$< $2 $$(UI_TEST_LIB) $(BUILD)/libxtui.a \
		$$(LIBS) $$(TEST_LIBS)
endef
$(eval $(call test_rule,unit,$(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/unit/help_*.c))))
$(eval $(call test_rule,pty,$(BUILD)/libpty.a))
$(eval $(call test_rule,e2e,$(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/e2e/bench_*.c))))
$(eval $(call test_rule,tools))
$(eval $(call test_rule,fuzz))
$(FUZZERS): LDFLAGS += -fsanitize=fuzzer
$(BUILD)/tests/pty/%.o $(BUILD)/tests/e2e/%.o $(BUILD)/tests/unit/%.o: CPPFLAGS += -Itests
$(BUILD)/tests/toml-decode: $(BUILD)/tests/toml_decode
	@cp $< $@
$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/libxtui.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libxtui.a $(LIBS) -lvterm -lutil

# An archive: a test that has no use for the demo's screens is not linked with them.
$(BUILD)/libpty.a: $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/pty/pty*.c))
	@rm -f $@ && $(AR) rcs $@ $^

TEST_PROGRAMS = $(BUILD)/xtui $(BUILD)/xtui-rustc $(UNIT) $(PTY) $(E2E) $(TOOLS) $(BUILD)/tests/toml-decode
test-programs: check-test-libraries $(TEST_PROGRAMS) $(BENCH)
fixtures: ## real Rust toolchains, tools, a mirror of FreeBSD and a container for the end-to-end tests
	@for make in rust tools sccache freebsd cross linters; do bash tests/fixture/$$make.sh build/fixture || \
		echo "  SKIP    fixture $$make: its tests are skipped by name"; done

test: test-programs fixtures ## every test but lint and sanitizers
	@bash tests/run.sh $(BUILD) $(UNIT) $(PTY) $(E2E)
test-unit: test-programs
	@bash tests/run.sh $(BUILD) $(UNIT)
test-pty: test-programs
	@bash tests/run.sh $(BUILD) $(PTY)
test-e2e: test-programs fixtures
	@bash tests/run.sh $(BUILD) $(E2E)
asan: ## the unit and terminal tests under ASan, UBSan and LSan
	@$(MAKE) --no-print-directory BUILD=build/asan $(SANITIZE) asan-tests
asan-tests: test-programs
	@bash tests/run.sh $(BUILD) $(UNIT) $(PTY)
fuzz: ## each fuzzer for FUZZ_SECONDS (60), with clang; what one finds is left in build/fuzz
	@$(MAKE) --no-print-directory BUILD=build/fuzz $(INSTRUMENT) fuzz-run
fuzz-run: check-test-libraries $(FUZZERS)
	@for fuzzer in $(FUZZERS); do \
		name=$${fuzzer##*/fuzz_}; log=$(BUILD)/$$name.log; mkdir -p $(BUILD)/corpus/$$name; \
		$$fuzzer -max_total_time=$(FUZZ_SECONDS) -timeout=10 -artifact_prefix=$(BUILD)/$$name- \
			$(BUILD)/corpus/$$name tests/corpus/$$name > $$log 2>&1 || { tail -n 40 $$log; exit 1; }; \
		echo "  FUZZ    $$name: $$(tail -n 1 $$log)"; \
	done
lint: ## format, warnings of two compilers, clang-tidy, cppcheck, layering, scripts, manual
	@bash tests/lint.sh
bench: all $(BENCH) ## the table of figures
	@bash tests/bench/run.sh $(BUILD)
hint-score: $(BUILD)/tests/hint_score ## how well the hints do on a folder of logs (CORPUS=dir)
	@$(BUILD)/tests/hint_score -v $(or $(CORPUS),../shared/corpus/open)
pictures: all ## docs/screens: each screen as text, at 80x24 and 200x50
	@bash tests/pictures.sh $(BUILD) docs/screens

print-flags: # for tests/lint.sh
	@echo $(CPPFLAGS) -std=c17
format: ## lays out every C file
	@clang-format -i $(shell git ls-files '*.c' '*.h')

$(BUILD)/tools/manual: tools/manual.c $(BUILD)/libui.a $(BUILD)/libxtui.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
docs: $(BUILD)/tools/manual ## the manual, from the program's own tables (DOCS=dir)
	@mkdir -p $(or $(DOCS),.)/man $(or $(DOCS),.)/docs
	@$(BUILD)/tools/manual 1 > $(or $(DOCS),.)/man/xtui.1
	@$(BUILD)/tools/manual 5 > $(or $(DOCS),.)/man/xtui.toml.5
	@$(BUILD)/tools/manual hints > $(or $(DOCS),.)/docs/hints.md

# ---- installing --------------------------------------------------------------------------------

install: all ## PREFIX= DESTDIR=
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/xtui $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 $(BUILD)/xtui $(DESTDIR)$(PREFIX)/bin/xtui
	install -m 755 $(BUILD)/xtui-rustc $(DESTDIR)$(PREFIX)/libexec/xtui/xtui-rustc
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
uninstall: ## what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/xtui $(DESTDIR)$(PREFIX)/libexec/xtui/xtui-rustc
	rm -f $(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man1/%,$(wildcard man/*.1))
	rm -f $(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man5/%,$(wildcard man/*.5))
	-rmdir $(DESTDIR)$(PREFIX)/libexec/xtui
dist: ## xtui-VERSION.tar.gz of the committed tree
	git archive --prefix=xtui-$(VERSION)/ -o xtui-$(VERSION).tar.gz HEAD
clean: ## everything made, but the fixtures
	find $(BUILD) -mindepth 1 -maxdepth 1 ! -name fixture -exec rm -rf {} +

-include $(shell find $(BUILD)/src $(BUILD)/ui $(BUILD)/shim $(BUILD)/tests -name '*.d' 2>/dev/null)
.PHONY: all help check-libraries check-test-libraries test-programs fixtures test test-unit test-pty test-e2e \
	asan asan-tests fuzz fuzz-run lint print-flags bench hint-score pictures docs format install uninstall dist clean
.SECONDARY:
.DELETE_ON_ERROR:
