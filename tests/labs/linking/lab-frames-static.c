/*
 * What linking does to frames: text stays the file's own, one for all; of the
 * data, the pages with relocations become private and no others; what is
 * constant afterwards cannot be written. Argument: which claims.
 */
#include "children.h"
#include "image.h"
#include "well.h"

static const char program[] = "/test/lab-linked-pie";
static struct image images[2];
static pid_t pid[2];

/* Pages of one image in one process, by what linking may do to them. */
struct count {
	int text, text_private, text_writable, text_other;
	int constant, constant_private;
	int relocated, relocated_private;
	int untouched_by_linker, private_without_need;
	uint64_t example; /* the first page that is as it must not be */
};

static void
blame(struct count *c, int bad, uint64_t addr)
{
	if (bad && !c->example)
		c->example = addr;
}

static void
count_text(struct count *c, const struct pageinfo *p, pid_t other,
	   uint64_t addr)
{
	struct pageinfo there = page_of(other, (const void *)addr);
	int private = p->present && p->source != PAGE_FILE;
	int differs = p->present && there.present && there.frame != p->frame;

	c->text += p->present;
	c->text_private += private;
	c->text_writable += p->writable || (p->prot & PROT_WRITE);
	c->text_other += differs;
	blame(c, private || differs || (p->prot & PROT_WRITE), addr);
}

/* Data, as far as the program itself writes none of it. */
static void
count_data(struct count *c, const struct image *m, const struct pageinfo *p,
	   uint64_t addr)
{
	int private = p->source == PAGE_PRIVATE;
	int has = m->relocated[(addr - m->base) / PAGE];

	if (has) {
		c->relocated++;
		c->relocated_private += private;
	} else {
		c->untouched_by_linker++;
		c->private_without_need += private;
	}
	blame(c, private != !!has, addr);
}

/* A page that the image's file has: text, constants or data. */
static void
count_page(struct count *c, const struct image *m, const struct pageinfo *p,
	   pid_t other, uint64_t addr)
{
	uint64_t at = addr - m->base;
	int relro = at >= m->relro_start && at < m->relro_end;
	int data = relro || (p->prot & PROT_WRITE) || m->relocated[at / PAGE];

	if (p->prot & PROT_EXEC) {
		count_text(c, p, other, addr);
	} else if (!data) {
		c->constant++;
		c->constant_private += p->source == PAGE_PRIVATE;
		blame(c, p->source == PAGE_PRIVATE, addr);
	} else {
		count_data(c, m, p, addr);
	}
}

static struct count
count_pages(const struct image *m, pid_t a, pid_t b)
{
	static struct pageinfo info;
	struct count c = {0};
	uint64_t addr = m->base;

	while (pageinfo(a, (const void *)addr, &info) == 0) {
		if (info.region_start > addr)
			addr = info.region_start;
		if (strcmp(info.name, m->name) ||
		    (addr - m->base) / PAGE >= IMAGE_PAGES)
			break;
		info = page_of(a, (const void *)addr);
		count_page(&c, m, &info, b, addr);
		addr += PAGE;
	}
	return c;
}

static void
show(const struct image *m, const struct count *c)
{
	struct pageinfo p;

	if (!c->example)
		return;
	p = page_of(pid[0], (const void *)c->example);
	diag("for example page 0x%lx, %s+0x%lx: region %d, %s, frame 0x%lx, "
	     "%u references, %d relocations",
	     (unsigned long)c->example, m->name,
	     (unsigned long)(c->example - m->base), p.prot,
	     p.source == PAGE_PRIVATE ? "private"
	     : p.source == PAGE_FILE  ? "the file's"
				      : "untouched",
	     (unsigned long)p.frame, p.refs,
	     m->relocated[(c->example - m->base) / PAGE]);
}

static void
text(const struct image *m)
{
	struct count c = count_pages(m, pid[0], pid[1]);

	ok(c.text > 0, "%s: pages of text are resident", m->name);
	is(c.text_private, 0, "%s: no page of text is private", m->name);
	is(c.text_writable, 0, "%s: no page of text is writable", m->name);
	is(c.text_other, 0, "%s: text is one frame in two processes", m->name);
	is(c.constant_private, 0, "%s: no page of constants is private",
	   m->name);
	show(m, &c);
}

static void
data(const struct image *m)
{
	struct count c = count_pages(m, pid[0], pid[1]);

	ok(c.relocated > 0, "%s: has pages with relocations", m->name);
	is(c.relocated_private, c.relocated,
	   "%s: each page with relocations is private", m->name);
	is(c.private_without_need, 0,
	   "%s: no other page of data has become private", m->name);
	show(m, &c);
}

static void
relro(const struct image *m)
{
	static struct pageinfo p;
	int writable = 0, pages = 0;

	for (uint64_t at = m->relro_start; at < m->relro_end; at += PAGE) {
		p = page_of(pid[0], (const void *)(m->base + at));
		pages++;
		writable += (p.prot & PROT_WRITE) || p.writable;
	}
	ok(pages > 0, "%s: has PT_GNU_RELRO", m->name);
	is(writable, 0, "%s: no page of it is writable any more", m->name);
	if (writable)
		diag("STRACE=1 shows what mprotect is asked and answers");
	p = page_of(pid[0], (const void *)(m->base + m->relro_end));
	ok(p.region_start <= m->base + m->relro_end && (p.prot & PROT_WRITE),
	   "%s: the page behind it still is", m->name);
}

static void
start_both(void)
{
	for (int i = 0; i < 2; i++)
		pid[i] = start_sleeper(program);
	if (!ok(pid[0] && pid[1], "two copies of lab-linked-pie run"))
		_exit(done());
	image_read(&images[0], "/lib/libc.so", 0);
	image_read(&images[1], program, 0);
	for (int i = 0; i < 2; i++)
		need(image_find(&images[i], pid[0]), images[i].name);
}

int
main(int argc, char *argv[])
{
	void (*look_at)(const struct image *) = NULL;

	tap_take_seal();
	switch (argc > 1 ? argv[1][0] : 0) {
	case 't':
		look_at = text;
		break;
	case 'd':
		look_at = data;
		break;
	case 'r':
		look_at = relro;
		break;
	default:
		need(0, "argument");
	}
	start_both();
	look_at(&images[0]);
	look_at(&images[1]);
	stop(pid[0]);
	stop(pid[1]);
	if (look_at == relro) {
		ends(try(program, "s"), 1000 + SIGSEGV, program,
		     "a write to what was relocated for good is SIGSEGV");
		ends(try(program, "r"), WELL, program, "main runs");
	}
	return done();
}
