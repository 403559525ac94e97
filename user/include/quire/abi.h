/*
 * Quire's own system calls, beside Linux's: numbers, structures, meanings. The
 * kernel and the programs include this one file.
 *
 *	void *sbrk(intptr_t delta)			1000
 *	int pageinfo(pid, addr, struct pageinfo *)	1001
 *	int psinfo(pid, struct psinfo *)		1002
 *	int meminfo(struct meminfo *)			1003
 *	int audit(void)					1004
 *	long fail_nth(n, mode)				1005
 *
 * On Linux these numbers are free and return -ENOSYS.
 */
#pragma once

#include <stdint.h>

enum {
	QUIRE_SBRK = 1000,
	QUIRE_PAGEINFO = 1001,
	QUIRE_PSINFO = 1002,
	QUIRE_MEMINFO = 1003,
	QUIRE_AUDIT = 1004,
	QUIRE_FAIL_NTH = 1005,
};

/* Where the contents of a page come from, as it is now. */
enum pageinfo_source {
	PAGE_UNTOUCHED, /* no frame yet */
	PAGE_ZERO,	/* the one frame of zeros that everybody reads */
	PAGE_FILE,	/* the file's own frame: name, offset */
	PAGE_SHARED,	/* the frame of a shared block without a file */
	PAGE_PRIVATE,	/* a frame of the process (or, until it writes, of its
			   relatives by fork) */
};

/*
 * pageinfo: one page of a process (pid 0: the caller's), and its region. If addr
 * lies in no region, the first region above it is described (region_start >
 * addr) and no page. => 0, -ENOENT no region there or above, -ESRCH, -EFAULT
 */
struct pageinfo {
	uint64_t region_start, region_end;
	uint64_t region_offset; /* of region_start in the file */
	uint64_t file;		/* inode number, 0: none */
	char name[32];		/* the file's last name, or "" */
	char label[16];		/* ".text", "heap", "stack", ... or "" */
	uint8_t prot;		/* PROT_* that the region allows */
	uint8_t shared;		/* MAP_SHARED */
	uint8_t source;		/* enum pageinfo_source, of the page */
	uint8_t present;	/* the page has a frame */
	uint8_t readable, writable, executable; /* what the MMU allows now */
	uint8_t accessed, dirty;
	uint8_t module; /* the frame lies in the initramfs module */
	uint8_t depth;	/* entries below that were read: 1..4 */
	uint8_t padding;
	uint32_t refs;	   /* entries, slots, holders that see the frame */
	uint64_t frame;	   /* physical page number */
	uint64_t offset;   /* of the page in the file */
	uint64_t next;	   /* the next page of the region after this one
				   that has a frame; 0: none */
	uint64_t entry[4]; /* the walk, root first, as the CPU reads it */
	uint64_t entry_frame[4]; /* what each entry points to: its number */
	uint32_t entry_refs[4];	 /* and its references */
};

/* psinfo: the process with the smallest number >= pid. => 0, -ESRCH, -EFAULT */
struct psinfo {
	int32_t pid, ppid, pgid;
	char state;    /* R running or ready, S asleep, Z zombie */
	char name[19]; /* of the program */
	uint64_t regions;
	uint64_t pages;	 /* user pages mapped, shared ones included */
	uint64_t tables; /* page tables that its root leads to */
	uint64_t faults; /* page faults so far */
	uint64_t cpu_ns; /* time on the CPU */
};

/* meminfo: physical memory in frames, by use. => 0, -EFAULT */
enum {
	MEM_NONE, /* no RAM, or kept by the firmware */
	MEM_FREE,
	MEM_KERNEL, /* kernel image, frame table */
	MEM_MODULE, /* the initramfs where the boot loader put it */
	MEM_TABLE,  /* page tables */
	MEM_HEAP,   /* small kernel objects */
	MEM_STACK,  /* kernel stacks */
	MEM_BUFFER, /* scratch memory of one system call */
	MEM_PAGE,   /* contents of programs and files */
	MEM_KINDS
};

struct meminfo {
	uint64_t frames[MEM_KINDS];
};

/* audit: recounts every invariant. => the number of defects, 0 if all is well
 */

/*
 * fail_nth: in kernels made with INJECT=1 only, the caller's n-th request for
 * memory or copy of user memory from now on fails; n 0: none does. Or, with
 * FAIL_NEW, the first one that comes from where none has failed since boot.
 * => 0; with the last six what they say
 */
enum {
	FAIL_ONCE = 0,
	FAIL_ONWARD = 1,   /* the ones after it too */
	FAIL_CHILDREN = 2, /* its descendants' requests count as its own */
	FAIL_NEW = 4,
	FAIL_END = 8,	   /* the experiment is over: how many failed */
	FAIL_ASKED = 16,   /* how many requests there were */
	FAIL_OBJECTS = 32, /* how many kernel objects there are */
	FAIL_WHICH = 64,   /* number of the one that failed last */
	FAIL_AUDIT = 256,  /* with n-th thing broken, 0 first: what an audit
			      finds; -ENOENT: there are no more */
	FAIL_TELL = 128,   /* print who asked for what failed last */
};
