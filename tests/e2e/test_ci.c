/* The project's CI, as gh and glab tell it. Neither can reach a server here: stand-ins on PATH print what
 * gh 2.x and glab 1.x print (shapes of `gh run view --json`, of GitHub's job logs and of GitLab's jobs API
 * and traces), and what they print when they fail. */
#include "e2e/bench_cli.h"

#include "text/json.h"

#define GH_RUN                                                                                     \
	"{\"conclusion\":\"failure\",\"createdAt\":\"2026-11-20T10:00:00Z\",\"databaseId\":"       \
	"9313418737,"                                                                              \
	"\"displayTitle\":\"Link for \\u001b[31marm\",\"event\":\"push\",\"headBranch\":\"main\"," \
	"\"headSha\":\"0ff3ae198f8601a285adcf5c0fff204ee6fba5fd\",\"status\":\"completed\","       \
	"\"url\":\"https://github.example/greet/actions/runs/9313418737\","                        \
	"\"workflowName\":\"release\",\"jobs\":["                                                  \
	"{\"completedAt\":\"2026-11-20T10:02:10Z\",\"conclusion\":\"success\",\"databaseId\":1,"   \
	"\"name\":\"build (x86_64-unknown-linux-gnu, ubuntu-latest)\","                            \
	"\"startedAt\":\"2026-11-20T10:00:05Z\",\"status\":\"completed\",\"steps\":[],"            \
	"\"url\":\"https://github.example/job/1\"},"                                               \
	"{\"completedAt\":\"2026-11-20T10:01:00Z\",\"conclusion\":\"failure\",\"databaseId\":2,"   \
	"\"name\":\"build (aarch64-unknown-linux-gnu, ubuntu-latest)\","                           \
	"\"startedAt\":\"2026-11-20T10:00:05Z\",\"status\":\"completed\",\"steps\":[],"            \
	"\"url\":\"https://github.example/job/2\"},"                                               \
	"{\"completedAt\":\"0001-01-01T00:00:00Z\",\"conclusion\":\"\",\"databaseId\":3,"          \
	"\"name\":\"test / "                                                                       \
	"unit\",\"startedAt\":\"2026-11-20T10:00:05Z\",\"status\":\"in_progress\","                \
	"\"steps\":[],\"url\":\"https://github.example/job/3\"},"                                  \
	"{\"completedAt\":\"2026-11-20T10:00:05Z\",\"conclusion\":\"skipped\",\"databaseId\":4,"   \
	"\"name\":\"release\",\"startedAt\":\"2026-11-20T10:00:05Z\",\"status\":\"completed\","    \
	"\"steps\":[],\"url\":\"https://github.example/job/4\"}]}"

#define STAMP "2026-11-20T10:00:30.1234567Z "
#define GH_LOG                                                                                     \
	"\357\273\277" STAMP "##[group]Run cargo build\\n" STAMP "cargo build --release\\n" STAMP  \
	"##[endgroup]\\n" STAMP "error: linker `aarch64-linux-gnu-gcc` not found\\n" STAMP         \
	"  |\\n" STAMP "  = note: No such file or directory (os error 2)\\n" STAMP                 \
	"##[error]Process completed with exit code 101.\\n"

static void
write_gh(struct stage *s)
{
	bed_script(s->bed, "bin/gh",
		"#!/bin/sh\n"
		"echo \"$@\" >>\"$HOME/asked\"\n"
		"case \"$*\" in\n"
		"'run list '*--branch*) echo '[]';;\n"
		"'run list '*) echo '[{\"databaseId\":9313418737}]';;\n"
		"'run view 9313418737 '*) echo '" GH_RUN "';;\n"
		"'run view '*) echo 'failed to get run: HTTP 404: Not Found' >&2; exit 1;;\n"
		"'api repos/{owner}/{repo}/actions/jobs/1/logs') printf '" STAMP "Finished\\n';;\n"
		"'api repos/{owner}/{repo}/actions/jobs/2/logs') printf '" GH_LOG "';;\n"
		"*) exit 1;;\nesac\n");
}

