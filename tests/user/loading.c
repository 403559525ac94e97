/*
 * Loading: nothing is copied; pages come when touched.
 */
#include <fcntl.h>

#include "pages.h"

enum {
	PAGES = 8,
};

static const char constants[PAGES * PAGE]
	__attribute__((aligned(4096))) = {"constants"};
static char data[PAGES * PAGE] __attribute__((aligned(4096))) = {"data"};
static char bss[PAGES * PAGE] __attribute__((aligned(4096)));

/* The compiler must not know what it reads and writes. */
static volatile char *
at(const void *p)
{
	uintptr_t address = (uintptr_t)p;

	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

static void
file_pages(void)
{
	struct pageinfo info, second;
	long before;

	is(resident(constants, PAGES), 0, "untouched constants have no frame");
	is(resident(data, PAGES), 0, "untouched data has no frame");
	info = page_of(0, constants);
	is(info.source, PAGE_UNTOUCHED, "and pageinfo calls them untouched");
	is(info.prot, PROT_READ, "the region of constants is r--");
	is_string(info.name, "loading", "it belongs to the program's file");

	before = frames(MEM_PAGE);
	is(at(constants)[0], 'c', "a constant is what the linker wrote");
	is(frames(MEM_PAGE) - before, 0, "reading it took no frame for a page");
	info = page_of(0, constants);
	ok(info.present && info.module, "it is shown from the module's frame");
	is(info.source, PAGE_FILE, "its source is the file");
	is(resident(constants, PAGES), 1, "its neighbours have no frame yet");
	is(info.refs, 3, "references: the module's, the file's, the entry's");
	(void)at(constants)[PAGE];
	second = page_of(0, constants + PAGE);
	is(second.frame, info.frame + 1,
	   "the file's next page is the module's next frame: mapped in place");
	is(second.offset, info.offset + PAGE, "and its next offset");
}

static void
file_data(void)
{
	struct pageinfo before, after;
	long pages;

	is(at(data)[0], 'd', "data is what the linker wrote");
	before = page_of(0, data);
	ok(before.module && !before.writable,
	   "data that was only read is the module's frame, not writable");
	pages = frames(MEM_PAGE);
	at(data)[0] = 'D';
	is(frames(MEM_PAGE) - pages, 1, "the first write takes one frame");
	after = page_of(0, data);
	ok(after.frame != before.frame && !after.module && after.writable,
	   "the page is then a frame of its own, writable");
	is(after.source, PAGE_PRIVATE, "and private");
	is(at(data)[1], 'a', "with the file's bytes");
	at(data)[PAGE] = 1;
	ok(page_of(0, data + PAGE).source == PAGE_PRIVATE,
	   "a page whose first touch is a write is private at once");
	is(resident(data, PAGES), 2, "the other pages have no frame");
}

/* The program's file, mapped again: the same frames. */
static void
mapped_again(void)
{
	struct pageinfo info = page_of(0, constants), again;
	int fd = open("/test/loading", O_RDONLY);
	volatile char *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd,
				(off_t)info.offset);

	need(p != MAP_FAILED, "mmap");
	is(present(p), 0, "a new mapping of the same page has no frame");
	is(p[0], 'c', "it shows the same bytes");
	again = page_of(0, p);
	is(again.frame, info.frame, "from the same frame");
	is(again.refs, info.refs + 1, "which has one more reference");
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd,
		 (off_t)page_of(0, data).offset);
	is(p[0], 'd', "the file does not know what the program wrote");
	close(fd);
}

static void
zeros(void)
{
	long pages;
	int one_each = 1;

	is(resident(bss, PAGES), 0, "untouched bss has no frame");
	pages = frames(MEM_PAGE);
	for (int i = 0; i < PAGES; i++)
		(void)at(bss)[i * PAGE];
	is(frames(MEM_PAGE) - pages, 0, "reading bss takes no frame");
	is(page_of(0, bss).source, PAGE_ZERO, "it shows the frame of zeros");
	is(page_of(0, bss).frame, page_of(0, bss + PAGE).frame,
	   "every page of it the same one");
	for (int i = 0; i < PAGES; i++) {
		pages = frames(MEM_PAGE);
		at(bss)[i * PAGE] = 1;
		one_each &= frames(MEM_PAGE) - pages == 1;
	}
	ok(one_each, "each first write takes one frame");
	is(at(bss)[1], 0, "the rest of the page is zero");
}

static void
layout(void)
{
	static struct pageinfo first, stack;
	int here;

	need(pageinfo(0, NULL, &first) == 0, "pageinfo");
	is(first.region_start, 0x400000, "the program begins at 0x400000");
	stack = page_of(0, &here);
	is(stack.region_end, 0x7ffffffff000, "the stack ends at the top");
	is_string(stack.label, "stack", "its region is called stack");
	is(stack.prot, PROT_READ | PROT_WRITE, "and is not executable");
	is(page_of(0, &layout).prot, PROT_READ | PROT_EXEC, "text is r-x");
	is(page_of(0, data).prot, PROT_READ | PROT_WRITE, "data is rw-");
	is(page_of(0, bss).prot, PROT_READ | PROT_WRITE, "bss is rw-");
}

int
main(void)
{
	frames(MEM_PAGE);
	file_pages();
	file_data();
	mapped_again();
	zeros();
	layout();
	return done();
}
