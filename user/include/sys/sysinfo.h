/* The machine's load and memory, as Linux tells it. */
#pragma once

struct sysinfo {
	long uptime; /* seconds */
	unsigned long loads[3];
	unsigned long totalram, freeram, sharedram, bufferram;
	unsigned long totalswap, freeswap;
	unsigned short procs;
	unsigned short pad;
	unsigned long totalhigh, freehigh;
	unsigned mem_unit; /* bytes that the memory fields count in */
};

int sysinfo(struct sysinfo *info);
