/* jobserver: fifos read and written as cargo and rustc do, and the sum of all tokens. */
#include "unit/check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "build/jobserver.h"
#include "unit/dice.h"

#define GROUPS 6

struct cargo { /* as it is seen from the fifo's other end */
	bool is_there;
	int fd;
	int held; /* bytes taken and not given back */
};

static void
cargo_open(struct cargo *c, const char *flags)
{
	const char *path = strstr(flags, "fifo:");

	assert_non_null(path);
	c->fd = open(path + 5, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	assert_true(c->fd >= 0);
	c->is_there = true;
	c->held = 0;
}

static void
cargo_close(struct cargo *c)
{
	if (c->is_there)
		close(c->fd);
	c->is_there = false;
}

static bool
cargo_take(struct cargo *c)
{
	char token;
	bool got = read(c->fd, &token, 1) == 1;

	c->held += got;
	return got;
}

static void
cargo_give(struct cargo *c)
{
	assert_int_equal(write(c->fd, "+", 1), 1);
	c->held--;
}

/* Takes all it can get, as a cargo with much to do. */
static int
cargo_take_all(struct cargo *c)
{
	while (cargo_take(c))
		;
	return c->held;
}

static struct jobserver *
server(int slots)
{
	struct err err = ERR_INIT;
	struct jobserver *js = jobserver_new(slots, &err);

	if (!js)
		fail_msg("%s", err.message);
	return js;
}

static void
add(struct jobserver *js, int group, struct cargo *c)
{
	struct err err = ERR_INIT;
	const char *flags = jobserver_add_group(js, group, &err);

	if (!flags)
		fail_msg("%s", err.message);
	cargo_open(c, flags);
}

/* A group alone may use every slot; its flags are make's. */
static void
alone_has_all(void **state)
{
	struct jobserver *js = server(4);
	struct err err = ERR_INIT;
	const char *flags = jobserver_add_group(js, 1, &err);
	struct cargo c;

	assert_memory_equal(flags, "-j4 --jobserver-auth=fifo:/", 27);
	assert_null(strpbrk(strstr(flags, "fifo:"), " \t"));
	cargo_open(&c, flags);
	assert_int_equal(jobserver_granted(js, 1), 4);
	assert_int_equal(cargo_take_all(&c), 3);
	cargo_close(&c);
	jobserver_free(js);
}

/* Groups that start together share alike. */
static void
shared_alike(void **state)
{
	struct jobserver *js = server(6);
	struct cargo c[3];

	for (int i = 0; i < 3; i++)
		add(js, i, &c[i]);
	for (int i = 0; i < 3; i++)
		assert_int_equal(jobserver_granted(js, i), 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(cargo_take_all(&c[i]), 1);
	for (int i = 0; i < 3; i++)
		cargo_close(&c[i]);
	jobserver_free(js);
}

/* What one group leaves idle goes to the one that has work, and comes back when that one rests. */
static void
idle_tokens_move(void **state)
{
	struct jobserver *js = server(4);
	struct cargo busy, calm;

	add(js, 1, &busy);
	add(js, 2, &calm);
	assert_int_equal(cargo_take_all(&busy), 1);
	jobserver_balance(js);
	assert_int_equal(cargo_take_all(&busy), 2);
	assert_int_equal(jobserver_granted(js, 2), 1);
	cargo_give(&busy);
	cargo_give(&busy);
	jobserver_balance(js);
	assert_int_equal(cargo_take_all(&calm), 2);
	assert_int_equal(jobserver_granted(js, 1), 1);
	cargo_close(&busy);
	cargo_close(&calm);
	jobserver_free(js);
}

/* A cargo that is killed with tokens in its hands costs no CPU: its share goes to the others. */
static void
killed_returns_all(void **state)
{
	struct jobserver *js = server(5);
	struct cargo killed, other;

	add(js, 1, &killed);
	add(js, 2, &other);
	assert_true(cargo_take_all(&killed) > 0);
	cargo_take_all(&other);
	cargo_close(&killed);
	jobserver_remove_group(js, 1);
	assert_int_equal(jobserver_granted(js, 1), 0);
	assert_int_equal(jobserver_granted(js, 2), 5);
	assert_int_equal(cargo_take_all(&other), 4);
	cargo_close(&other);
	jobserver_free(js);
}

/* A group that goes on with another cargo has its share again, and what survives of the old one
 * cannot add to it. */
static void
renewed_is_whole(void **state)
{
	struct jobserver *js = server(3);
	struct err err = ERR_INIT;
	struct cargo old, renewed;
	const char *flags;

	add(js, 1, &old);
	assert_int_equal(cargo_take_all(&old), 2);
	flags = jobserver_renew_group(js, 1, &err);
	assert_non_null(flags);
	cargo_open(&renewed, flags);
	cargo_give(&old);
	assert_int_equal(jobserver_granted(js, 1), 3);
	assert_int_equal(cargo_take_all(&renewed), 2);
	cargo_close(&old);
	cargo_close(&renewed);
	jobserver_free(js);
}

/* No more groups than slots: the next one has to wait until a slot is not in use. */
static void
no_more_groups_than_slots(void **state)
{
	struct jobserver *js = server(2);
	struct err err = ERR_INIT;
	struct cargo a, b, c;

	add(js, 1, &a);
	assert_int_equal(cargo_take_all(&a), 1);
	assert_false(jobserver_has_room(js));
	assert_null(jobserver_add_group(js, 2, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	cargo_give(&a);
	assert_true(jobserver_has_room(js));
	add(js, 2, &b);
	assert_false(jobserver_has_room(js));
	jobserver_remove_group(js, 1);
	add(js, 3, &c);
	cargo_close(&a);
	cargo_close(&b);
	cargo_close(&c);
	jobserver_free(js);
}

/* What is kept for a group to come is there when it comes, however busy the others are. */
static void
kept_for_others(void **state)
{
	struct jobserver *js = server(4);
	struct cargo busy, late;

	jobserver_reserve(js, 2);
	add(js, 1, &busy);
	assert_int_equal(cargo_take_all(&busy), 1);
	jobserver_balance(js);
	assert_false(cargo_take(&busy));
	assert_true(jobserver_has_room(js));
	jobserver_reserve(js, 0);
	assert_int_equal(cargo_take_all(&busy), 3);
	jobserver_reserve(js, 2);
	assert_false(jobserver_has_room(js));
	cargo_give(&busy);
	cargo_give(&busy);
	assert_true(jobserver_has_room(js));
	add(js, 2, &late);
	cargo_close(&busy);
	cargo_close(&late);
	jobserver_free(js);
}

/* Nothing is left behind in the folder for temporary files. */
static void
leaves_nothing(void **state)
{
	struct jobserver *js = server(2);
	struct err err = ERR_INIT;
	char *path = xstrdup(strstr(jobserver_add_group(js, 1, &err), "fifo:") + 5);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	jobserver_free(js);
	assert_int_equal(stat(path, &st), -1);
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &st), -1);
	free(path);
}

/* ---- the property ---- */

/* Every group's implicit token and every byte that a cargo holds or could take now. */
static int
tokens_out(struct cargo *cargos)
{
	int sum = 0;

	for (int i = 0; i < GROUPS; i++) {
		int before = cargos[i].held;

		if (!cargos[i].is_there)
			continue;
		sum += 1 + cargo_take_all(&cargos[i]);
		while (cargos[i].held > before)
			cargo_give(&cargos[i]);
	}
	return sum;
}

static void
step(struct jobserver *js, struct cargo *cargos, struct dice *dice)
{
	int group = (int)dice_below(dice, GROUPS);
	struct cargo *c = &cargos[group];
	struct err err = ERR_INIT;

	switch (dice_below(dice, 9)) {
	case 0:
		if (!c->is_there && jobserver_has_room(js))
			add(js, group, c);
		break;
	case 1: /* ends or is killed, with whatever it holds */
		cargo_close(c);
		jobserver_remove_group(js, group);
		break;
	case 2:
		if (!c->is_there)
			break;
		cargo_close(c);
		cargo_open(c, jobserver_renew_group(js, group, &err));
		break;
	case 3:
	case 4:
		if (c->is_there)
			cargo_take(c);
		break;
	case 5:
		if (c->is_there && c->held)
			cargo_give(c);
		break;
	default: jobserver_balance(js); break;
	}
}

/* Whatever groups do, the tokens in the world are never more than the slots, and none is lost: with
 * a group there, all of them are granted after the next balance. */
static void
never_more_than_slots(void **state)
{
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct dice dice = { seed };
		int slots = 1 + (int)dice_below(&dice, 9), granted, groups;
		struct jobserver *js = server(slots);
		struct cargo cargos[GROUPS] = { 0 };

		for (int i = 0; i < 300; i++) {
			step(js, cargos, &dice);
			assert_true(tokens_out(cargos) <= slots);
		}
		jobserver_reserve(js, 0);
		jobserver_balance(js);
		granted = groups = 0;
		for (int i = 0; i < GROUPS; i++) {
			groups += cargos[i].is_there;
			granted += jobserver_granted(js, i);
			assert_int_equal(cargos[i].is_there, jobserver_has_group(js, i));
		}
		assert_int_equal(granted, groups ? slots : 0);
		assert_int_equal(tokens_out(cargos), granted);
		for (int i = 0; i < GROUPS; i++)
			cargo_close(&cargos[i]);
		jobserver_free(js);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone_has_all),
		cmocka_unit_test(shared_alike),
		cmocka_unit_test(idle_tokens_move),
		cmocka_unit_test(killed_returns_all),
		cmocka_unit_test(renewed_is_whole),
		cmocka_unit_test(no_more_groups_than_slots),
		cmocka_unit_test(kept_for_others),
		cmocka_unit_test(leaves_nothing),
		cmocka_unit_test(never_more_than_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
