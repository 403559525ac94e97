/*
 * Pipes, with a name (fifo(7)) and without.
 *
 *	writers --> | page | page | ... | page | --> readers
 *		      ^ taken		  ^ put
 *
 * Owns: the ring of each pipe: 16 pages.
 * Invariants:
 *	the bytes [taken, put) of the ring are data, and their pages exist; of
 *	the others only those may where the next bytes go, so that small
 *	messages need no new page each
 *	readers and writers count the open files of each end; without any of
 *	them the ring is empty, and nobody has been seen
 * Whoever puts or takes, or leaves as the last of an end, wakes the others.
 */
#include "kernel/pipe.h"

#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/list.h"
#include "kernel/poll.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "mm/audit.h"
#include "mm/frame.h"
#include "mm/heap.h"
#include "mm/user.h"

enum {
	PAGES = PIPE_SIZE / PAGE_SIZE,
	ATOMIC = 4096, /* PIPE_BUF: a write of this size is never mixed */
};

struct pipe {
	struct list all;     /* in the list of pipes, for audit */
	char *page[PAGES];   /* where the kernel sees it; or NULL */
	uint64_t taken, put; /* bytes so far: their places in the ring */
	uint32_t readers, writers;
	uint32_t readers_seen, writers_seen; /* and those that left again */
	struct wait_queue changed;
};

static struct list pipes = {&pipes, &pipes};

static char **
page_of(struct pipe *p, uint64_t place)
{
	return &p->page[place / PAGE_SIZE % PAGES];
}

static size_t
used(const struct pipe *p)
{
	return p->put - p->taken;
}

/* Sleeps until something changes. => 0, -EAGAIN for O_NONBLOCK, -EINTR */
static int
await_change(const struct file *f, struct pipe *p)
{
	if (f->flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_sleep(&p->changed);
}

static COLD int
await_data(const struct file *f, struct pipe *p)
{
	int err = 0;

	while (used(p) == 0 && p->writers > 0 && err == 0)
		err = await_change(f, p);
	return err;
}

static COLD void
free_page(char **page)
{
	frame_put(frame_of(*page));
	*page = NULL;
}

/* The page behind us is not needed any more, unless a full ring ends in it. */
static COLD void
leave_page(struct pipe *p)
{
	char **page = page_of(p, p->taken - 1);

	if (page != page_of(p, p->put))
		free_page(page);
}

/* Copies from one page of the ring, which is not empty. A page that is through is
 * not needed any more, but the last one is: an empty pipe begins it anew.
 * => bytes; 0: none can be written */
static INLINE size_t
take(struct pipe *p, vaddr_t to, size_t len)
{
	size_t at = p->taken % PAGE_SIZE;
	size_t n = min_u64(min_u64(len, used(p)), PAGE_SIZE - at);

	n = user_write(process_current()->space, to, *page_of(p, p->taken) + at,
		       n);
	p->taken += n;
	if (used(p) == 0)
		p->taken = p->put = page_down(p->put - 1);
	else if (n > 0 && p->taken % PAGE_SIZE == 0)
		leave_page(p);
	return n;
}

/* => what has been done, or why nothing has */
static long
outcome(size_t done, long err)
{
	return done ? (long)done : err;
}

static long
pipe_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	struct pipe *p = f->inode->pipe;
	int err = used(p) > 0 ? 0 : await_data(f, p);
	vaddr_t start = to;
	size_t n;

	(void)offset;
	if (err < 0 || used(p) == 0)
		return err;
	do {
		n = take(p, to, len);
		to += n;
		len -= n;
	} while (n > 0 && len > 0 && used(p) > 0);
	wait_wake(&p->changed);
	return outcome(to - start, -EFAULT);
}

/* How many bytes of a write of len the ring has room for: all of a small one, or
 * none. */
static size_t
room_for(const struct pipe *p, size_t len)
{
	size_t room = PIPE_SIZE - used(p);

	return room >= len ? len : len > ATOMIC ? room : 0;
}

