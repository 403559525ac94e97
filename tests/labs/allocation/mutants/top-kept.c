/*
 * mistake: never gives the end of the heap back
 */
static void
top_trim(void)
{
}
