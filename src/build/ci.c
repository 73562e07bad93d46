/* ci: both services tell a run and a list of jobs in JSON of their own; a table has the names of what
 * both have. */
#include "build/ci.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "build/recording.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "rust/targets.h"
#include "text/json.h"

#define ANSWER_MAX (64u << 20)
#define LIMIT_MS 60000
#define SIDE_BY_SIDE 8
#define PAGE 100 /* jobs in one answer of GitLab's */
#define PAGES_MAX 50
#define SECONDS_MAX 1e9 /* of a job; more is no time */
#define GRACE_MS 1000

/* ---- what they call things ---- */

struct vocabulary {
	const char *name, *program, *login, *where;
	const char *ci_file;
	struct {
		const char *word;
		enum job_state state;
	} words[16];
};

static const struct vocabulary vocabularies[] = {
	[CI_GITHUB] = { "GitHub", "gh", "gh auth login", "https://cli.github.com",
		".github/workflows",
		{ { "success", JOB_OK }, { "neutral", JOB_OK }, { "failure", JOB_FAILED },
			{ "timed_out", JOB_FAILED }, { "startup_failure", JOB_FAILED },
			{ "action_required", JOB_WAITING }, { "cancelled", JOB_CANCELLED },
			{ "stale", JOB_CANCELLED }, { "skipped", JOB_SKIPPED },
			{ "in_progress", JOB_RUNNING } } },
	[CI_GITLAB] = { "GitLab", "glab", "glab auth login", "https://gitlab.com/gitlab-org/cli",
		".gitlab-ci.yml",
		{ { "success", JOB_OK }, { "failed", JOB_FAILED }, { "canceled", JOB_CANCELLED },
			{ "canceling", JOB_CANCELLED }, { "skipped", JOB_SKIPPED },
			{ "manual", JOB_SKIPPED }, { "running", JOB_RUNNING } } },
};

const char *
ci_service_name(enum ci_service s)
{
	return vocabularies[s].name;
}

static enum job_state
state_of(enum ci_service service, const char *word)
{
	const struct vocabulary *v = &vocabularies[service];

	for (size_t i = 0; i < COUNT(v->words) && v->words[i].word; i++) {
		if (text_is(v->words[i].word, word))
			return v->words[i].state;
	}
	return JOB_WAITING;
}

/* GitHub has two words: how it ended counts once it has. */
static enum job_state
state_at(enum ci_service service, const struct json *o)
{
	const char *status = json_string(json_get(o, "status"), "");

	if (service == CI_GITHUB && text_is(status, "completed"))
		status = json_string(json_get(o, "conclusion"), "");
	return state_of(service, status);
}

/* "2026-11-21T13:51:34Z", with or without a fraction; ms since 1970, 0 for none of these. */
static uint64_t
moment(const char *text)
{
	struct tm tm = { 0 };

	if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) || tm.tm_year < 100)
		return 0;
	return (uint64_t)timegm(&tm) * 1000;
}

static uint64_t
time_between(const struct json *o, const char *from, const char *to)
{
	uint64_t begin = moment(json_string(json_get(o, from), NULL));
	uint64_t end = moment(json_string(json_get(o, to), NULL));

	return begin && end > begin ? end - begin : 0;
}

