/*
 * mistake: a file opened for reading can be written after mprotect, because only
 * the rights at the time of mmap are looked at
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
