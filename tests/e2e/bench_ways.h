/* bench_ways: the fixture's other ways to build, for a stage: zig, maturin, and cross with its containers.
 *
 * Each is shown on its own, so that a test says what its machine has. stage_hide_ways takes back what stands in
 * the environment. */
#pragma once
#include <sys/types.h>
#include "e2e/bench_cli.h"

#define NEED_ZIG(s)                                                                                \
	NEED_RUSTUP(s);                                                                            \
	NEED(s, "tools/packages", "no zig below build/fixture")
#define NEED_CROSS(s)                                                                              \
	NEED_RUSTUP(s);                                                                            \
	NEED(s, "containers/ready", "no container fixture below build/fixture")

void stage_add_to_path(struct stage *s, const char *dir); /* at its end */
/* cargo-zigbuild, zig, maturin. zig keeps the C libraries that it has compiled. */
void stage_show_zig(struct stage *s);
/* podman and cross, the project's Cross.toml with the fixture's image for ARM64, and a server that has the
 * toolchain, which cross 0.2.5 wants to have installed anew each time: to be ended. */
pid_t stage_show_cross(struct stage *s);
/* A registry that has the image of an OCI layout and gives out so many bytes a second; what the image is
 * called there. */
pid_t stage_serve_image(struct stage *s, const char *layout, const char *rate, const char **name);
void stage_end_server(pid_t server);
void stage_hide_ways(void);
int ways_teardown(void **state); /* that, and stage_teardown */
#define WAYS_TEST(test) cmocka_unit_test_setup_teardown(test, stage_setup, ways_teardown)
/* A program that is installed by pip, bed/py: its wheel wants no Python of any machine. */
void stage_python(struct stage *s);
