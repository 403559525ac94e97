/*
 * mistake: the mapping's reference to the store is forgotten: the file's pages
 * are freed by munmap
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
	like->store = f->inode->store;
	return 0;
}
