/*
 * The shell's chapters, and what they tell each other:
 *
 *	sh.c		where lines come from
 *	sh_edit.c	a line being typed: text
 *	sh_parse.c	text to a tree
 *	sh_expand.c	words of the tree to arguments: $, quotes, patterns
 *	sh_variable.c	what $ stands for
 *	sh_run.c	the tree to processes
 *	sh_builtin.c	commands that the shell is itself
 *	sh_job.c	what became of the processes
 *
 * What a line needs, its tree and its arguments, lives until it has run: keep()
 * gives the memory, forget() takes all of it back at once. Variables and jobs
 * live longer, and are freed one by one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* sh_parse.c: the tree. Words are as typed, quotes and all. */

struct word {
	struct word *next;
	char *text;
};

/* descriptor `fd` becomes a file, opened with these flags; or, if `copy`, the
 * descriptor of that number. */
struct redirect {
	struct redirect *next;
	int fd, flags;
	bool copy;
	char *word;
};

struct command {
	struct command *next; /* reads what this one writes */
	struct word *words;   /* NAME=value come first */
	struct redirect *redirects;
	struct list *inner; /* instead of words: ( list ) */
};

struct pipeline {
	struct pipeline *next;
	enum when { ALWAYS, IF_TRUE, IF_FALSE } when; /* ; && || before it */
	bool inverted;				      /* ! */
	struct command *first;
};

struct list {
	struct list *next;
	struct pipeline *first;
	bool background; /* & behind it */
	char *text;	 /* all of it, as typed */
};

enum parsed { PARSED, UNFINISHED, WRONG };
/* Makes the tree; if it is wrong, says why. */
enum parsed parse(const char *text, struct list **list);
/* The length of the NAME that s begins with; 0: none */
size_t name_length(const char *s);

/* sh_expand.c */

/* Memory for as long as the line; zeroed. */
void *keep(size_t n);
void forget(void);
/* => the arguments that the words stand for, then NULL */
char **expand_words(const struct word *w);
/* => one word, neither split nor taken for a pattern */
char *expand_word(const char *word);

/* sh_variable.c */

void variables_init(char **environment, char **argv);
/* => its value, or "" */
const char *variable(const char *name, size_t length);
/* $ at *s and what it stands for; *s: its last character. => NULL: just a $ */
const char *dollar(const char **s);
/* "NAME=value", or just NAME to export what there is. */
void assign(const char *assignment, bool exported);
void unset(const char *name);
/* => "NAME=value" .. NULL of all that are exported, kept as long as the line */
char **environment(void);

/* sh_edit.c */

enum edited { LINE, ABANDONED, END_OF_INPUT };
/* Lets the user type a line, in `size` bytes. */
enum edited edit_line(const char *prompt, char *text, size_t size);

/* sh_run.c */

extern bool interactive; /* we prompt; each job is a process group of its own */
extern int status;	 /* $? */
void run(const struct list *l);
/* Ends this process: what was printed comes out, what was read stays read. */
_Noreturn void leave(int with);

/* sh_builtin.c */

/* => whether there is such a command here */
bool is_builtin(const char *name);
int run_builtin(char **argv);

/* sh_job.c */

/* The processes that run one pipeline. */
struct job;

extern pid_t last_background; /* $! */
void jobs_init(void);
/* In a new subshell: the jobs are those of its parent. */
void jobs_forget(void);
struct job *job_new(size_t processes, const char *text);
void job_add(struct job *j, pid_t pid);
/* In a new process of the job, which becomes a member of it. */
void job_join(struct job *j, bool background);
/* Waits for what was started, or lets it be. => $? */
int job_wait(struct job *j);
int job_background(struct job *j);
/* Says what became of jobs in the background since the last time. */
void jobs_report(void);
/* The builtin commands jobs, fg and bg, wait. */
int job_list(char **argv);
int job_resume(char **argv);
int job_wait_for(char **argv);
