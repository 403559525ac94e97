/*
 * mistake: a shared map of a file opened for reading is refused only if it asks
 * for PROT_WRITE at once: mprotect gives it later
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
	if (like->shared && (like->prot & PROT_WRITE) && !file_writable(f))
		return -EACCES;
	like->store = f->inode->store;
	store_get(like->store);
	return 0;
}
