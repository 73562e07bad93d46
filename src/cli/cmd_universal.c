/* universal: one file out of two or more Apple slices. */
#include "artifact/universal.h"
#include "base/quantity.h"
#include "cli/cli.h"

static bool
check_args(const struct args *args, struct err *err)
{
	if (args->positional.len >= 2 && args_has(args, OPT_OUTPUT)) {
		for (size_t i = 0; i < args->positional.len; i++)
			if (!cli_has_file(args->positional.items[i], err))
				return false;
		return true;
	}
	err_set(err, ERR_USAGE, "universal: expected %s",
		args->positional.len < 2 ? "two files or more"
					 : "-o FILE, a name for what is made");
	return err_try(err, "xtui universal x86_64/PROGRAM aarch64/PROGRAM -o PROGRAM");
}

int
cmd_universal(struct cli *cli)
{
	const struct args *args = &cli->args;
	const char *path = args_get(args, OPT_OUTPUT, NULL);
	struct str machines = STR_INIT, out = STR_INIT;
	struct err err = ERR_INIT;
	uint64_t bytes = 0;
	char size[QUANTITY_MAX];
	int status = 0;

	if (!check_args(args, &err) ||
		!universal_write((const char *const *)args->positional.items, args->positional.len,
			path, &machines, &bytes, &err)) {
		status = cli_fail(cli, &err);
		goto done;
	}
	str_appendf(&out, "%s: %s, %s\n", path, quantity_put(size, bytes), str_cstr(&machines));
	if (!cli->quiet)
		cli_print(cli, &out);
done:
	str_fini(&machines);
	str_fini(&out);
	return status;
}
