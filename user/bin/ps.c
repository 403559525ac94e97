/*
 * Lists the processes, and what their address spaces weigh.
 *
 * PAGES counts every page that the process sees, shared ones too; TABLES counts
 * the page tables that its root leads to, although relatives may share them.
 */
#include <stdio.h>

#include <quire.h>

int
main(void)
{
	struct psinfo p;

	puts("  PID  PPID  PGID S  TIME(ms) REGIONS  PAGES TABLES  FAULTS NAME");
	for (pid_t pid = 1; psinfo(pid, &p) == 0; pid = p.pid + 1)
		printf("%5d %5d %5d %c %9lu %7lu %6lu %6lu %7lu %s\n", p.pid,
		       p.ppid, p.pgid, p.state,
		       (unsigned long)(p.cpu_ns / 1000000),
		       (unsigned long)p.regions, (unsigned long)p.pages,
		       (unsigned long)p.tables, (unsigned long)p.faults,
		       p.name);
	return 0;
}
