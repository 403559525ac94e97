/*
 * UBSan: what C leaves undefined is a panic that names the place and the values.
 *
 * The compiler calls one of these where it has just found an operation without a
 * meaning, with its description of the place and the types. Names and structures
 * are the compiler's (gcc and clang agree): compiler-rt/lib/ubsan.
 */
#include "kernel/assert.h"
#include "kernel/print.h"

enum {
	KIND_INT = 0, /* of a type; others are not printed */
	INLINE_BITS = 64,
	TEXT = 48,
};

struct location {
	const char *file;
	uint32_t line, column;
};

struct type {
	uint16_t kind;
	uint16_t info; /* bit 0: signed; then the logarithm of its bits */
	char name[];   /* in quotes */
};

/* Descriptions: each begins with the place. */
struct overflow {
	struct location at;
	const struct type *type;
};

struct shift {
	struct location at;
	const struct type *left, *right;
};

struct bounds {
	struct location at;
	const struct type *array, *index;
};

struct mismatch {
	struct location at;
	const struct type *type;
	uint8_t alignment; /* its logarithm */
	uint8_t kind;	   /* index in uses */
};

struct place {
	struct location at;
};

struct nonnull {
	struct location at;
	struct location attribute;
	int argument;
};

/* A value: itself if it fits, else its address. */
typedef uintptr_t value_t;

static const char *const uses[] = {
	"load of",
	"store to",
	"reference binding to",
	"member access within",
	"member call on",
	"constructor call on",
	"downcast of",
	"downcast of",
	"upcast of",
	"cast to virtual base of",
	"_Nonnull binding to",
	"dynamic operation on",
};

#define REPORT(at, fmt, ...)                                                 \
	panic("ubsan: %s:%u:%u: " fmt, (at)->file, (at)->line, (at)->column, \
	      __VA_ARGS__)

static bool
is_signed(const struct type *type)
{
	return type->info & 1;
}

static unsigned
bits_of(const struct type *type)
{
	return 1u << (type->info >> 1);
}

static long
signed_value(const struct type *type, value_t value)
{
	unsigned unused = INLINE_BITS - bits_of(type);

	return (long)(value << unused) >> unused;
}

static const char *
show(char *text, const struct type *type, value_t value)
{
	if (type->kind != KIND_INT || bits_of(type) > INLINE_BITS)
		format(text, TEXT, "?");
	else if (is_signed(type))
		format(text, TEXT, "%ld", signed_value(type, value));
	else
		format(text, TEXT, "%lu", value);
	return text;
}

static NORETURN void
overflow(const struct overflow *o, value_t left, const char *operator,
	 value_t right)
{
	char a[TEXT], b[TEXT];

	REPORT(&o->at, "%s overflow: %s %s %s does not fit %s",
	       is_signed(o->type) ? "signed" : "unsigned",
	       show(a, o->type, left), operator, show(b, o->type, right),
	       o->type->name);
}

/* What the compiler calls; it has no header for them either. */
#define HANDLER(name, ...)                                \
	NORETURN void __ubsan_handle_##name(__VA_ARGS__); \
	void __ubsan_handle_##name(__VA_ARGS__)

HANDLER(add_overflow, const struct overflow *o, value_t left, value_t right)
{
	overflow(o, left, "+", right);
}

HANDLER(sub_overflow, const struct overflow *o, value_t left, value_t right)
{
	overflow(o, left, "-", right);
}

HANDLER(mul_overflow, const struct overflow *o, value_t left, value_t right)
{
	overflow(o, left, "*", right);
}

HANDLER(divrem_overflow, const struct overflow *o, value_t left, value_t right)
{
	char text[TEXT];

	if (right == 0)
		REPORT(&o->at, "division of %s by 0",
		       show(text, o->type, left));
	overflow(o, left, "/", right);
}

HANDLER(negate_overflow, const struct overflow *o, value_t value)
{
	char text[TEXT];

	REPORT(&o->at, "signed overflow: -(%s) does not fit %s",
	       show(text, o->type, value), o->type->name);
}

HANDLER(shift_out_of_bounds, const struct shift *s, value_t left, value_t right)
{
	char a[TEXT], b[TEXT];

	REPORT(&s->at, "%s %s shifted by %s", s->left->name,
	       show(a, s->left, left), show(b, s->right, right));
}

HANDLER(out_of_bounds, const struct bounds *b, value_t index)
{
	char text[TEXT];

	REPORT(&b->at, "index %s of %s is out of bounds",
	       show(text, b->index, index), b->array->name);
}

HANDLER(type_mismatch_v1, const struct mismatch *m, value_t pointer)
{
	const char *use = m->kind < COUNT(uses) ? uses[m->kind] : "use of";
	const char *why = "too little memory";

	if (pointer == 0)
		why = "null pointer";
	else if (pointer & ((1ul << m->alignment) - 1))
		why = "misaligned";
	REPORT(&m->at, "%s %s at 0x%lx: %s", use, m->type->name, pointer, why);
}

HANDLER(pointer_overflow, const struct place *p, value_t base, value_t result)
{
	REPORT(&p->at, "pointer 0x%lx moved to 0x%lx wraps", base, result);
}

HANDLER(load_invalid_value, const struct overflow *o, value_t value)
{
	REPORT(&o->at, "%lu is no value of %s", value, o->type->name);
}

HANDLER(vla_bound_not_positive, const struct overflow *o, value_t value)
{
	REPORT(&o->at, "array of %ld elements", signed_value(o->type, value));
}

HANDLER(builtin_unreachable, const struct place *p)
{
	REPORT(&p->at, "%s", "unreachable code is reached");
}

HANDLER(missing_return, const struct place *p)
{
	REPORT(&p->at, "%s", "function ends without a value");
}

HANDLER(nonnull_arg, const struct nonnull *n)
{
	REPORT(&n->at, "argument %d must not be null", n->argument);
}

HANDLER(nonnull_return_v1, const struct nonnull *n, const struct location *at)
{
	(void)n;
	REPORT(at, "%s", "a result that must not be null is");
}

/* __builtin_ctz, __builtin_clz */
HANDLER(invalid_builtin, const struct place *p)
{
	REPORT(&p->at, "%s", "counting the zeros of 0");
}
