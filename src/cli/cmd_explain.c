/* explain: hints for a log from a file or standard input. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "cli/cli.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "host/platform.h"
#include "io/file.h"
#include "text/json.h"

static bool
read_standard_input(struct str *log, struct err *err)
{
	ssize_t n;

	do {
		str_reserve(log, 65536);
		n = read(STDIN_FILENO, log->data + log->len, log->cap - log->len - 1);
		if (n > 0)
			log->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return err_errno(err, "standard input");
	str_append(log, "");
	return true;
}

static bool
read_log(struct cli *cli, struct str *log, struct err *err)
{
	const char *file = cli->args.positional.len ? cli->args.positional.items[0] : "-";

	return text_is(file, "-") ? read_standard_input(log, err) : file_read(file, log, err);
}

static int
check_rules(struct cli *cli, const char *path)
{
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	if (!rules_check_file(path, &err))
		return cli_fail(cli, &err);
	str_appendf(&out, "%s: every rule is well formed, and its examples hold\n", path);
	if (!cli->quiet)
		cli_print(cli, &out);
	str_fini(&out);
	return 0;
}

static void
print_result(struct cli *cli, const struct explanation *e)
{
	struct str out = STR_INIT;
	struct json *doc;

	if (args_has(&cli->args, OPT_JSON)) {
		doc = explain_json(e);
		cli_print_json(cli, doc);
		json_free(doc);
	} else if (e->count) {
		explain_print(e, &out);
		cli_print(cli, &out);
	} else if (!cli->quiet) {
		fprintf(stderr, "xtui: no toolchain cause is known for this log\n");
	}
	str_fini(&out);
}

int
cmd_explain(struct cli *cli)
{
	const struct args *args = &cli->args;
	const char *check = args_get(args, OPT_CHECK, NULL);
	struct hint_context context = {
		.target = args_get(args, OPT_TARGET, NULL),
		.backend = args_get(args, OPT_BACKEND, NULL),
		.distribution = platform_get()->distribution,
		.project_dir = cli->dir,
	};
	struct rules *rules = NULL;
	struct explanation *e = NULL;
	struct str log = STR_INIT;
	struct err err = ERR_INIT;
	int status;

	if (check) {
		status = check_rules(cli, check);
		goto done;
	}
	if (!(rules = rules_load_for(cli->dir, &err)) || !read_log(cli, &log, &err)) {
		status = cli_fail(cli, &err);
		goto done;
	}
	e = explain(rules, str_span(&log), &context);
	print_result(cli, e);
	status = e->count ? 0 : 1;
done:
	explanation_free(e);
	rules_free(rules);
	str_fini(&log);
	return status;
}
