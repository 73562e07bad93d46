#include "tests/unit/check.h"
#include "tests/unit/help_httpd.h"
#include "tests/unit/runbed.h"
#include "io/digest.h"

#define SIZE (3 << 20)

/* What the server has. */
struct shelf {
	struct httpd httpd;
	struct bed *bed;
	struct str body;   /* of everything but *.sha256 and SUMS */
	struct str digest; /* of those two */
	long cut;          /* bytes after which the first answer says no more; 0: none */
	long resumed;      /* where a later request went on */
};

static void
answer(struct request *r, void *arg)
{
	struct shelf *s = arg;
	bool is_digest = text_ends(r->path, ".sha256") || text_ends(r->path, "/SUMS");
	const struct str *body = is_digest ? &s->digest : &s->body;
	long first = r->first, len = (long)body->len - first;

	if (text_ends(r->path, "/none")) {
		say(r, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	if (first)
		s->resumed = first;
	say(r, "HTTP/1.1 %s\r\nETag: \"1\"\r\nContent-Length: %ld\r\n",
		first ? "206 Partial Content" : "200 OK", len);
	if (first)
		say(r, "Content-Range: bytes %ld-%ld/%zu\r\n", first, (long)body->len - 1,
			body->len);
	say(r, "\r\n");
	if (!is_digest && !first && s->cut) {
		say_bytes(r, body->data, (size_t)s->cut);
		say_nothing(r, &s->httpd);
		return;
	}
	say_bytes(r, body->data + first, (size_t)len);
}

static int
shelf_setup(void **state)
{
	struct shelf *s = xcalloc(1, sizeof *s);

	if (bed_setup((void **)&s->bed) < 0)
		return -1;
	httpd_start(&s->httpd, answer, s);
	*state = s;
	return 0;
}

static int
shelf_teardown(void **state)
{
	struct shelf *s = *state;

	httpd_stop(&s->httpd);
	bed_teardown((void **)&s->bed);
	str_fini(&s->body);
	str_fini(&s->digest);
	free(s);
	return 0;
}

static void
fill(struct shelf *s)
{
	const char *path = bed_path(s->bed, "body");
	char hex[DIGEST_HEX_LEN + 1];

	for (int i = 0; s->body.len < SIZE; i++)
		str_appendf(&s->body, "%d\n", i);
	assert_true(file_write(path, str_span(&s->body), NULL));
	assert_true(digest_file(path, hex, NULL));
	str_appendf(&s->digest, "SHA256 (other) = %064d\n%s *tool\n", 0, hex);
	unlink(path);
}

static const char *
url(struct shelf *s, const char *name)
{
	return arena_printf(&s->bed->arena, "http://127.0.0.1:%d/%s", s->httpd.port, name);
}

static struct step
download(struct shelf *s)
{
	return (struct step){ .id = "a",
		.kind = STEP_DOWNLOAD,
		.url = url(s, "tool"),
		.sha256_url = url(s, "SUMS"),
		.path = bed_path(s->bed, "got/tool"),
		.executable = true };
}

/* A program is fetched, held against the digest that its release tells, and can be run. */
static void
a_program_is_fetched(void **state)
{
	struct shelf *s = *state;
	struct step step = download(s);
	struct runbed b = { 0 };

	fill(s);
	runbed_open(&b, s->bed, &step, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_true(file_is_executable(step.path));
	assert_int_equal(runner_status(b.runner, 0)->done, s->body.len);
	assert_int_equal(runner_status(b.runner, 0)->total, s->body.len);
	runbed_close(&b);
	runbed_open(&b, s->bed, &step, 1, ROOT_SELF);
	runbed_asked(&b);
	assert_state(&b, 0, STEP_DONE);
	runbed_close(&b);
}

/* What is not what its release says never gets its name; nor does what is not there. */
static void
what_is_wrong_gets_no_name(void **state)
{
	struct shelf *s = *state;
	struct step steps[] = { download(s), download(s), download(s) };
	struct runbed b = { 0 };

	fill(s);
	str_append(&s->body, "and something else\n");
	steps[1].id = "b";
	steps[1].url = url(s, "none");
	steps[2].id = "c";
	steps[2].url = url(s, "unknown");
	str_truncate(&s->digest, s->digest.len - 1);
	runbed_open(&b, s->bed, steps, COUNT(steps), ROOT_SELF);
	runbed_run(&b);
	for (size_t i = 0; i < COUNT(steps); i++)
		assert_state(&b, i, STEP_FAILED);
	assert_false(file_exists(steps[0].path));
	runbed_close(&b);
}

/* Stopped in the middle, and begun again by another xtui, it goes on from there. */
static void
a_stopped_download_goes_on(void **state)
{
	struct shelf *s = *state;
	struct step step = download(s);
	struct runbed b = { 0 };

	fill(s);
	s->cut = 1 << 20;
	runbed_open(&b, s->bed, &step, 1, ROOT_SELF);
	assert_true(runner_run_all(b.runner, NULL));
	runbed_wait(&b, runner_status(b.runner, 0)->done >= s->cut);
	runner_stop(b.runner, 0);
	runbed_wait(&b, b.idle == 1);
	assert_state(&b, 0, STEP_STOPPED);
	assert_false(file_exists(step.path));
	runbed_close(&b);

	s->cut = 0;
	runbed_open(&b, s->bed, &step, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_int_equal(s->resumed, 1 << 20);
	runbed_close(&b);
}

/* An archive becomes a tree under the step's name, without its top folder, and is not kept. */
static void
an_archive_becomes_a_tree(void **state)
{
	struct shelf *s = *state;
	const char *const pack[] = { "tar", "-czf", bed_path(s->bed, "a.tgz"), "-C", s->bed->dir,
		"top", NULL };
	static const char *const wanted[] = { "top/lib", NULL };
	struct step step = download(s);
	struct runbed b = { 0 };
	struct str out = STR_INIT;
	char **names;
	size_t count;

	if (!bed_has("tar") || !bed_has("gzip"))
		bed_skip("no tar and gzip");
	bed_write(s->bed, "top/lib/a", "a\n");
	bed_write(s->bed, "top/doc/b", "b\n");
	assert_int_equal(bed_run(s->bed->dir, pack, &out), 0);
	assert_true(file_read(bed_path(s->bed, "a.tgz"), &s->body, NULL));
	step.url = url(s, "a.tgz");
	step.sha256_url = NULL;
	step.executable = false;
	step.members = wanted;
	step.strip = 1;
	runbed_open(&b, s->bed, &step, 1, ROOT_SELF);
	runbed_run(&b);
	assert_state(&b, 0, STEP_DONE);
	assert_true(file_exists(bed_path(s->bed, "got/tool/lib/a")));
	assert_false(file_exists(bed_path(s->bed, "got/tool/doc")));
	assert_true(file_list(bed_path(s->bed, "got"), &names, &count, NULL));
	assert_int_equal(count, 1);
	file_list_free(names, count);
	assert_true(file_list(bed_path(s->bed, "cache/xtui/downloads"), &names, &count, NULL));
	assert_int_equal(count, 0);
	file_list_free(names, count);
	runbed_close(&b);
	str_fini(&out);
}

/* Without a network nothing is asked of it, and that is said. */
static void
offline_is_offline(void **state)
{
	struct shelf *s = *state;
	struct step step = download(s);
	struct survey_query query = { .dir = s->bed->dir };
	struct runbed b = { .bed = s->bed, .loop = loop_new() };
	struct runner_spec spec = {
		.plan = plan_of(&step, 1), .dir = s->bed->dir, .query = &query, .offline = true
	};

	b.runner = runner_new(b.loop, &spec, &runbed_events, &b);
	runbed_run(&b);
	assert_state(&b, 0, STEP_FAILED);
	assert_int_equal(runner_status(b.runner, 0)->err.kind, ERR_ENVIRONMENT);
	assert_int_equal(s->httpd.requests, 0);
	runbed_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define SHELF(test) cmocka_unit_test_setup_teardown(test, shelf_setup, shelf_teardown)
		SHELF(a_program_is_fetched),
		SHELF(what_is_wrong_gets_no_name),
		SHELF(a_stopped_download_goes_on),
		SHELF(an_archive_becomes_a_tree),
		SHELF(offline_is_offline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