static bool
is_part_of_triple(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* A job may well be called arm-tests; of Rust's targets WebAssembly's alone have but one dash. */
static bool
is_triple(struct span word)
{
	struct span rest;

	span_cut(word, '-', &rest);
	return targets_is_triple(word) &&
		(span_find(rest, SPAN("-")) >= 0 || span_starts(word, "wasm"));
}

/* "build (aarch64-unknown-linux-gnu, ubuntu-latest)": the target is the matrix's. */
static const char *
triple_in(const char *name, struct arena *arena)
{
	for (const char *c = name; *c;) {
		struct span word = { c, 0 };

		while (is_part_of_triple(c[word.len]))
			word.len++;
		if (is_triple(word))
			return arena_span(arena, word);
		c += word.len ? word.len : 1;
	}
	return NULL;
}

/* ---- asking ---- */

struct asking {
	const char *dir, *program; /* path */
	const struct vocabulary *words;
	struct ci_run *run;
};

/* In the order in which they are looked for, in what gh and glab say to people. */
static const struct {
	const char *said, *why, *remedy;
} troubles[] = {
	{ "known GitHub host", "no remote of this repository is a host that gh knows",
		"git remote -v; gh auth login --hostname HOST" },
	{ "no git remotes", "this repository has no remote", "git remote add origin URL" },
	{ "not a git repository", "this is no git repository", "xtui -C DIR ci" },
	{ "auth login", "it is not logged in", NULL },
	{ "401", "it is not logged in, or no longer", NULL },
	{ "403", "it may not read this project", NULL },
	{ "error connecting", "its server cannot be reached", "the network, or a proxy" },
	{ "dial tcp", "its server cannot be reached", "the network, or a proxy" },
	{ "no such host", "its server cannot be reached", "the network, or a proxy" },
	{ "404", "there is no such run, or it may not be read", "xtui ci, for the last one" },
};

static bool
err_said(const struct asking *a, const char *complaint, struct err *err)
{
	struct span said = span_trim(span_of(complaint)), rest, line = span_cut(said, '\n', &rest);

	for (size_t i = 0; i < COUNT(troubles); i++) {
		const char *remedy = troubles[i].remedy;

		if (!strstr(complaint, troubles[i].said))
			continue;
		err_set(err, ERR_ENVIRONMENT, "ci: %s: %s", a->words->program, troubles[i].why);
		return err_try(err, "%s", remedy ? remedy : a->words->login);
	}
	return err_set(
		err, ERR_ENVIRONMENT, "ci: %s: %.*s", a->words->program, (int)line.len, line.data);
}

/* What the words (end with NULL) answer, as JSON; free with json_free. */
static struct json *
ask(const struct asking *a, const char *const *words, struct err *err)
{
	static const struct proc_env env[] = { { "NO_COLOR", "1" }, { "CLICOLOR_FORCE", NULL },
		{ "GH_PROMPT_DISABLED", "1" }, { "GH_NO_UPDATE_NOTIFIER", "1" },
		{ "GLAB_CHECK_UPDATE", "false" }, { "NO_PROMPT", "1" } };
	const char *argv[12] = { a->program };
	struct proc_spec spec = { .argv = argv, .dir = a->dir, .env = env, .env_count = 6 };
	struct proc_result result;
	struct json *answer = NULL;

	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	if (proc_capture(&spec, ANSWER_MAX, LIMIT_MS, &result, err)) {
		if (result.end.exit_code != 0)
			err_said(a, str_cstr(&result.err), err);
		else if (!(answer = json_parse(result.out.data, result.out.len, err)))
			err_prefix(err, "ci: %s", a->words->program);
	}
	proc_result_fini(&result);
	return answer;
}

#define ask_for(a, err, ...) ask(a, (const char *const[]){ __VA_ARGS__, NULL }, err)

static bool
err_no_run(const struct asking *a, struct err *err)
{
	err_set(err, ERR_FAILED, "ci: %s has no run of this project", a->words->name);
	return err_try(err, "xtui export %s, then push it",
		a->run->service == CI_GITHUB ? "github" : "gitlab");
}

/* The text of a number or a string; in the arena, or NULL. Strangers name branches and pull requests. */
static const char *
text_at(struct ci_run *run, const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	const char *text = json_string(v, NULL);
	int64_t number = json_integer(v, -1);

	if (text)
		return *text ? arena_clean(&run->arena, text) : NULL;
	return number < 0 ? NULL : arena_printf(&run->arena, "%lld", (long long)number);
}

static void
add_job(struct ci_run *run, const struct json *o, const char *id, const char *url, uint64_t ms)
{
	const char *name = text_at(run, o, "name");

	vec_push(&run->jobs,
		((struct ci_job){ .id = text_at(run, o, id),
			.name = name ? name : "job",
			.url = text_at(run, o, url),
			.triple = triple_in(name ? name : "", &run->arena),
			.state = state_at(run->service, o),
			.ms = ms }));
}

/* ---- GitHub ---- */

/* The id of the last run: of the branch, or of any when that is NULL. */
static const char *
last_of_github(const struct asking *a, const char *branch, struct err *err)
{
	struct json *list = branch
		? ask_for(a, err, "run", "list", "--limit", "1", "--json", "databaseId", "--branch",
			  branch)
		: ask_for(a, err, "run", "list", "--limit", "1", "--json", "databaseId");
	const char *id = text_at(a->run, json_first(list), "databaseId");

	json_free(list);
	return id;
}

static bool
load_github(const struct asking *a, const char *id, struct err *err)
{
	struct ci_run *run = a->run;
	static const char fields[] = "conclusion,createdAt,databaseId,displayTitle,event,"
				     "headBranch,headSha,jobs,status,url,workflowName";
	struct json *o = ask_for(a, err, "run", "view", id, "--json", fields);

	if (!o)
		return false;
	run->id = text_at(run, o, "databaseId");
	run->title = text_at(run, o, "displayTitle");
	run->workflow = text_at(run, o, "workflowName");
	run->branch = text_at(run, o, "headBranch");
	run->sha = text_at(run, o, "headSha");
	run->event = text_at(run, o, "event");
	run->url = text_at(run, o, "url");
	run->created = text_at(run, o, "createdAt");
	run->state = state_at(run->service, o);
	for (const struct json *j = json_first(json_get(o, "jobs")); j; j = json_next(j))
		add_job(run, j, "databaseId", "url", time_between(j, "startedAt", "completedAt"));
	json_free(o);
	return true;
}

/* ---- GitLab ---- */

/* As a query of a URL has it: "fix#12" -> "fix%2312". */
static const char *
in_query(const char *text, struct arena *arena)
{
	struct str out = STR_INIT;

	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (isalnum(*c) || strchr("-._~", *c))
			str_append_char(&out, (char)*c);
		else
			str_appendf(&out, "%%%02X", *c);
	}
	return arena_take(arena, &out);
}

