/*
 * Pipes, with a name (fifo(7)) and without.
 *
 *	writers --> | page | page | ... | page | --> readers
 *		      ^ first		  ^ first + used
 *
 * Owns: the ring of each pipe: 16 pages.
 * Invariants:
 *	the bytes [first, first + used) of the ring are data, and their pages
 *	exist; of the others at most one does, the next to be written, so that
 *	small messages need no new page each
 *	readers and writers count the open files of each end; without any of
 *	them the ring is empty, and nobody has been seen
 * Whoever changes `used`, or leaves as the last of an end, wakes the others.
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
	struct list all; /* in the list of pipes, for audit */
	struct frame *page[PAGES];
	uint64_t first; /* ring position of the first byte, < PIPE_SIZE */
	uint64_t used;	/* bytes in the ring */
	uint32_t readers, writers;
	uint32_t readers_seen, writers_seen; /* and those that left again */
	struct wait_queue changed;
};

static struct list pipes = {&pipes, &pipes};

static struct frame **
page_of(struct pipe *p, uint64_t position)
{
	return &p->page[position % PIPE_SIZE / PAGE_SIZE];
}

/* n bytes have been read, of one page; a page that is through with them is the
 * next to be written, if there is none. */
static void
consume(struct pipe *p, size_t n)
{
	struct frame **slot = page_of(p, p->first), *page = *slot;

	p->first = (p->first + n) % PIPE_SIZE;
	p->used -= n;
	if (n == 0 || p->first % PAGE_SIZE > 0)
		return;
	*slot = NULL;
	slot = page_of(p, p->first + p->used);
	if (*slot)
		frame_put(page);
	else
		*slot = page;
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

	while (p->used == 0 && p->writers > 0 && err == 0)
		err = await_change(f, p);
	return err;
}

/* Copies from one page of the ring, which is not empty. => bytes, or -EFAULT */
static long
take(struct pipe *p, vaddr_t to, size_t len)
{
	size_t at = p->first % PAGE_SIZE;
	size_t n = min_u64(min_u64(len, p->used), PAGE_SIZE - at);
	char *bytes = frame_page(*page_of(p, p->first));

	n = user_write(process_current()->space, to, bytes + at, n);
	consume(p, n);
	return n ? (long)n : -EFAULT;
}

static long
pipe_read(struct file *f, uint64_t *offset, vaddr_t to, size_t len)
{
	struct pipe *p = f->inode->pipe;
	long n = p->used > 0 ? 0 : await_data(f, p);
	size_t done = 0;

	(void)offset;
	while (n >= 0 && done < len && p->used > 0) {
		n = take(p, to + done, len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (done == 0)
		return n;
	wait_wake(&p->changed);
	return (long)done;
}

/* Copies to one page of the ring, which is not full. => bytes, or -EFAULT,
 * -ENOMEM */
static long
put(struct pipe *p, vaddr_t from, size_t len)
{
	uint64_t end = p->first + p->used;
	size_t at = end % PAGE_SIZE;
	size_t n = min_u64(min_u64(len, PIPE_SIZE - p->used), PAGE_SIZE - at);
	struct frame **page = page_of(p, end);

	if (!*page)
		*page = frame_alloc(FRAME_PAGE);
	if (!*page)
		return -ENOMEM;
	n = user_read(process_current()->space, (char *)frame_page(*page) + at,
		      from, n);
	p->used += n;
	return n ? (long)n : -EFAULT;
}

/* Whether a write of len bytes may put some: all of a small one. */
static bool
has_room(const struct pipe *p, size_t len)
{
	return PIPE_SIZE - p->used >= (len <= ATOMIC ? len : 1);
}

/* Waits for room, and for a reader. */
static COLD int
await_room(const struct file *f, struct pipe *p, size_t len)
{
	struct signal_info broken;
	int err = 0;

	while (p->readers > 0 && !has_room(p, len) && err == 0)
		err = await_change(f, p);
	if (p->readers > 0 || err < 0)
		return err;
	broken = signal_from_user(SIGPIPE, SI_USER);
	signal_send_thread(thread_current(), &broken);
	return -EPIPE;
}

static long
pipe_write(struct file *f, uint64_t *offset, vaddr_t from, size_t len)
{
	struct pipe *p = f->inode->pipe;
	size_t done = 0;
	long n = 0;

	(void)offset;
	for (; done < len; done += (size_t)n) {
		if (p->readers == 0 || !has_room(p, len - done))
			n = await_room(f, p, len - done);
		if (n >= 0)
			n = put(p, from + done, len - done);
		if (n < 0)
			break;
		wait_wake(&p->changed);
	}
	return done ? (long)done : n;
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
	for (int i = 0; i < PAGES; i++) {
		if (p->page[i])
			frame_put(p->page[i]);
		p->page[i] = NULL;
	}
	p->first = p->used = p->readers_seen = p->writers_seen = 0;
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
	int32_t used = (int32_t)f->inode->pipe->used;

	if ((uint32_t)request != FIONREAD)
		return -ENOTTY;
	return user_put(process_current()->space, arg, &used, sizeof(used));
}

static int
pipe_poll(struct file *f, struct wait_queue **queue)
{
	struct pipe *p = f->inode->pipe;

	*queue = &p->changed;
	if (file_readable(f))
		return (p->used > 0 ? POLLIN_ANY : 0) |
		       (p->writers == 0 && p->writers_seen > 0 ? POLLHUP : 0);
	return (PIPE_SIZE - p->used >= ATOMIC ? POLLOUT_ANY : 0) |
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
				audit_hold(p->page[i]);
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