/* Waits for room, and for a reader. => bytes, or -errno */
static COLD long
await_room(const struct file *f, struct pipe *p, size_t len)
{
	struct signal_info broken;
	int err = 0;

	while (p->readers > 0 && room_for(p, len) == 0 && err == 0)
		err = await_change(f, p);
	if (err < 0)
		return err;
	if (p->readers > 0)
		return (long)room_for(p, len);
	broken = signal_from_user(SIGPIPE, SI_USER);
	signal_send_thread(thread_current(), &broken);
	return -EPIPE;
}

static char *
new_page(void)
{
	struct frame *f = frame_alloc(FRAME_PAGE);

	return f ? frame_page(f) : NULL;
}

/* Copies to one page of the ring, which has room for len.
 * => bytes, or -EFAULT, -ENOMEM */
static INLINE long
put(struct pipe *p, vaddr_t from, size_t len)
{
	size_t at = p->put % PAGE_SIZE, n = min_u64(len, PAGE_SIZE - at);
	char **page = page_of(p, p->put);

	if (!*page)
		*page = new_page();
	if (!*page)
		return -ENOMEM;
	n = user_read(process_current()->space, *page + at, from, n);
	p->put += n;
	return n ? (long)n : -EFAULT;
}

static long
pipe_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	struct pipe *p = f->inode->pipe;
	vaddr_t start = from;
	long n;

	(void)offset;
	for (; len > 0; len -= (size_t)n, from += (size_t)n) {
		n = p->readers > 0 ? (long)room_for(p, len) : 0;
		if (n == 0) {
			n = await_room(f, p, len);
			if (n < 0)
				return outcome(from - start, n);
		}
		n = put(p, from, (size_t)n);
		if (n < 0)
			return outcome(from - start, n);
		wait_wake(&p->changed);
	}
	return (long)(from - start);
}

/* Sleeps until another one of the other end comes, if only to leave again. */
static int
await_peer(struct pipe *p, const uint32_t *seen)
{
	uint32_t before = *seen;
	int err = 0;

	thread_current()->holds++; /* the file that is being opened */
	while (*seen == before && err == 0)
		err = wait_sleep(&p->changed);
	thread_current()->holds--;
	return err;
}

/* The ends of pipe(2) know each other, and /proc/PID/fd opens them once more.
 * Who opens one end of a pipe with a name waits for the other. */
static int
pipe_open(struct file *f)
{
	struct pipe *p = f->inode->pipe;
	bool reads = file_readable(f), writes = file_writable(f);

	p->readers += reads;
	p->readers_seen += reads;
	p->writers += writes;
	p->writers_seen += writes;
	wait_wake(&p->changed);
	if (!f->inode->parent || (p->readers > 0 && p->writers > 0))
		return 0;
	if (f->flags & O_NONBLOCK)
		return writes ? -ENXIO : 0;
	return await_peer(p, writes ? &p->readers_seen : &p->writers_seen);
}

/* For a pipe without ends. */
static void
forget(struct pipe *p)
{
	for (int i = 0; i < PAGES; i++)
		if (p->page[i])
			free_page(&p->page[i]);
	p->taken = p->put = p->readers_seen = p->writers_seen = 0;
}

/* An end has been closed for the last time. */
static void
pipe_release(struct file *f)
{
	struct pipe *p = f->inode->pipe;

	p->readers -= file_readable(f);
	p->writers -= file_writable(f);
	if (p->readers == 0 && p->writers == 0)
		forget(p);
	wait_wake(&p->changed);
}

static long
pipe_ioctl(struct file *f, uint64_t request, vaddr_t arg)
{
	int32_t bytes = (int32_t)used(f->inode->pipe);

	if ((uint32_t)request != FIONREAD)
		return -ENOTTY;
	return user_put(process_current()->space, arg, &bytes, sizeof(bytes));
}

static int
pipe_poll(struct file *f, struct wait_queue **queue)
{
	struct pipe *p = f->inode->pipe;

	*queue = &p->changed;
	if (file_readable(f))
		return (used(p) > 0 ? POLLIN_ANY : 0) |
		       (p->writers == 0 && p->writers_seen > 0 ? POLLHUP : 0);
	return (PIPE_SIZE - used(p) >= ATOMIC ? POLLOUT_ANY : 0) |
	       (p->readers == 0 ? POLLERR : 0);
}

