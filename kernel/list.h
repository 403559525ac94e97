/*
 * A doubly linked ring whose links live inside the objects. The head is a link
 * of its own; an empty list points at itself.
 */
#pragma once

#include "kernel/types.h"

struct list {
	struct list *next, *prev;
};

static inline void
list_init(struct list *head)
{
	head->next = head->prev = head;
}

static inline bool
list_empty(const struct list *head)
{
	return head->next == head;
}

/* Puts link at the end of the list. */
static inline void
list_append(struct list *head, struct list *link)
{
	link->prev = head->prev;
	link->next = head;
	head->prev->next = link;
	head->prev = link;
}

/* => link is then an empty list of its own */
static inline void
list_remove(struct list *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	list_init(link);
}

#define list_each(link, head)                                  \
	for (struct list *link = (head)->next; link != (head); \
	     link = link->next)
/* The same where the body may remove link. */
#define list_each_safe(link, head)                                        \
	for (struct list *link = (head)->next, *link##_next = link->next; \
	     link != (head); link = link##_next, link##_next = link->next)