static void
run_git(struct stage *s, const char *const *words)
{
	struct str said = STR_INIT;

	if (bed_run(s->dir, words, &said) != 0)
		fail_msg("%s", str_cstr(&said));
	str_fini(&said);
}

#define git(s, ...) run_git(s, (const char *const[]){ "git", __VA_ARGS__, NULL })

static void
make_repository(struct stage *s, const char *origin)
{
	stage_greet(s);
	if (!stage_show(s, "git"))
		bed_skip("no git on this machine");
	git(s, "init", "-q", "-b", "main", ".");
	if (origin)
		git(s, "remote", "add", "origin", origin);
}

#define GITHUB "git@github.com:ada/greet.git"

/* Each job with its state and time, and for the one that failed the cause that its log has; a branch
 * without a run gives way to the last run of any. */
static void
jobs_and_causes(void **state)
{
	struct stage *s = *state;
	struct str asked = STR_INIT;

	make_repository(s, GITHUB);
	write_gh(s);
	xtui(s, "ci");
	assert_code(s, 1);
	assert_out(s,
		"GitHub release 9313418737: failed, main 0ff3ae19 (push)\nLink for "
		"\uFFFD[31marm\n");
	assert_out(s, "ok        build (x86_64-unknown-linux-gnu, ubuntu-latest)");
	assert_out(s, "2m 05s");
	assert_out(s, "running   test / unit");
	assert_out(s, "skipped   release");
	assert_out(s, "aarch64-linux-gnu-gcc");
	assert_out(s, "https://github.example/job/2");
	assert_true(file_read(bed_path(s->bed, "asked"), &asked, NULL));
	assert_non_null(
		strstr(str_cstr(&asked), "run list --limit 1 --json databaseId --branch main"));
	str_fini(&asked);
}

/* The same for programs: each job with its hints; logs without time stamps and marks. */
static void
as_json(void **state)
{
	struct stage *s = *state;
	const struct json *jobs, *failed;
	struct json *json;

	make_repository(s, GITHUB);
	write_gh(s);
	xtui(s, "ci", "--run", "9313418737", "--json");
	assert_code(s, 1);
	json = stage_json(s, "CI");
	jobs = json_get(json, "jobs");
	assert_int_equal(json_count(jobs), 4);
	failed = json_at(jobs, 1);
	assert_string_equal(json_string(json_get(failed, "target"), ""), ARM64);
	assert_string_equal(json_string(json_get(failed, "status"), ""), "failed");
	assert_int_equal(json_integer(json_get(failed, "ms"), 0), 55000);
	assert_string_equal(
		json_string(json_get(json_first(json_get(failed, "hints")), "cause"), ""),
		"linker-not-found");
	assert_true(json_is_null(json_get(json_at(jobs, 2), "target")));
	json_free(json);
}

#define GL_JOB(id, name, status)                                                                   \
	"{\"id\":" id ",\"status\":\"" status "\",\"stage\":\"build\",\"name\":\"" name "\","      \
	"\"ref\":\"main\",\"tag\":false,\"allow_failure\":false,\"created_at\":\"2026-11-20T10:"   \
	"00:00.000Z\","                                                                            \
	"\"started_at\":\"2026-11-20T10:00:05.000Z\",\"finished_at\":\"2026-11-20T10:01:05."       \
	"500Z\","                                                                                  \
	"\"duration\":60.5,\"web_url\":\"https://gitlab.example/-/jobs/" id "\"}"

/* GitLab's pipelines by glab: states under their own names, traces with marks of sections; the branch at
 * hand is asked for whatever its name. */