static const struct file_ops pipe_ops = {
	.read = pipe_read,
	.write = pipe_write,
	.ioctl = pipe_ioctl,
	.poll = pipe_poll,
	.open = pipe_open,
	.release = pipe_release,
	.stream = true,
};

void
pipe_free(struct pipe *p)
{
	if (!p)
		return;
	list_remove(&p->all);
	heap_free(p);
}

void
pipe_hold(void)
{
	list_each(link, &pipes) {
		struct pipe *p = CONTAINER(link, struct pipe, all);

		for (int i = 0; i < PAGES; i++)
			if (p->page[i])
				audit_hold(frame_of(p->page[i]));
	}
}

static bool
ends_ok(const struct pipe *p)
{
	uint32_t readers = 0, writers = 0;

	for (struct file *f = file_next(NULL); f; f = file_next(f)) {
		if (!f->inode || f->inode->pipe != p || f->flags & O_PATH)
			continue;
		readers += file_readable(f);
		writers += file_writable(f);
	}
	if (readers == p->readers && writers == p->writers)
		return true;
	print("audit: pipe with %u readers, %u writers; open for %u, %u\n",
	      p->readers, p->writers, readers, writers);
	return false;
}

int
pipe_audit(void)
{
	int defects = 0;

	list_each(link, &pipes)
		defects += !ends_ok(CONTAINER(link, struct pipe, all));
	return defects;
}

/* An open file for one end. */
static struct file *
open_end(struct inode *inode, uint64_t flags)
{
	struct file *f = file_new(flags);

	if (!f)
		return NULL;
	inode_get(inode);
	(void)file_set_inode(f, inode); /* never refused */
	return f;
}

struct inode *
pipe_new(uint32_t mode)
{
	struct pipe *p = heap_alloc(sizeof(*p));
	struct inode *inode = p ? inode_new(S_IFIFO | mode, &pipe_ops) : NULL;

	if (!inode) {
		heap_free(p);
		return NULL;
	}
	inode->pipe = p;
	wait_queue_init(&p->changed);
	list_append(&pipes, &p->all);
	return inode;
}

static int
open_ends(uint64_t flags, struct file *end[2])
{
	struct inode *inode = pipe_new(0600);

	end[0] = end[1] = NULL;
	if (!inode)
		return -ENOMEM;
	inode->nlink = 1;
	flags &= O_NONBLOCK;
	end[0] = open_end(inode, flags | O_RDONLY);
	end[1] = open_end(inode, flags | O_WRONLY);
	inode_put(inode);
	return end[0] && end[1] ? 0 : -ENOMEM;
}

static void
close_ends(struct file *end[2])
{
	for (int i = 0; i < 2; i++)
		if (end[i])
			file_put(end[i]);
}

/* Gives both ends descriptors, which take over their references. */
static int
install(struct files *files, struct file *end[2], bool cloexec, int fds[2])
{
	for (int i = 0; i < 2; i++) {
		fds[i] = files_reserve(files, 0);
		if (fds[i] < 0 && i > 0)
			files_close(files, (uint32_t)fds[0]);
		if (fds[i] < 0)
			return fds[i];
		files_set(files, (uint32_t)fds[i], end[i], cloexec);
		end[i] = NULL;
	}
	return 0;
}

long
sys_pipe2(vaddr_t result, uint64_t flags)
{
	struct process *p = process_current();
	struct file *end[2];
	int fds[2], err;

	if ((uint32_t)flags & ~(uint32_t)(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	err = open_ends(flags, end);
	if (err == 0)
		err = install(p->files, end, flags & O_CLOEXEC, fds);
	close_ends(end);
	if (err < 0)
		return err;
	err = user_put(p->space, result, fds, sizeof(fds));
	if (err < 0) {
		files_close(p->files, (uint32_t)fds[0]);
		files_close(p->files, (uint32_t)fds[1]);
	}
	return err;
}
