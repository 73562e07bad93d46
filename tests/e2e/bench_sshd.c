#include "e2e/bench_sshd.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "e2e/bench_build.h"

#define WAIT_STEPS 3000 /* of 10 ms */

struct sshd {
	struct stage *stage;
	pid_t pid;
	int port;
};

/* ---- the server ---- */

static struct sockaddr_in
address(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port) };
}

static int
free_port(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = address(0);
	socklen_t len = sizeof(a);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static bool
listens(int port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = address(port);
	bool ok = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	close(fd);
	return ok;
}

static void
make_key(struct stage *s, const char *name)
{
	struct str said = STR_INIT;
	const char *const argv[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name,
		NULL };

	assert_int_equal(bed_run(bed_path(s->bed, "ssh"), argv, &said), 0);
	str_fini(&said);
}

static void
write_server_config(struct stage *s, int port)
{
	struct arena *a = &s->bed->arena;
	const char *dir = bed_path(s->bed, "ssh"), *there = bed_path(s->bed, "there");

	bed_write(s->bed, "ssh/sshd_config",
		arena_printf(a,
			"Port %d\nListenAddress 127.0.0.1\nHostKey %s/host\nPidFile none\n"
			"AuthorizedKeysFile %s/key.pub\nStrictModes no\nUsePAM no\n"
			"PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
			"SetEnv PATH=%s CARGO_HOME=%s RUSTUP_HOME=%s XDG_STATE_HOME=%s/state "
			"XDG_CACHE_HOME=%s/cache XDG_CONFIG_HOME=%s/config XDG_DATA_HOME=%s/data "
			"CARGO_NET_OFFLINE=true RUSTUP_AUTO_INSTALL=0\n",
			port, dir, dir, getenv("PATH"), getenv("CARGO_HOME"), getenv("RUSTUP_HOME"),
			there, there, there, there));
}

static void
write_client_config(struct stage *s, int port)
{
	struct arena *a = &s->bed->arena;
	const char *dir = bed_path(s->bed, "ssh");
	struct str key = STR_INIT;

	assert_true(file_read(bed_path(s->bed, "ssh/host.pub"), &key, NULL));
	bed_write(s->bed, "ssh/known", arena_printf(a, "[127.0.0.1]:%d %s", port, str_cstr(&key)));
	bed_write(s->bed, "ssh/config",
		arena_printf(a,
			"Host box other\nHostName 127.0.0.1\nPort %d\nUser %s\nIdentityFile "
			"%s/key\n"
			"IdentitiesOnly yes\nIdentityAgent none\nUserKnownHostsFile %s/known\n"
			"GlobalKnownHostsFile /dev/null\nStrictHostKeyChecking ask\n",
			port, getpwuid(getuid())->pw_name, dir, dir));
	str_fini(&key);
}

void
sshd_client_line(struct stage *s, const char *line)
{
	struct str old = STR_INIT;

	assert_true(file_read(bed_path(s->bed, "ssh/config"), &old, NULL));
	bed_write(s->bed, "ssh/config",
		arena_printf(&s->bed->arena, "Host box\n%s\n%s", line, str_cstr(&old)));
	str_fini(&old);
}

void
sshd_configure(struct stage *s, const char *more)
{
	struct arena *a = &s->bed->arena;

	bed_write(s->bed, "config/xtui/config.toml",
		arena_printf(a,
			"[remote.box]\nxtui = \"%s\"\nfolder = \"%s/sources\"\n"
			"ssh-config = \"%s/ssh/config\"\n%s",
			s->program, s->bed->dir, s->bed->dir, more));
}

static pid_t
start(struct stage *s, const char *program)
{
	const char *config = bed_path(s->bed, "ssh/sshd_config"),
		   *log = bed_path(s->bed, "ssh/log");
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent || dup2(out, 1) < 0 || dup2(out, 2) < 0)
			_exit(127);
		clearenv();
		execl(program, program, "-D", "-e", "-f", config, (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static const char *
find_server(void)
{
	static const char *const places[] = { "/usr/sbin/sshd", "/usr/bin/sshd",
		"/usr/local/sbin/sshd", "/usr/lib/ssh/sshd" };

	for (size_t i = 0; i < COUNT(places); i++) {
		if (file_is_executable(places[i]))
			return places[i];
	}
	return NULL;
}

static void
end_server(void *arg)
{
	struct sshd *d = arg;

	sshd_drop(d);
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	free(d);
}

struct sshd *
sshd_open(struct stage *s)
{
	static const char *const programs[] = { "ssh", "ssh-keygen", "rsync", "git", "uname",
		"kill" };
	struct sshd *d;
	const char *program = find_server();

	for (size_t i = 0; i < COUNT(programs); i++)
		stage_show(s, programs[i]);
	if (!program || !bed_has("ssh") || !bed_has("ssh-keygen"))
		bed_skip("no OpenSSH server (openssh-server) on this machine");
	if (!file_exists(stage_fixture(s, "rustup/done")))
		bed_skip("no rustup fixture below build/fixture");
	if (getuid() == 0 && mkdir("/run/sshd", 0755) != 0 && !file_is_dir("/run/sshd"))
		bed_skip("sshd as root needs /run/sshd, which cannot be made");
	d = xcalloc(1, sizeof(*d));
	d->stage = s;
	d->port = free_port();
	bed_dirs(s->bed, "ssh");
	make_key(s, "host");
	make_key(s, "key");
	write_server_config(s, d->port);
	write_client_config(s, d->port);
	sshd_configure(s, "");
	d->pid = start(s, program);
	stage_at_end(s, end_server, d);
	for (int i = 0; i < WAIT_STEPS && !listens(d->port); i++) {
		struct str log = STR_INIT;

		if (waitpid(d->pid, NULL, WNOHANG) == d->pid) {
			file_read(bed_path(s->bed, "ssh/log"), &log, NULL);
			fail_msg("sshd has ended: %s", str_cstr(&log));
		}
		poll(NULL, 0, 10);
	}
	return d;
}

int
sshd_port(const struct sshd *d)
{
	return d->port;
}

/* ---- processes ---- */

/* The parent of a process, from /proc/PID/stat. */
static pid_t
parent_of(const char *pid)
{
	char *path = xasprintf("/proc/%s/stat", pid), text[512] = "";
	FILE *f = fopen(path, "re");
	const char *rest;

	if (f) {
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
	}
	free(path);
	rest = strrchr(text, ')');
	return rest ? (pid_t)strtol(rest + 3, NULL, 10) : 0;
}

static bool
is_named(const char *pid, const char *name)
{
	char *path = xasprintf("/proc/%s/comm", pid), text[64] = "";
	FILE *f = fopen(path, "re");

	if (f) {
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
	}
	free(path);
	return text_starts(text, name);
}

static void
kill_below(pid_t parent)
{
	DIR *proc = opendir("/proc");

	for (struct dirent *entry; proc && (entry = readdir(proc));) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
			parent_of(entry->d_name) != parent || !is_named(entry->d_name, "sshd"))
			continue;
		kill_below((pid_t)strtol(entry->d_name, NULL, 10));
		kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
	}
	if (proc)
		closedir(proc);
}

void
sshd_drop(struct sshd *d)
{
	kill_below(d->pid);
}

/* Its environment names the folders there. */
int
sshd_processes(struct stage *s)
{
	struct bed there = { .dir = bed_path(s->bed, "there/state") };
	struct bench b = { .bed = &there };

	return bench_children(&b);
}

bool
sshd_is_quiet(struct stage *s)
{
	for (int i = 0; i < WAIT_STEPS && sshd_processes(s); i++)
		poll(NULL, 0, 10);
	return !sshd_processes(s);
}

const char *
sshd_sources(struct stage *s)
{
	char **names = NULL;
	size_t count = 0;
	const char *path;

	assert_true(file_list(bed_path(s->bed, "sources"), &names, &count, NULL));
	assert_int_equal(count, 1);
	path = bed_path(s->bed, arena_printf(&s->bed->arena, "sources/%s", names[0]));
	file_list_free(names, count);
	return path;
}