static void
gitlab(void **state)
{
	struct stage *s = *state;
	struct json *json;

	make_repository(s, "https://gitlab.example/ada/greet.git");
	git(s, "checkout", "-q", "-b", "fix#12");
	bed_script(s->bed, "bin/glab",
		"#!/bin/sh\n"
		"case \"$2\" in\n"
		"'projects/:fullpath/pipelines?per_page=1&ref=fix%2312') echo '[{\"id\":47}]';;\n"
		"projects/:fullpath/pipelines/47) echo '{\"id\":47,\"iid\":3,\"status\":\"failed\","
		"\"source\":\"push\",\"ref\":\"main\",\"sha\":"
		"\"a91957a858320c0e17f3a0eca7cfacbff50ea29a\","
		"\"name\":null,\"web_url\":\"https://gitlab.example/-/pipelines/47\","
		"\"created_at\":\"2026-11-20T10:00:00.000Z\"}';;\n"
		"'projects/:fullpath/pipelines/47/jobs?per_page=100&page=1') echo '[" GL_JOB(
			"7", "build: [" ARM64 "]", "failed") "," GL_JOB("8", "pages",
			"manual") "]';;\n"
				  "projects/:fullpath/jobs/7/trace) printf "
				  "'section_start:1560896352:build\\r\\033[0K"
				  "$ cargo build\\n2026-11-20T10:00:30.123456Z 01E error: linker "
				  "`aarch64-linux-gnu-gcc` not found\\n  = note: No such file or "
				  "directory "
				  "(os error 2)\\nsection_end:1560896353:build\\r\\033[0K\\n';;\n"
				  "*) exit 1;;\nesac\n");
	xtui(s, "ci");
	assert_code(s, 1);
	assert_out(s, "GitLab pipeline 47: failed, main a91957a8 (push)\n");
	assert_out(s, "failed    build: [" ARM64 "]");
	assert_out(s, "1m 00s");
	assert_out(s, "skipped   pages");
	assert_out(s, "aarch64-linux-gnu-gcc");
	xtui(s, "ci", "--json");
	json = stage_json(s, "CI");
	json_free(json);
}

/* What stands in the way is one line that says what to do. */
static void
clear_lines(void **state)
{
	struct stage *s = *state;
	static const struct {
		const char *said, *why, *remedy;
		int code;
	} cases[] = {
		{ "To get started with GitHub CLI, please run:  gh auth login",
			"it is not logged in", "gh auth login", 4 },
		{ "none of the git remotes configured for this repository point to a known GitHub "
		  "host. To tell gh about a new GitHub host, please use `gh auth login`",
			"no remote of this repository is a host that gh knows", "git remote -v",
			1 },
		{ "error connecting to api.github.com\ncheck your internet connection or "
		  "https://githubstatus.com",
			"its server cannot be reached", "the network", 1 },
		{ "HTTP 401: Bad credentials (https://api.github.com/graphql)",
			"it is not logged in, or no longer", "gh auth login", 1 },
	};

	make_repository(s, NULL);
	xtui(s, "ci");
	assert_refused(s, 3, "ci: neither the remote \"origin\" nor a file here");
	bed_write(s->bed, "greet/.github/workflows/x.yml", "on: push\n");
	xtui(s, "ci");
	assert_refused(s, 3, "ci: xtui asks GitHub by gh, which is not on PATH");
	assert_non_null(strstr(str_cstr(&s->err), "then gh auth login"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		bed_script(s->bed, "bin/gh",
			arena_printf(&s->bed->arena,
				"#!/bin/sh\ncat >&2 <<'END'\n%s\nEND\nexit %d\n", cases[i].said,
				cases[i].code));
		xtui(s, "ci");
		assert_refused(s, 3, cases[i].why);
		assert_non_null(strstr(str_cstr(&s->err), cases[i].remedy));
	}
	bed_script(s->bed, "bin/gh", "#!/bin/sh\necho '[]'\n");
	xtui(s, "ci");
	assert_refused(s, 1, "ci: GitHub has no run of this project");
	write_gh(s);
	xtui(s, "ci", "--run", "1");
	assert_refused(s, 3, "there is no such run");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(jobs_and_causes),
		STAGE_TEST(as_json),
		STAGE_TEST(gitlab),
		STAGE_TEST(clear_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
