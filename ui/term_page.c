#include "ui/term_page.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "io/fd.h"

static int
open_file(void)
{
#ifdef MFD_CLOEXEC
	return memfd_create("xtui-frame", MFD_CLOEXEC);
#else
	FILE *file = tmpfile(); /* without a name: it goes with its last descriptor */
	int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 3) : -1;

	if (file)
		fclose(file);
	return fd;
#endif
}

void
page_init(struct page *p, int out)
{
	p->out = out;
	p->tty = fcntl(out, F_DUPFD_CLOEXEC, 3);
	p->file = p->tty < 0 ? -1 : open_file();
}

void
page_fini(struct page *p)
{
	fd_close(&p->file);
	fd_close(&p->tty);
}

bool
page_is_open(const struct page *p)
{
	return p->file >= 0;
}

static bool
lead_to(const struct page *p, int fd)
{
	while (dup2(fd, p->out) < 0)
		if (errno != EINTR)
			return false;
	fcntl(p->out, F_SETFD, FD_CLOEXEC);
	return true;
}

bool
page_begin(struct page *p)
{
	return p->file >= 0 && lseek(p->file, 0, SEEK_SET) == 0 && lead_to(p, p->file);
}

void
page_end(struct page *p, struct str *bytes)
{
	off_t len = lseek(p->file, 0, SEEK_CUR);

	lead_to(p, p->tty);
	for (off_t at = 0; at < len;) {
		char piece[8192];
		size_t want =
			(size_t)(len - at) < sizeof(piece) ? (size_t)(len - at) : sizeof(piece);
		ssize_t n = pread(p->file, piece, want, at);

		if (n <= 0)
			return;
		str_append_bytes(bytes, piece, (size_t)n);
		at += n;
	}
}
