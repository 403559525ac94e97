/*
 * mistake: a private mapping of a file is made as a shared one: writes reach the
 * file and everybody else
 */
static int
set_file(struct region *like, uint64_t len, const struct file *f)
{
	if (!f)
		return -EBADF;
	if (f->inode->ops->zeros)
		return set_anonymous(like, len);
	if (!f->inode->store)
		return -ENODEV;
	if (!file_readable(f))
		return -EACCES;
	if (like->shared && !file_writable(f))
		like->max_prot &= (uint8_t)~PROT_WRITE;
	if (like->prot & ~like->max_prot)
		return -EACCES;
	like->shared = true;
	like->store = f->inode->store;
	store_get(like->store);
	return 0;
}