static const char *
last_of_gitlab(const struct asking *a, const char *branch, struct err *err)
{
	struct arena *arena = &a->run->arena;
	const char *path = arena_printf(arena, "projects/:fullpath/pipelines?per_page=1%s%s",
		branch ? "&ref=" : "", branch ? in_query(branch, arena) : "");
	struct json *list = ask_for(a, err, "api", path);
	const char *id = text_at(a->run, json_first(list), "id");

	json_free(list);
	return id;
}

static bool
load_gitlab_jobs(const struct asking *a, const char *id, struct err *err)
{
	struct ci_run *run = a->run;
	size_t got = PAGE;

	for (int page = 1; got == PAGE && page <= PAGES_MAX; page++) {
		const char *path = arena_printf(&run->arena,
			"projects/:fullpath/pipelines/%s/jobs?per_page=%d&page=%d", id, PAGE, page);
		struct json *list = ask_for(a, err, "api", path);

		if (!list)
			return false;
		for (const struct json *j = json_first(list); j; j = json_next(j)) {
			double seconds = json_number(json_get(j, "duration"), 0);
			bool is_time = seconds > 0 && seconds < SECONDS_MAX;

			add_job(run, j, "id", "web_url", is_time ? (uint64_t)(seconds * 1000) : 0);
		}
		got = json_count(list);
		json_free(list);
	}
	return true;
}

