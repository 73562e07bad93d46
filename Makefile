# xtui: make, make test, make asan, make lint, make bench, make install. `make help` lists them.
#
#   BUILD=dir   where everything is made (default build)
#   ROOMS=...   source folders of the library (default: all); for working on one room alone
BUILD ?= build
ROOMS ?= base text io host rust ready build hint cli
PKGS = libuv libcjson libpcre2-8 ncursesw
CC ?= cc
OPT ?= -O2 -g
WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CPPFLAGS += -I. -Isrc -I$(BUILD)/gen -D_GNU_SOURCE $(shell pkg-config --cflags $(PKGS))
CFLAGS += -std=c17 $(OPT) $(WARN) $(HARDEN)
LIBS = $(shell pkg-config --libs $(PKGS))

SRC = $(filter-out src/cli/main.c,$(wildcard $(ROOMS:%=src/%/*.c)))
UI = $(wildcard ui/*.c)
OBJ = $(SRC:%.c=$(BUILD)/%.o)
UIOBJ = $(UI:%.c=$(BUILD)/%.o)
DATA = $(sort $(wildcard data/*.toml data/*.json data/hints/*.toml themes/*.toml))
TESTS = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))

all: $(BUILD)/xtui $(BUILD)/xtui-rustc

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tools/embed: tools/embed.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -O1 -o $@ $<
$(BUILD)/gen/data.c: $(BUILD)/tools/embed $(DATA)
	@mkdir -p $(@D)
	@$(BUILD)/tools/embed $(DATA) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/data.o: $(BUILD)/gen/data.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/libxtui.a: $(OBJ) $(BUILD)/gen/data.o
	@rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/libui.a: $(UIOBJ)
	@rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/xtui: $(BUILD)/src/cli/main.o $(BUILD)/libui.a $(BUILD)/libxtui.a
	@$(CC) $(CFLAGS) -pie -Wl,-z,relro,-z,now -o $@ $^ $(LIBS) -lm
$(BUILD)/xtui-rustc: $(BUILD)/shim/xtui-rustc.o
	@$(CC) $(CFLAGS) -pie -Wl,-z,relro,-z,now -o $@ $^

# One unit test: make BUILD=/tmp/b ROOMS="base text" /tmp/b/tests/test_toml
# A test of ui/ names UI=1 so that libui.a is linked too.
$(BUILD)/tests/test_%: tests/unit/test_%.c $(if $(UI_TESTS),$(BUILD)/libui.a) $(BUILD)/libxtui.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(if $(UI_TESTS),$(BUILD)/libui.a) $(BUILD)/libxtui.a $(LIBS) -lcmocka -lm

-include $(OBJ:.o=.d) $(UIOBJ:.o=.d)
.PHONY: all
