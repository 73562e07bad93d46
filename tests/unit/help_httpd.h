/* help_httpd: a server on 127.0.0.1 whose answers a test writes by hand.
 *
 * A thread takes one connection after the other, reads the head of the request and lets the test's
 * function answer, byte by byte if it likes. Each connection carries one request. */
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tests/unit/check.h"
#include "tests/unit/wait.h"
#include "base/alloc.h"

#define HTTPD_URL_SIZE 96

struct request {
	char head[8192];    /* all of it */
	char path[256];     /* "/a", or as a proxy gets it, "http://…/a" */
	long first;         /* of Range; 0: none was asked for */
	char if_range[128]; /* "": none */
	int number;         /* of requests before this one */
	int fd;
};

struct httpd {
	void (*answer)(struct request *r, void *arg);
	void *arg;
	int fd, port;
	pthread_t thread;
	_Atomic int requests, answered;
	_Atomic bool is_closing;
};

static inline void
say_bytes(struct request *r, const void *bytes, size_t len)
{
	const char *rest = bytes;
	ssize_t put;

	for (; len; rest += put, len -= (size_t)put)
		if ((put = send(r->fd, rest, len, MSG_NOSIGNAL)) < 0)
			return;
}

__attribute__((format(printf, 2, 3))) static inline void
say(struct request *r, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_appendv(&text, fmt, args);
	va_end(args);
	say_bytes(r, text.data, text.len);
	str_fini(&text);
}

/* Says nothing until the other side has gone. */
static inline void
say_nothing(struct request *r, struct httpd *h)
{
	char byte;

	for (;;) {
		struct pollfd p = { r->fd, POLLIN, 0 };

		poll(&p, 1, 50);
		if ((p.revents && recv(r->fd, &byte, 1, MSG_DONTWAIT) <= 0) ||
			atomic_load(&h->is_closing))
			return;
	}
}

/* The value of a field of the head into out; "" when there is none. */
static inline void
read_field(const struct request *r, const char *name, char *out, size_t size)
{
	const char *line = r->head;

	*out = '\0';
	while ((line = strstr(line, "\r\n"))) {
		line += 2;
		if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
			line += strlen(name) + 1;
			line += strspn(line, " ");
			snprintf(out, size, "%.*s", (int)strcspn(line, "\r"), line);
			return;
		}
	}
}

static inline bool
read_head(struct request *r)
{
	char range[64];
	size_t len = 0;
	ssize_t got;

	while (!strstr(r->head, "\r\n\r\n")) {
		got = recv(r->fd, r->head + len, sizeof(r->head) - 1 - len, 0);
		if (got <= 0)
			return false;
		r->head[len += (size_t)got] = '\0';
	}
	sscanf(r->head, "%*s %255s", r->path);
	read_field(r, "If-Range", r->if_range, sizeof(r->if_range));
	read_field(r, "Range", range, sizeof(range));
	sscanf(range, "bytes=%ld-", &r->first);
	return true;
}

static inline void *
httpd_run(void *arg)
{
	struct httpd *h = arg;

	for (;;) {
		struct request *r = xcalloc(1, sizeof(*r));

		r->fd = accept(h->fd, NULL, NULL);
		if (atomic_load(&h->is_closing) || r->fd < 0) {
			if (r->fd >= 0)
				close(r->fd);
			free(r);
			return NULL;
		}
		if (read_head(r)) {
			r->number = atomic_fetch_add(&h->requests, 1);
			h->answer(r, h->arg);
			atomic_fetch_add(&h->answered, 1);
		}
		shutdown(r->fd, SHUT_WR);
		close(r->fd);
		free(r);
	}
}

static inline void
httpd_start(struct httpd *h, void (*answer)(struct request *r, void *arg), void *arg)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);

	h->answer = answer;
	h->arg = arg;
	atomic_store(&h->requests, 0);
	atomic_store(&h->answered, 0);
	atomic_store(&h->is_closing, false);
	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(h->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(h->fd, 16), 0);
	assert_int_equal(getsockname(h->fd, (struct sockaddr *)&at, &size), 0);
	h->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&h->thread, NULL, httpd_run, h), 0);
}

/* Until all that was asked is answered: what the answers note may be looked at. */
static inline void
httpd_settle(struct httpd *h)
{
	wait_until(atomic_load(&h->answered) >= atomic_load(&h->requests));
}

/* As if nothing had been asked. */
static inline void
httpd_forget(struct httpd *h)
{
	httpd_settle(h);
	atomic_store(&h->requests, 0);
	atomic_store(&h->answered, 0);
}

static inline void
httpd_stop(struct httpd *h)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)h->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	atomic_store(&h->is_closing, true);
	connect(fd, (struct sockaddr *)&at, sizeof(at)); /* wakes accept */
	pthread_join(h->thread, NULL);
	close(fd);
	close(h->fd);
}