static bool
load_gitlab(const struct asking *a, const char *id, struct err *err)
{
	struct ci_run *run = a->run;
	const char *path = arena_printf(&run->arena, "projects/:fullpath/pipelines/%s", id);
	struct json *o = ask_for(a, err, "api", path);

	if (!o)
		return false;
	run->id = text_at(run, o, "id");
	run->title = text_at(run, o, "name");
	run->workflow = "pipeline";
	run->branch = text_at(run, o, "ref");
	run->sha = text_at(run, o, "sha");
	run->event = text_at(run, o, "source");
	run->url = text_at(run, o, "web_url");
	run->created = text_at(run, o, "created_at");
	run->state = state_at(run->service, o);
	json_free(o);
	return load_gitlab_jobs(a, id, err);
}

/* ---- logs ---- */

/* "2026-11-21T13:51:34.1234567Z "; how long it is, 0 for none. */
static size_t
stamp_len(struct span line)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	size_t i = 0;

	if (line.len < sizeof(shape))
		return 0;
	for (; shape[i]; i++) {
		if (shape[i] == 'd' ? !isdigit((unsigned char)line.data[i])
				    : line.data[i] != shape[i])
			return 0;
	}
	while (i < line.len && (isdigit((unsigned char)line.data[i]) || line.data[i] == '.'))
		i++;
	if (i >= line.len || line.data[i] != 'Z')
		return 0;
	return i + 1 < line.len && line.data[i + 1] == ' ' ? i + 2 : i + 1;
}

static struct span
behind(struct span line, size_t len)
{
	return (struct span){ line.data + len, line.len - len };
}

/* GitLab's "00O " behind the time: which stream; "+" where a line goes on. */
static struct span
without_stream(struct span line)
{
	bool has = line.len >= 4 && isxdigit((unsigned char)line.data[0]) &&
		isxdigit((unsigned char)line.data[1]) && strchr("OE", line.data[2]) &&
		strchr(" +", line.data[3]);

	return has ? behind(line, 4) : line;
}

/* Its marks of sections end in CR and "erase the line". */
static struct span
without_section(struct span line)
{
	long at;

	while ((span_starts(line, "section_start:") || span_starts(line, "section_end:") ||
		       span_starts(line, "\033[0Ksection_")) &&
		(at = span_find(line, SPAN("\r\033[0K"))) >= 0)
		line = behind(line, (size_t)at + 5);
	return line;
}

/* What a line of a job's log is without what the service puts before it. */
static void
append_clean_line(struct span line, struct str *out)
{
	static const struct {
		const char *mark, *word;
	} marks[] = { { "##[error]", "error: " }, { "##[warning]", "warning: " },
		{ "##[group]", "" }, { "##[command]", "$ " }, { "##[debug]", "" } };
	struct span rest = line;

	if (span_starts(rest, "\xef\xbb\xbf"))
		rest = behind(rest, 3);
	if (stamp_len(rest))
		rest = without_stream(behind(rest, stamp_len(rest)));
	rest = without_section(rest);
	if (span_starts(rest, "##[endgroup]"))
		return;
	for (size_t i = 0; i < COUNT(marks); i++) {
		if (!span_starts(rest, marks[i].mark))
			continue;
		str_append(out, marks[i].word);
		rest = behind(rest, strlen(marks[i].mark));
		break;
	}
	str_append_span(out, rest);
	str_append_char(out, '\n');
}

struct reading {
	struct readings *all;
	struct ci_job *job;
	struct proc *proc;
	struct loop_timer *limit;
	struct str raw;
};

struct readings {
	const struct asking *asking;
	struct loop *loop;
	struct reading *items;
	size_t next, running;
};

static void begin_next(struct readings *all);

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct reading *r = arg;

	if (stream == PROC_STDOUT && r->raw.len + len <= ANSWER_MAX)
		str_append_bytes(&r->raw, bytes, len);
}

/* A job without a log, or whose log has gone, has none. */
static void
on_end(void *arg, const struct proc_end *end)
{
	struct reading *r = arg;
	struct span rest = str_span(&r->raw);

	r->proc = NULL;
	loop_timer_stop(r->limit);
	while (end->exit_code == 0 && rest.len) {
		struct span line = span_cut(rest, '\n', &rest);

		if (line.len && line.data[line.len - 1] == '\r')
			line.len--;
		append_clean_line(line, &r->job->log);
	}
	str_fini(&r->raw);
	r->all->running--;
	begin_next(r->all);
}

