/*
 * The dynamic linker's order of things: relocate itself, find the objects,
 * relocate them, run their constructors, leave for the program.
 *
 * Owns: the list of objects.
 */
#include "ldso.h"

#include <stdlib.h>
#include <sys/auxv.h>

#include "libc.h"

typedef void (*hook)(void);

enum { AUX = AT_EXECFN + 1 };

static struct objects objects;

/* The auxiliary vector as an array: aux[type] = value. */
static char **
read_stack(long *stack, unsigned long aux[AUX])
{
	char **envp = (char **)(stack + 1 + stack[0] + 1);
	char **p = envp;

	for (size_t i = 0; i < AUX; i++)
		aux[i] = 0;
	while (*p)
		p++;
	for (unsigned long *a = (unsigned long *)(p + 1); a[0]; a += 2)
		if (a[0] < AUX)
			aux[a[0]] = a[1];
	return envp;
}

/* envp's value of a variable given as "NAME=", or NULL. */
static const char *
variable(char **envp, const char *name)
{
	for (; *envp; envp++) {
		const char *e = *envp, *n = name;

		while (*n && *e == *n)
			e++, n++;
		if (!*n)
			return e;
	}
	return NULL;
}

/* The program: the kernel mapped it and says where its headers are. */
static void
add_program(const unsigned long aux[AUX], const struct object *self)
{
	struct object *o = &objects.list[objects.count++];

	o->name = aux[AT_EXECFN] ? (const char *)aux[AT_EXECFN] : "program";
	o->phdr = (const Elf64_Phdr *)aux[AT_PHDR];
	o->phnum = aux[AT_PHNUM];
	if (o->phdr == self->phdr)
		__dl_fail(o->name, "is the dynamic linker; run a program", "");
	__dl_object_place(o, false);
	__dl_object_read(o);
}

/* Every library that an object on the list needs, the list growing the while.
 */
static void
load_needed(void)
{
	for (size_t i = 0; i < objects.count; i++) {
		const struct object *o = &objects.list[i];
		const Elf64_Dyn *d = o->dynamic;

		for (; (d = __dl_dynamic_next(d, DT_NEEDED)); d++)
			__dl_load(&objects, o->strings + d->d_un.d_val,
				  o->name);
	}
}

static void
run_hooks(const struct object *o, Elf64_Sxword array, Elf64_Sxword size)
{
	const Elf64_Dyn *a = __dl_dynamic_next(o->dynamic, array);
	const Elf64_Dyn *n = __dl_dynamic_next(o->dynamic, size);
	bool reverse = array == DT_FINI_ARRAY;
	const hook *hooks;
	size_t count;

	if (!a || !n)
		return;
	hooks = (const hook *)(o->base + a->d_un.d_ptr);
	count = n->d_un.d_val / sizeof(hook);
	for (size_t i = 0; i < count; i++)
		hooks[reverse ? count - 1 - i : i]();
}

/* The program's own are the business of its crt1 (see start.c). */
static void
run_constructors(void)
{
	for (size_t i = objects.count; i-- > 1;)
		run_hooks(&objects.list[i], DT_INIT_ARRAY, DT_INIT_ARRAYSZ);
}

static void
run_destructors(void)
{
	for (size_t i = 1; i < objects.count; i++)
		run_hooks(&objects.list[i], DT_FINI_ARRAY, DT_FINI_ARRAYSZ);
}

/* => the address of the program's first instruction */
uintptr_t
__dl_main(long *stack, uintptr_t base, const Elf64_Dyn *dynamic)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)base;
	struct object self = {.name = "libc.so", .base = base};
	unsigned long aux[AUX];
	char **envp;

	self.dynamic = dynamic;
	self.phdr = (const Elf64_Phdr *)(base + header->e_phoff);
	self.phnum = header->e_phnum;
	__dl_object_read(&self);
	__dl_relocate_self(&self);

	envp = read_stack(stack, aux);
	objects.path = variable(envp, "LD_LIBRARY_PATH=");
	add_program(aux, &self);
	objects.list[objects.count++] = self;
	load_needed();

	for (size_t i = objects.count; i-- > 0;)
		__dl_relocate(&objects, &objects.list[i]);
	for (size_t i = 0; i < objects.count; i++)
		__dl_protect(&objects.list[i]);

	/* From here on, libc.so is an ordinary library. */
	__start(stack);
	atexit(run_destructors);
	run_constructors();
	return aux[AT_ENTRY];
}
