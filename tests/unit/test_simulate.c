/* How long builds would take on several machines. */
#include "build/simulate.h"

#include "check.h"
#include "dice.h"

#define UNITS_MAX 40

static const size_t first[] = { 0 }, second[] = { 1 };

/* Independent units share the CPUs, a chain does not, and the host's are built once for a variant. */
static void
small_cases(void **state)
{
	const struct sim_unit apart[] = { { "a", 30, NULL, 0, -1 }, { "b", 20, NULL, 0, -1 },
		{ "c", 10, NULL, 0, -1 } };
	const struct sim_unit chain[] = { { "a", 30, NULL, 0, -1 }, { "b", 20, first, 1, -1 },
		{ "c", 10, second, 1, -1 } };
	const struct sim_unit host[] = { { "macro", 50, NULL, 0, 7 }, { "app", 10, first, 1, -1 } };
	const struct sim_build one = { "t", "v", apart, 3 }, row = { "t", "v", chain, 3 };
	const struct sim_build two[] = { { "t", "v", host, 2 }, { "u", "v", host, 2 } };
	const struct sim_build other[] = { { "t", "v", host, 2 }, { "t", "w", host, 2 } };
	struct sim_result r;

	assert_int_equal(simulate(&one, 1, 1, 1).wall_ms, 60);
	assert_int_equal(simulate(&one, 1, 1, 2).wall_ms, 30);
	r = simulate(&row, 1, 1, 8);
	assert_int_equal(r.wall_ms, 60);
	assert_int_equal(r.chain_ms, 60);
	assert_string_equal(r.chain_end, "c");
	assert_int_equal(r.bottleneck, SIM_CHAIN);
	r = simulate(two, 2, 1, 4);
	assert_int_equal(r.cpu_ms, 70);
	assert_int_equal(r.wall_ms, 60);
	assert_int_equal(r.host_ms, 0);
	r = simulate(other, 2, 1, 4);
	assert_int_equal(r.cpu_ms, 120);
	assert_int_equal(r.host_ms, 0);
}

/* Each machine builds a variant's host units once, whatever it builds of it; builds of it go where they are. */
static void
host_units_on_machines(void **state)
{
	const struct sim_unit units[] = { { "macro", 90, NULL, 0, 1 },
		{ "app", 200, first, 1, -1 } };
	const struct sim_build two[] = { { "t", "v", units, 2 }, { "u", "v", units, 2 } };
	const struct sim_build four[] = { { "t", "v", units, 2 }, { "t", "w", units, 2 },
		{ "u", "v", units, 2 }, { "u", "w", units, 2 } };
	struct sim_result r = simulate(two, 2, 2, 1);

	assert_int_equal(r.wall_ms, 290);
	assert_int_equal(r.host_ms, 90);
	assert_int_equal(r.busy_machines, 2);
	r = simulate(four, 4, 2, 1);
	assert_int_equal(r.wall_ms, 490);
	assert_int_equal(r.host_ms, 0);
}

struct made {
	struct sim_unit units[UNITS_MAX];
	size_t needs[UNITS_MAX][3];
	size_t count;
};

static void
make(struct made *m, struct dice *dice)
{
	m->count = 1 + dice_below(dice, UNITS_MAX - 1);
	for (size_t i = 0; i < m->count; i++) {
		m->units[i] = (struct sim_unit){ .crate = "x",
			.ms = 1 + dice_below(dice, 100),
			.needs = m->needs[i],
			.host = -1 };
		for (size_t most = dice_below(dice, 4); i && m->units[i].need_count < most;
			m->units[i].need_count++)
			m->needs[i][m->units[i].need_count] = dice_below(dice, i);
	}
}

/* No schedule beats its longest chain or its CPUs, none of ours is worse than both together, and all of the
 * work is done, whatever the number of machines. */
static void
within_bounds(void **state)
{
	struct dice dice = { 7 };

	for (int round = 0; round < 300; round++) {
		static struct made made[6];
		struct sim_build builds[6];
		size_t count = 1 + dice_below(&dice, 6), machines = 1 + dice_below(&dice, 8);
		int cpus = 1 + (int)dice_below(&dice, 6);
		uint64_t work = 0;
		struct sim_result r;

		for (size_t i = 0; i < count; i++) {
			make(&made[i], &dice);
			builds[i] = (struct sim_build){ "t", "v", made[i].units, made[i].count };
			for (size_t k = 0; k < made[i].count; k++)
				work += made[i].units[k].ms;
		}
		r = simulate(builds, count, 1, cpus);
		assert_int_equal(r.cpu_ms, work);
		assert_true(r.wall_ms >= r.chain_ms);
		assert_true(r.wall_ms * (uint64_t)cpus >= work);
		assert_true(r.wall_ms <= work / (uint64_t)cpus + r.chain_ms + 1);
		r = simulate(builds, count, machines, cpus);
		assert_int_equal(r.cpu_ms, work);
		assert_true(r.wall_ms >= r.chain_ms);
		assert_true(r.wall_ms * (uint64_t)cpus * machines >= work);
		assert_true(r.busy <= 1.0 + 1e-9 && r.busy > 0);
	}
}

/* What holds a build up is named: CPUs, then the chain, then that there are no more builds. */
static void
bottlenecks(void **state)
{
	const struct sim_unit units[] = { { "a", 50, NULL, 0, -1 }, { "b", 50, NULL, 0, -1 },
		{ "c", 100, NULL, 0, -1 } };
	struct sim_build builds[8];

	for (size_t i = 0; i < COUNT(builds); i++)
		builds[i] = (struct sim_build){ "t", "v", units, 3 };
	assert_int_equal(simulate(builds, 8, 1, 1).bottleneck, SIM_CPUS);
	assert_int_equal(simulate(builds, 8, 3, 1).bottleneck, SIM_CPUS);
	assert_int_equal(simulate(builds, 8, 8, 4).bottleneck, SIM_CHAIN);
	assert_int_equal(simulate(builds, 8, 64, 4).bottleneck, SIM_MACHINES);
	assert_int_equal(simulate(builds, 8, 5, 1).bottleneck, SIM_UNEVEN);
	assert_string_equal(sim_bottleneck_name(SIM_CHAIN), "chain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_cases),
		cmocka_unit_test(host_units_on_machines),
		cmocka_unit_test(within_bounds),
		cmocka_unit_test(bottlenecks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