static void
on_limit(void *arg)
{
	struct reading *r = arg;

	proc_cancel(r->proc, SIGTERM, GRACE_MS);
}

static void
begin(struct readings *all, struct ci_job *job)
{
	static const struct proc_events events = { on_output, on_end };
	struct ci_run *run = all->asking->run;
	const char *path = run->service == CI_GITHUB
		? arena_printf(&run->arena, "repos/{owner}/{repo}/actions/jobs/%s/logs", job->id)
		: arena_printf(&run->arena, "projects/:fullpath/jobs/%s/trace", job->id);
	const char *const argv[] = { all->asking->program, "api", path, NULL };
	struct proc_spec spec = { .argv = argv, .dir = all->asking->dir };
	struct reading *r = &all->items[all->next - 1];

	*r = (struct reading){ .all = all, .job = job };
	r->proc = proc_start(all->loop, &spec, &events, r, NULL);
	if (!r->proc)
		return;
	r->limit = loop_timer_start(all->loop, LIMIT_MS, 0, on_limit, r);
	all->running++;
}

static void
begin_next(struct readings *all)
{
	struct ci_run *run = all->asking->run;

	while (all->running < SIDE_BY_SIDE && all->next < run->jobs.len) {
		struct ci_job *job = &run->jobs.items[all->next++];

		if (job->id &&
			(job->state == JOB_OK || job->state == JOB_FAILED ||
				job->state == JOB_CANCELLED))
			begin(all, job);
	}
}

static void
read_logs(const struct asking *a)
{
	struct readings all = { .asking = a, .loop = loop_new() };

	all.items = xcalloc(a->run->jobs.len + 1, sizeof(*all.items));
	begin_next(&all);
	while (all.running)
		loop_turn(all.loop, true);
	loop_free(all.loop);
	free(all.items);
}

/* ---- which service ---- */

/* What git says, its first line; NULL when it fails. In the arena. */
static const char *
git_says(const char *dir, struct arena *arena, const char *const *argv)
{
	struct proc_spec spec = { .argv = argv, .dir = dir };
	struct proc_result result;
	const char *line = NULL;

	if (proc_capture(&spec, 4096, LIMIT_MS, &result, NULL) && result.end.exit_code == 0) {
		struct span said = span_trim(str_span(&result.out));

		line = said.len ? arena_span(arena, said) : NULL;
	}
	proc_result_fini(&result);
	return line;
}

#define git(dir, arena, ...) git_says(dir, arena, (const char *const[]){ "git", __VA_ARGS__, NULL })

static bool
has_file(const char *root, const char *name)
{
	char *path = path_join(root, name);
	bool has = file_exists(path);

	free(path);
	return has;
}

static bool
find_service(struct ci_run *run, const char *dir, struct err *err)
{
	const char *url = git(dir, &run->arena, "remote", "get-url", "origin");
	const char *root = git(dir, &run->arena, "rev-parse", "--show-toplevel");

	for (int i = 0; i < 2; i++) {
		const char *name = i == CI_GITHUB ? "github" : "gitlab";

		if (url && strcasestr(url, name)) {
			run->service = (enum ci_service)i;
			return true;
		}
	}
	for (int i = 0; i < 2; i++) {
		if (has_file(root ? root : dir, vocabularies[i].ci_file)) {
			run->service = (enum ci_service)i;
			return true;
		}
	}
	err_set(err, ERR_ENVIRONMENT,
		"ci: neither the remote \"origin\" nor a file here tells of GitHub's or GitLab's "
		"CI");
	return err_try(err, "xtui export github, or xtui export gitlab");
}

static bool
find_program(struct asking *a, struct err *err)
{
	char *path = proc_find_program(a->words->program);

	a->program = arena_strdup(&a->run->arena, path);
	free(path);
	if (a->program)
		return true;
	err_set(err, ERR_ENVIRONMENT, "ci: %s asks %s by %s, which is not on PATH", "xtui",
		a->words->name, a->words->program);
	return err_try(err, "install it (%s), then %s", a->words->where, a->words->login);
}

