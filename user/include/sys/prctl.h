/* Odds and ends about the calling process. */
#pragma once

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_GET_DUMPABLE	 3
#define PR_SET_DUMPABLE	 4
#define PR_SET_NAME	 15 /* of the thread: 15 characters and a zero */
#define PR_GET_NAME	 16

int prctl(int option, ...);