/* Of the branch at hand first: what was just pushed is of interest. */
static const char *
find_last(const struct asking *a, struct err *err)
{
	const char *(*last)(const struct asking *a, const char *branch, struct err *err) =
		a->run->service == CI_GITHUB ? last_of_github : last_of_gitlab;
	const char *branch = git(a->dir, &a->run->arena, "branch", "--show-current");
	const char *id = branch ? last(a, branch, err) : NULL;

	if (!id && err->kind == ERR_NONE)
		id = last(a, NULL, err);
	if (!id && err->kind == ERR_NONE)
		err_no_run(a, err);
	return id;
}

struct ci_run *
ci_load(const char *dir, const char *id, struct err *err)
{
	struct ci_run *run = xcalloc(1, sizeof(*run));
	struct asking a = { .dir = dir, .run = run };
	bool ok = find_service(run, dir, err);

	a.words = &vocabularies[run->service];
	ok = ok && find_program(&a, err) && (id || (id = find_last(&a, err))) &&
		(run->service == CI_GITHUB ? load_github : load_gitlab)(&a, id, err);
	if (!ok) {
		ci_free(run);
		return NULL;
	}
	read_logs(&a);
	return run;
}

void
ci_free(struct ci_run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->jobs.len; i++)
		str_fini(&run->jobs.items[i].log);
	vec_fini(&run->jobs);
	arena_fini(&run->arena);
	free(run);
}

/* ---- as a recording ---- */

static bool
is_only_one(const struct ci_run *run, const struct ci_job *job)
{
	size_t same = 0;

	for (size_t i = 0; i < run->jobs.len; i++)
		same += text_is(run->jobs.items[i].triple, job->triple);
	return same == 1;
}

/* A job is called by its target where no other is of the same; else by its name, which becomes one of a
 * file. */
static const char *
pane_name(struct recording *r, const struct ci_run *run, const struct ci_job *job)
{
	char *name;

	if (job->triple && is_only_one(run, job))
		return arena_strdup(&r->arena, job->triple);
	name = arena_strdup(&r->arena, job->name);
	for (char *c = name; *c; c++) {
		if (*c == '/' || (unsigned char)*c < ' ')
			*c = '-';
	}
	return *name == '.' ? arena_printf(&r->arena, "-%s", name) : name;
}

static const char *
recording_title(struct recording *r, const struct ci_run *run)
{
	return arena_printf(&r->arena, "%s %s%s%s, %s", ci_service_name(run->service),
		run->workflow ? run->workflow : "run", run->branch ? " on " : "",
		run->branch ? run->branch : "", job_state_name(run->state));
}

struct recording *
ci_recording(const struct ci_run *run)
{
	struct recording *r = xcalloc(1, sizeof(*r));

	r->title = recording_title(r, run);
	r->speed = 1;
	for (size_t i = 0; i < run->jobs.len; i++) {
		const struct ci_job *job = &run->jobs.items[i];
		bool is_over = job->state > JOB_RUNNING;

		vec_push(&r->jobs,
			((struct recorded_job){ .target = pane_name(r, run, job),
				.variant = arena_strdup(&r->arena, job->name),
				.backend = run->service == CI_GITHUB ? "github" : "gitlab" }));
		if (job->log.len)
			vec_push(&r->events,
				((struct recorded_event){ .kind = RECORDED_LOG,
					.job = (int)i + 1,
					.text = arena_span(&r->arena, str_span(&job->log)),
					.text_len = job->log.len,
					.stream = "stdout" }));
		vec_push(&r->events,
			((struct recorded_event){ .kind = RECORDED_END,
				.job = (int)i + 1,
				.state = is_over ? job->state : JOB_CANCELLED,
				.exit_code = job->state == JOB_OK ? 0 : 1 }));
	}
	return r;
}
